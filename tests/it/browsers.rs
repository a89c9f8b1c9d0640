//! What browsers are told: what pages may do, and which pages may ask.

use std::sync::Arc;
use std::time::Duration;

use rand_chat::app::Role;
use rand_chat::base::SharedClock;
use rand_chat::config::Config;
use rand_chat::infra::Objects;
use reqwest::header::HeaderMap;
use reqwest::redirect::Policy;
use reqwest::{Client, Method, RequestBuilder, Response};
use serde_json::json;

use crate::harness::{ALL, Answer, TestApp};

const OUR_PAGE: &str = "https://chat.example";

/// An answer of every kind: its name, the status it must have, and itself.
async fn answers_of_every_kind(app: &TestApp, link: &str) -> Vec<(String, u16, Response)> {
    let client = Client::builder().redirect(Policy::none()).build().unwrap();
    let jimin = app.person("jimin").await;
    let get = |path: &str| client.get(app.url(path));
    let upgrade = |protocol: &str| {
        get("/ws")
            .header("connection", "upgrade")
            .header("upgrade", "websocket")
            .header("sec-websocket-version", "13")
            .header("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ==")
            .header("sec-websocket-protocol", protocol.to_owned())
    };
    let preflight = |origin: &str| {
        let asked = client.request(Method::OPTIONS, app.url("/api/v1/members/me"));
        asked.header("origin", origin).header("access-control-request-method", "GET")
    };
    let page = if rand_chat::http::client_is_built() { 200 } else { 503 };
    let all: Vec<(&str, u16, RequestBuilder)> = vec![
        ("page", page, get("/")),
        ("page below", page, get("/rooms/x")),
        ("missing file", 404, get("/assets/none.js")),
        ("wrong method on a page", 405, client.post(app.url("/"))),
        ("settings", 200, get("/api/v1/client-settings")),
        ("own account", 200, jimin.request(Method::GET, "/api/v1/members/me")),
        ("export", 200, jimin.request(Method::GET, "/api/v1/members/me/export")),
        ("done", 204, client.delete(app.url("/api/v1/auth/sessions/current"))),
        ("nobody", 401, get("/api/v1/members/me")),
        ("no such path", 404, get("/api/v1/nothing")),
        ("wrong method", 405, jimin.request(Method::DELETE, "/api/v1/members/me")),
        ("wrong body", 400, client.post(app.url("/api/v1/auth/sessions")).json(&json!(1))),
        ("no encoding", 406, get("/api/v1/client-settings").header("accept-encoding", "*;q=0")),
        ("other origin", 403, {
            client.post(app.url("/api/v1/auth/refresh")).header("origin", "https://evil.example")
        }),
        ("preflight", 204, preflight(OUR_PAGE)),
        ("preflight of others", 403, preflight("https://evil.example")),
        ("redirect", 307, get("/api/docs")),
        ("docs", 200, get("/api/docs/")),
        ("description", 200, get("/api/openapi.json")),
        ("file", 200, get(link)),
        ("file without a link", 403, get("/api/v1/files/a/face.webp")),
        ("no socket", 400, get("/ws")),
        ("socket", 101, upgrade("randchat.v1")),
        ("health", 200, client.get(app.internal("/healthz"))),
        ("second port, nobody", 401, {
            client
                .post(app.internal("/internal/v1/resume"))
                .json(&json!({"member": jimin.id, "since": 0}))
        }),
        ("second port, no such path", 404, client.get(app.internal("/"))),
    ];
    let mut answers = Vec::new();
    for (name, status, request) in all {
        answers.push((name.to_owned(), status, request.send().await.unwrap()));
    }
    answers
}

