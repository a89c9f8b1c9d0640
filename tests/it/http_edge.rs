//! Nonsense over HTTP: every endpoint answers it with a problem and a clear code.

use reqwest::{Client, Method};
use serde_json::{Value, json};

use crate::harness::{Answer, TestApp};

/// Every endpoint: method, path, a body that is right (null: none), whether it asks who is there.
fn endpoints() -> Vec<(Method, &'static str, Value, bool)> {
    let id = "0190163d-8694-739b-aea5-966c26f8ad91";
    let answer = json!({"token": "x", "answer": "accept"});
    assert_eq!(id.len(), 36);
    vec![
        (Method::POST, "/api/v1/auth/email-codes", json!({"email": "a@example.com"}), false),
        (
            Method::POST,
            "/api/v1/auth/email-proofs",
            json!({"email": "a@example.com", "code": "1"}),
            false,
        ),
        (Method::POST, "/api/v1/members", TestApp::form("jimin", "x"), false),
        (Method::POST, "/api/v1/auth/sessions", json!({"login": "x", "password": "y"}), false),
        (Method::GET, "/api/v1/members/me", Value::Null, true),
        (Method::PATCH, "/api/v1/members/me", json!({"introduction": "x"}), true),
        (Method::PUT, "/api/v1/members/me/place", json!({"latitude": 1, "longitude": 1}), true),
        (Method::PUT, "/api/v1/match/ticket", json!({"max_distance_km": 5}), true),
        (Method::GET, "/api/v1/match/ticket", Value::Null, true),
        (Method::DELETE, "/api/v1/match/ticket", Value::Null, true),
        (
            Method::POST,
            "/api/v1/match/proposals/0190163d-8694-739b-aea5-966c26f8ad91/answer",
            answer,
            true,
        ),
        (Method::GET, "/api/v1/rooms", Value::Null, true),
        (Method::GET, "/api/v1/rooms/0190163d-8694-739b-aea5-966c26f8ad91", Value::Null, true),
        (
            Method::GET,
            "/api/v1/rooms/0190163d-8694-739b-aea5-966c26f8ad91/messages",
            Value::Null,
            true,
        ),
        (
            Method::POST,
            "/api/v1/rooms/0190163d-8694-739b-aea5-966c26f8ad91/leave",
            Value::Null,
            true,
        ),
        (Method::GET, "/api/v1/files/a.webp", Value::Null, false),
    ]
}

#[tokio::test]
async fn without_a_good_token_nobody_gets_in() {
    let app = TestApp::start().await;
    let jimin = app.person("jimin").await;
    let tampered = jimin.access.replace('.', ".x");
    for (method, path, body, asks) in endpoints() {
        if !asks {
            continue;
        }
        let plain = || Client::new().request(method.clone(), app.url(path)).json(&body);
        for request in [
            plain(),
            plain().bearer_auth("x"),
            plain().bearer_auth(&tampered),
            plain().basic_auth("jimin_01", Some("correct horse battery")),
        ] {
            let refused = Answer::of(request).await;
            assert_eq!((refused.status, refused.code()), (401, "unauthenticated"), "{path}");
        }
    }
    app.clock.advance(std::time::Duration::from_secs(606));
    assert_eq!(jimin.get("/api/v1/members/me").await.code(), "unauthenticated");
}

#[tokio::test]
async fn bodies_that_are_not_what_they_should_be_are_refused() {
    let app = TestApp::start().await;
    let jimin = app.person("jimin").await;
    for (method, path, body, _) in endpoints() {
        if body.is_null() {
            continue;
        }
        let request = || jimin.request(method.clone(), path);
        let with =
            |text: &str| request().header("content-type", "application/json").body(text.to_owned());
        for text in ["", "{", "[]", "null", "7", "\"x\"", "{\"unknown_field\":1}", "\u{0}"] {
            let refused = Answer::of(with(text)).await;
            assert_eq!(
                (refused.status, refused.code()),
                (400, "invalid_request"),
                "{path} {text:?}"
            );
        }
        let mut more = body.clone();
        more["unknown_field"] = json!(1);
        assert_eq!(Answer::of(with(&more.to_string())).await.code(), "invalid_request", "{path}");
        for key in body.as_object().unwrap().keys() {
            let mut other = body.clone();
            other[key] = json!({"an": "object"});
            let refused = Answer::of(with(&other.to_string())).await;
            assert_eq!(refused.code(), "invalid_request", "{path} {key}");
        }
        let mut bytes = body.to_string().into_bytes();
        bytes.extend_from_slice(&[0xff, 0xfe]);
        let broken = request().header("content-type", "application/json").body(bytes);
        assert_eq!(Answer::of(broken).await.code(), "invalid_request", "{path}");
        let plain = request().header("content-type", "text/plain").body(body.to_string());
        assert_eq!(Answer::of(plain).await.code(), "unsupported_media_type", "{path}");
        let huge = json!({"x": "y".repeat(1024 * 1024)}).to_string();
        assert_eq!(Answer::of(with(&huge)).await.code(), "payload_too_large", "{path}");
    }
}

