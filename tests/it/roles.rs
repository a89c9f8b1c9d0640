//! Which process serves what, and how it leaves.

use rand_chat::app::Role;
use reqwest::Client;
use serde_json::json;

use crate::harness::{Answer, TestApp};

#[tokio::test]
async fn a_process_has_the_routes_of_its_roles_and_no_others() {
    let paths = [
        (Role::Member, "/api/v1/members/me"),
        (Role::Matcher, "/api/v1/match/ticket"),
        (Role::ChatWriter, "/api/v1/rooms"),
    ];
    for (role, _) in paths {
        let app = TestApp::start_with(&[role], &[]).await;
        for (owner, path) in paths {
            let expected = if owner == role { "unauthenticated" } else { "not_found" };
            let answer = Answer::of(Client::new().get(app.url(path))).await;
            assert_eq!(answer.code(), expected, "{role} {path}");
        }
    }
    let gateway = TestApp::start_with(&[Role::WsGateway], &[]).await;
    let socket = Answer::of(Client::new().get(gateway.url("/ws"))).await;
    assert_eq!(socket.code(), "invalid_request");
    let other = Answer::of(Client::new().get(gateway.url("/api/v1/rooms"))).await;
    assert_eq!(other.code(), "not_found");
}

#[tokio::test]
async fn the_second_port_tells_how_every_part_is() {
    let app = TestApp::start().await;
    let get = async |path: &str| reqwest::get(app.internal(path)).await.unwrap();

    assert_eq!(get("/healthz").await.status(), 200);
    let ready: serde_json::Value = get("/readyz").await.json().await.unwrap();
    assert_eq!(ready["ready"], true);
    for part in ["member", "matcher", "ws-gateway", "chat-writer", "chat-writer.worker"] {
        assert_eq!(ready["parts"][part], "ready", "{part}");
    }
    let metrics = get("/metrics").await.text().await.unwrap();
    assert!(metrics.contains("http_request_seconds_bucket"), "{metrics}");
    for path in ["/healthz", "/readyz", "/metrics"] {
        let public = reqwest::get(app.url(path)).await.unwrap();
        assert_ne!(public.headers()["content-type"], "text/plain; version=0.0.4");
        assert!(
            public.text().await.unwrap().contains("rand-chat"),
            "{path} is a page of the client"
        );
    }
}

#[tokio::test]
async fn a_stopping_process_says_goodbye_and_stores_what_was_sent() {
    let app = TestApp::start().await;
    let (_, [mut one, mut other], room) = app.two_in_a_room().await;
    for n in 0..10 {
        one.request(
            "send",
            json!({"room": room, "cid": uuid::Uuid::now_v7(), "text": n.to_string()}),
        )
        .await;
    }
    other.push("message").await;

    app.request_stop();

    let away = other.push("goaway").await;
    assert!(away["reconnect_in_ms"].as_u64().unwrap() < 3000);
    assert_eq!(one.closed().await, 4400);
    assert_eq!(other.closed().await, 4400);
    assert!(app.stopped().await, "everything finished by itself");
}