/// The program with a file in it, and a link to the file.
async fn with_a_file(settings: &[(&str, &str)]) -> (TestApp, tempfile::TempDir, String) {
    let folder = tempfile::tempdir().unwrap();
    let data_dir = folder.path().to_str().unwrap().to_owned();
    let own = [("storage__data_dir", data_dir.as_str()), ("objects__kind", "folder")];
    let settings: Vec<(&str, &str)> = own.into_iter().chain(settings.iter().copied()).collect();
    let app = TestApp::start_with(&ALL, &settings).await;
    let clock: SharedClock = app.clock.clone() as Arc<_>;
    let config = Config::load(None, []).unwrap();
    let store = Objects::open(&config.objects, folder.path(), &clock).unwrap().store;
    store.put("a/face.webp", b"face".to_vec(), "image/webp").await.unwrap();
    let link = store.link("a/face.webp", Duration::from_mins(10)).await.unwrap();
    (app, folder, link)
}

#[tokio::test]
async fn every_answer_of_every_kind_carries_the_security_headers() {
    let (app, _folder, link) = with_a_file(&[]).await;
    for (name, status, answer) in answers_of_every_kind(&app, &link).await {
        assert_eq!(answer.status(), status, "{name}");
        let headers = answer.headers();
        let said = |header: &str| headers.get(header).map_or("", |value| value.to_str().unwrap());
        for (header, expected) in [
            ("x-content-type-options", "nosniff"),
            ("x-frame-options", "DENY"),
            ("referrer-policy", "no-referrer"),
            ("cross-origin-opener-policy", "same-origin"),
            ("cross-origin-resource-policy", "same-origin"),
            ("strict-transport-security", ""),
            ("server", ""),
            ("x-powered-by", ""),
        ] {
            assert_eq!(said(header), expected, "{name}: {header}");
        }
        assert!(said("permissions-policy").starts_with("geolocation=(self), camera=()"), "{name}");
        let policy = said("content-security-policy");
        for part in ["default-src 'none'", "base-uri 'none'", "frame-ancestors 'none'"] {
            assert!(policy.contains(part), "{name}: {policy}");
        }
        let (path, port) = (answer.url().path(), answer.url().port());
        let is_docs = path.starts_with("/api/docs");
        let is_page = is_docs || !path.starts_with("/api/");
        let may_run = is_page && port == Some(app.addresses.public.port());
        assert_eq!(policy.contains("script-src 'self'"), may_run, "{name}");
        assert!(!policy.contains("unsafe-eval"), "{name}");
        assert_eq!(policy.contains("unsafe-inline"), is_docs, "{name}");
        let caching = match name.as_str() {
            // As long as the link, which is good for ten minutes and up to a second more.
            "file" => "private, max-age=601",
            "page" | "page below" if status == 200 => "no-cache",
            _ => "no-store",
        };
        assert_eq!(said("cache-control"), caching, "{name}");
        assert!(!said("x-request-id").is_empty(), "{name}");
        if status >= 400 && !name.starts_with("page") {
            assert_eq!(said("content-type"), "application/problem+json", "{name}");
        }
    }
}

#[tokio::test]
async fn a_service_behind_https_has_every_answer_ask_for_https() {
    let settings = [("http__public_url", "https://chat.example")];
    let (app, _folder, link) = with_a_file(&settings).await;
    for (name, _, answer) in answers_of_every_kind(&app, &link).await {
        if answer.url().port() == Some(app.addresses.internal.port()) {
            continue;
        }
        assert_eq!(answer.headers()["strict-transport-security"], "max-age=15552000", "{name}");
    }
}