#[tokio::test]
async fn paths_methods_and_ids_that_are_not_there_have_codes() {
    let app = TestApp::start().await;
    let jimin = app.person("jimin").await;
    for path in ["/api/v1/nothing", "/api/", "/api/v1/rooms/x/y/z", "/internal/v1/resume"] {
        let refused = Answer::of(jimin.request(Method::POST, path)).await;
        assert_eq!((refused.status, refused.code()), (404, "not_found"), "{path}");
    }
    assert_eq!(jimin.get("/api/v1/rooms/not-an-id").await.code(), "room_not_found");
    assert_eq!(jimin.get("/api/v1/rooms/%ff%fe").await.status, 404);
}

#[tokio::test]
async fn the_internal_api_asks_for_an_internal_token() {
    let app = TestApp::start().await;
    let (people, _, room) = app.two_in_a_room().await;
    for (method, path, body) in [
        (Method::PUT, format!("/internal/v1/rooms/{room}/at-hand"), Value::Null),
        (
            Method::PUT,
            format!("/internal/v1/rooms/{room}/read"),
            json!({"member": people[0].id, "seq": 1}),
        ),
        (
            Method::POST,
            format!("/internal/v1/rooms/{room}/newer"),
            json!({"member": people[0].id, "after": 0, "limit": 9}),
        ),
        (
            Method::POST,
            "/internal/v1/resume".to_owned(),
            json!({"member": people[0].id, "since": 0}),
        ),
    ] {
        let plain = || Client::new().request(method.clone(), app.internal(&path)).json(&body);
        for request in [plain(), plain().bearer_auth(&people[0].access)] {
            assert_eq!(Answer::of(request).await.code(), "unauthenticated", "{path}");
        }
    }
}

#[tokio::test]
async fn every_answer_is_safe_and_can_be_found_in_the_logs() {
    let app = TestApp::start().await;
    for path in ["/api/v1/client-settings", "/api/v1/nothing", "/api/openapi.json", "/"] {
        let given = "0190163d-request";
        let request = Client::new().get(app.url(path)).header("x-request-id", given);
        let headers = request.send().await.unwrap().headers().clone();
        assert_eq!(headers["x-request-id"], given);
        assert_eq!(headers["x-content-type-options"], "nosniff");
        assert!(
            headers["content-security-policy"].to_str().unwrap().starts_with("default-src 'none'")
        );
    }
    let odd = Client::new().get(app.url("/api/v1/nothing")).header("x-request-id", "a\"b<c>");
    let made = odd.send().await.unwrap().headers()["x-request-id"].to_str().unwrap().to_owned();
    assert_eq!(made.len(), 36, "{made}");
}

#[tokio::test]
async fn the_api_describes_itself_without_the_internet() {
    let app = TestApp::start().await;
    let api = Answer::of(Client::new().get(app.url("/api/openapi.json"))).await.body;
    assert_eq!(api["openapi"], "3.1.0");
    for (method, path, _, asks) in endpoints() {
        let template = path
            .replace("/files/a.webp", "/files/{name}")
            .replace("/proposals/0190163d-8694-739b-aea5-966c26f8ad91", "/proposals/{proposal}")
            .replace("0190163d-8694-739b-aea5-966c26f8ad91", "{room}");
        let operation = &api["paths"][&template][method.as_str().to_lowercase()];
        assert!(operation.is_object(), "{method} {template} is not described");
        assert_eq!(operation.get("security").is_some(), asks, "{method} {template}");
    }

    let page = reqwest::get(app.url("/api/docs/")).await.unwrap();
    assert_eq!(page.status(), 200);
    let text = page.text().await.unwrap();
    assert!(!text.contains("https://"), "everything comes from here: {text}");
}

#[tokio::test]
async fn the_page_that_shows_the_api_is_found_with_and_without_a_slash() {
    let app = TestApp::start().await;
    for path in ["/api/docs", "/api/docs/"] {
        let page = reqwest::get(app.url(path)).await.unwrap();
        assert_eq!(page.status(), 200, "{path}");
        assert!(page.text().await.unwrap().contains("swagger"), "{path}");
    }
}
