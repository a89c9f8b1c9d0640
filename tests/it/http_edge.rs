//! Nonsense over HTTP: every endpoint answers it with a problem and a clear code.

use reqwest::{Client, Method};
use serde_json::{Value, json};

use crate::every_route::rows;
use crate::harness::{Answer, TestApp};

/// Every endpoint that takes a body: method, path, a body of the right shape.
fn endpoints_with_bodies() -> Vec<(Method, String, Value)> {
    let id = "0190163d-8694-739b-aea5-966c26f8ad91";
    let with_bodies = rows().into_iter().filter(|row| !row.body.is_null());
    with_bodies
        .map(|row| {
            let path = row.path.replace("{proposal}", id).replace("{room}", id);
            assert!(!path.contains('{'), "{path}");
            let body = match row.path {
                "/api/v1/members" => TestApp::form("jimin", "x"),
                _ => row.body,
            };
            (row.method.parse().unwrap(), path, body)
        })
        .collect()
}

#[tokio::test]
async fn bodies_that_are_not_what_they_should_be_are_refused() {
    let app = TestApp::start().await;
    let jimin = app.person("jimin").await;
    for (method, path, body) in endpoints_with_bodies() {
        let request = || jimin.request(method.clone(), &path);
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