#[tokio::test]
async fn pages_of_the_allowed_origins_may_use_the_api_and_nobody_else_is_told_anything() {
    let app = TestApp::start().await;
    let jimin = app.person("jimin").await;
    let port = app.addresses.public.port();
    let ask = async |origin: &str, path: &str, access: &str| {
        let request = Client::new().get(app.url(path)).bearer_auth(access);
        request.header("origin", origin).send().await.unwrap()
    };

    let own = format!("http://localhost:{port}");
    for origin in [OUR_PAGE, &own] {
        for (path, status) in [
            ("/api/v1/members/me", 200),
            ("/api/v1/rooms/x", 404),
            ("/api/v1/nothing", 404),
            ("/api/v1/auth/refresh", 405),
        ] {
            let answer = ask(origin, path, &jimin.access).await;
            assert_eq!(answer.status(), status, "{path}");
            let headers = answer.headers();
            assert_eq!(headers["access-control-allow-origin"], origin, "{path}");
            assert_eq!(headers["access-control-allow-credentials"], "true", "{path}");
            let exposed = headers["access-control-expose-headers"].to_str().unwrap();
            assert!(exposed.contains("x-request-id") && exposed.contains("retry-after"));
            assert!(varies_by_origin(headers), "{path}");
        }
        let nobody = ask(origin, "/api/v1/members/me", "x").await;
        assert_eq!(nobody.status(), 401);
        assert_eq!(nobody.headers()["access-control-allow-origin"], origin);
    }

    for origin in others(port) {
        let answer = ask(&origin, "/api/v1/members/me", &jimin.access).await;
        assert_eq!(answer.status(), 200, "a token is all it takes, but no page sees the answer");
        assert!(varies_by_origin(answer.headers()), "{origin}");
        assert_eq!(cors_headers(answer.headers()), Vec::<String>::new(), "{origin}");
    }
    let no_page = Client::new().get(app.url("/api/v1/client-settings")).send().await.unwrap();
    assert_eq!(cors_headers(no_page.headers()), Vec::<String>::new());
    let outside = ask(OUR_PAGE, "/", "x").await;
    assert_eq!(cors_headers(outside.headers()), Vec::<String>::new(), "pages are no API");
}

#[tokio::test]
async fn a_preflight_says_what_our_pages_may_ask_and_is_refused_to_others() {
    let app = TestApp::start().await;
    let port = app.addresses.public.port();
    let preflight = async |origin: &str, method: &str, path: &str| {
        let asked = Client::new().request(Method::OPTIONS, app.url(path));
        let asked = asked.header("access-control-request-method", method);
        let asked = asked.header("access-control-request-headers", "authorization,content-type");
        asked.header("origin", origin).send().await.unwrap()
    };

    for (method, path) in [
        ("GET", "/api/v1/members/me"),
        ("PATCH", "/api/v1/members/me"),
        ("PUT", "/api/v1/match/ticket"),
        ("POST", "/api/v1/auth/sessions"),
        ("DELETE", "/api/v1/auth/sessions/current"),
    ] {
        let answer = preflight(OUR_PAGE, method, path).await;
        assert_eq!(answer.status(), 204, "{path}");
        let said = |header: &str| answer.headers()[header].to_str().unwrap();
        assert_eq!(said("access-control-allow-origin"), OUR_PAGE);
        assert_eq!(said("access-control-allow-credentials"), "true");
        assert!(said("access-control-allow-methods").split(", ").any(|allowed| allowed == method));
        assert_eq!(
            said("access-control-allow-headers"),
            "authorization, content-type, x-request-id"
        );
        assert_eq!(said("access-control-max-age"), "3600");
        assert!(varies_by_origin(answer.headers()));
    }

    for origin in others(port) {
        let refused = preflight(&origin, "GET", "/api/v1/members/me").await;
        assert_eq!(refused.status(), 403, "{origin}");
        assert_eq!(cors_headers(refused.headers()), Vec::<String>::new(), "{origin}");
    }
    let plain = Client::new().request(Method::OPTIONS, app.url("/api/v1/members/me"));
    assert_eq!(Answer::of(plain).await.code(), "method_not_allowed");
}

#[tokio::test]
async fn what_gives_takes_or_ends_a_cookie_is_for_our_own_pages() {
    let app = TestApp::start().await;
    let mut jimin = app.person("jimin").await;
    let proof = app.proof("oliver").await;
    let password = "correct horse battery";
    let routes = [
        (Method::POST, "/api/v1/auth/refresh", json!({})),
        (Method::DELETE, "/api/v1/auth/sessions/current", json!({})),
        (Method::POST, "/api/v1/auth/sessions", json!({"login": "jimin_01", "password": password})),
        (Method::POST, "/api/v1/members", TestApp::form("oliver", &proof)),
        (
            Method::PUT,
            "/api/v1/members/me/password",
            json!({"current_password": password, "new_password": "another horse battery"}),
        ),
        (Method::POST, "/api/v1/members/me/withdrawal", json!({"password": password})),
    ];
    let strangers = [
        vec![("origin", "https://evil.example")],
        vec![("origin", "null")],
        vec![("origin", "https://evil.chat.example"), ("sec-fetch-site", "same-site")],
        vec![("sec-fetch-site", "cross-site")],
        vec![("sec-fetch-site", "same-site")],
    ];
    for (method, path, body) in routes {
        for headers in &strangers {
            let mut request = jimin.request(method.clone(), path).json(&body);
            request = request.header("cookie", format!("{}; {}", jimin.cookie, jimin.device));
            for (name, value) in headers {
                request = request.header(*name, *value);
            }
            let refused = Answer::of(request).await;
            let got = (refused.status, refused.code());
            assert_eq!(got, (403, "origin_not_allowed"), "{path} {headers:?}");
            assert_eq!((&refused.cookie, &refused.device), (&None, &None), "{path}");
        }
    }

    assert_eq!(jimin.refresh().await.status, 200, "nothing of it was done");
    let url = app.url("/api/v1/auth/sessions/current");
    let our_page = Client::new().delete(url).header("cookie", &jimin.cookie);
    let our_page = our_page.header("origin", OUR_PAGE).header("sec-fetch-site", "same-site");
    assert_eq!(Answer::of(our_page).await.status, 204);
    assert_eq!(jimin.get("/api/v1/members/me").await.code(), "session_ended");
}

#[tokio::test]
async fn a_wrong_method_is_told_which_are_right_where_the_path_is_served() {
    let app = TestApp::start().await;
    let jimin = app.person("jimin").await;
    let room = "0190163d-8694-739b-aea5-966c26f8ad91";
    for (method, path, right) in [
        (Method::DELETE, "/api/v1/members/me".to_owned(), "GET, PATCH"),
        (Method::POST, "/api/v1/match/ticket".to_owned(), "GET, PUT, DELETE"),
        (Method::PATCH, format!("/api/v1/rooms/{room}"), "GET"),
        (Method::GET, format!("/api/v1/rooms/{room}/leave"), "POST"),
        (Method::GET, "/api/v1/members/me/sessions/current".to_owned(), "DELETE"),
        (Method::TRACE, "/api/v1/client-settings".to_owned(), "GET"),
        (Method::PUT, "/rooms".to_owned(), "GET, HEAD"),
    ] {
        let refused = jimin.request(method, &path).send().await.unwrap();
        assert_eq!(refused.status(), 405, "{path}");
        assert_eq!(refused.headers()["allow"], right, "{path}");
        let body: serde_json::Value = refused.json().await.unwrap();
        assert_eq!(body["code"], "method_not_allowed", "{path}");
    }

    let gateway = TestApp::start_with(&[Role::WsGateway], &[]).await;
    let elsewhere = Answer::of(Client::new().delete(gateway.url("/api/v1/members/me"))).await;
    assert_eq!((elsewhere.status, elsewhere.code()), (404, "not_found"));
}

/// Origins that look like ours.
fn others(port: u16) -> Vec<String> {
    vec![
        "https://evil.example".to_owned(),
        "null".to_owned(),
        "*".to_owned(),
        "http://chat.example".to_owned(),
        "https://chat.example:8443".to_owned(),
        "https://chat.example.evil.example".to_owned(),
        "https://evil.chat.example".to_owned(),
        "HTTPS://CHAT.EXAMPLE".to_owned(),
        format!("https://localhost:{port}"),
        "http://localhost".to_owned(),
    ]
}

fn cors_headers(headers: &HeaderMap) -> Vec<String> {
    let names = headers.keys().map(ToString::to_string);
    names.filter(|name| name.starts_with("access-control-")).collect()
}

fn varies_by_origin(headers: &HeaderMap) -> bool {
    let all = headers.get_all("vary").iter();
    all.flat_map(|value| value.to_str().unwrap().split(',')).any(|name| name.trim() == "origin")
}
