//! The socket itself: greetings, nonsense, limits, and how it ends.

mod floods;
mod frames;
mod raw;
mod slow;
mod upgrading;

use std::pin::pin;
use std::time::Duration;

use reqwest::{Client, RequestBuilder};
use serde_json::json;
use tokio::time::timeout;
use uuid::Uuid;

use crate::harness::{ALL, Answer, Page, TestApp, eventually};

#[tokio::test]
async fn who_does_not_say_hello_is_closed() {
    let app = TestApp::start_with(&ALL, &[("ws_gateway__hello_within_ms", "50")]).await;

    assert_eq!(Page::silent(&app.doors).await.closed().await, 4402);
}

#[tokio::test]
async fn a_hello_without_a_good_token_is_closed() {
    let app = TestApp::start().await;
    let jimin = app.person("jimin").await;
    let tampered = format!("{}x", &jimin.access[..jimin.access.len() - 1]);
    for (token, code) in [("", 4501), ("a.b.c", 4501), (&tampered, 4501)] {
        let mut page = Page::silent(&app.doors).await;
        page.request("hello", json!({"token": token})).await;
        assert_eq!(page.closed().await, code);
    }

    app.clock.advance(Duration::from_secs(606));
    let mut page = Page::silent(&app.doors).await;
    page.request("hello", json!({"token": jimin.access})).await;
    assert_eq!(page.closed().await, 4403, "it can be renewed");
}

#[tokio::test]
async fn a_match_token_is_no_access_token() {
    let app = TestApp::start().await;
    let [jimin, oliver] = [app.person("jimin").await, app.person("oliver").await];
    let (mut one, _other) = (jimin.page().await, oliver.page().await);
    for person in [&jimin, &oliver] {
        person.place(crate::harness::SEOUL).await;
        person.search(Some(5)).await;
    }
    let token = one.push("match.proposed").await["token"].as_str().unwrap().to_owned();

    let mut page = Page::silent(&app.doors).await;
    page.request("hello", json!({"token": token})).await;
    assert_eq!(page.closed().await, 4501);
    let me = Client::new().get(app.url("/api/v1/members/me")).bearer_auth(token);
    assert_eq!(Answer::of(me).await.code(), "unauthenticated");
}

#[tokio::test]
async fn what_is_no_frame_closes_and_says_why() {
    let app = TestApp::start().await;
    let jimin = app.person("jimin").await;
    for text in ["", "hello", "[]", "{}", r#"{"t":5}"#, r#"{"t":"pong","id":"x"}"#] {
        let mut page = jimin.page().await;
        page.say(text).await;
        assert_eq!(page.closed().await, 4500, "{text}");
    }
    let mut page = jimin.page().await;
    page.say_bytes(vec![1, 2, 3]).await;
    assert_eq!(page.closed().await, 1003);
    let mut page = jimin.page().await;
    page.say("x".repeat(16 * 1024 + 1)).await;
    assert_eq!(page.closed().await, 1009);
    let mut page = jimin.page().await;
    page.say("x".repeat(1024 * 1024)).await;
    assert_eq!(page.closed().await, 1009);
    let mut page = Page::silent(&app.doors).await;
    page.request("send", json!({})).await;
    assert_eq!(page.closed().await, 4500, "hello comes first");
}

#[tokio::test]
async fn what_is_wrong_in_a_frame_is_told_and_the_socket_stays() {
    let app = TestApp::start().await;
    let (_, [mut one, _other], room) = app.two_in_a_room().await;
    let cid = Uuid::now_v7();
    for (t, d, code) in [
        ("dance", json!({}), "unknown_type"),
        ("hello", json!({"token": "x"}), "invalid_request"),
        ("send", json!({}), "invalid_request"),
        ("send", json!({"room": 5, "cid": cid, "text": "x"}), "invalid_request"),
        ("send", json!({"room": room, "cid": "x", "text": "x"}), "invalid_request"),
        ("send", json!({"room": room, "cid": cid, "text": null}), "invalid_request"),
        ("send", json!({"room": room, "cid": cid, "text": ""}), "message_not_acceptable"),
        ("send", json!({"room": room, "cid": cid, "text": " \n "}), "message_not_acceptable"),
        (
            "send",
            json!({"room": room, "cid": cid, "text": "가".repeat(2001)}),
            "message_not_acceptable",
        ),
        ("read", json!({"room": room, "seq": "1"}), "invalid_request"),
        ("sync", json!({"room": room}), "invalid_request"),
        ("auth", json!({"token": "x"}), "unauthenticated"),
    ] {
        let answer = one.ask(t, d).await;
        assert_eq!(answer["t"], "err", "{answer}");
        assert_eq!(answer["d"]["code"], code, "{answer}");
        assert_eq!(answer["d"]["retryable"], false);
    }
    let longest = one.send_as(&room, cid, &"가".repeat(2000)).await;
    assert_eq!(longest["t"], "sent");
}

#[tokio::test]
async fn too_many_messages_are_refused_and_too_many_frames_close() {
    let app = TestApp::start().await;
    let ([jimin, _], [mut one, _other], room) = app.two_in_a_room().await;
    for n in 0..20 {
        one.send(&room, &n.to_string()).await;
    }
    let refused = one.send_as(&room, Uuid::now_v7(), "one more").await;
    assert_eq!(refused["d"]["code"], "too_many_requests");
    assert_eq!(refused["d"]["retryable"], true);
    assert!(refused["d"]["retry_after_ms"].as_u64().unwrap() <= 500);

    let mut flood = jimin.page().await;
    for _ in 0..130 {
        flood.say(json!({"t": "pong"}).to_string()).await;
    }
    assert_eq!(flood.closed().await, 4429);
}

#[tokio::test]
async fn the_oldest_of_six_pages_gives_way() {
    let app = TestApp::start().await;
    let jimin = app.person("jimin").await;
    let mut pages = Vec::new();
    for _ in 0..6 {
        pages.push(jimin.page().await);
    }

    assert_eq!(pages[0].closed().await, 4509);
    for page in &mut pages[1..] {
        assert_eq!(page.ask("pong", json!({})).await["t"], "ok");
    }
}

#[tokio::test]
async fn a_page_that_answers_pings_stays_and_one_that_does_not_goes() {
    let settings = [("ws_gateway__heartbeat_ms", "200"), ("ws_gateway__pong_within_ms", "100")];
    let app = TestApp::start_with(&ALL, &settings).await;
    let jimin = app.person("jimin").await;
    let (mut alive, mut dead) = (jimin.page().await, jimin.page().await);

    for _ in 0..5 {
        alive.push("ping").await;
        alive.say(json!({"t": "pong", "d": {"since": 0}}).to_string()).await;
    }

    assert_eq!(dead.closed().await, 4412);
    assert_eq!(alive.ask("pong", json!({})).await["t"], "ok");
}

#[tokio::test]
async fn a_token_is_renewed_in_place_by_its_own_session_only() {
    let settings = [("auth__access_token_s", "2")];
    let app = TestApp::start_with(&ALL, &settings).await;
    let mut jimin = app.person("jimin").await;
    let oliver = app.person("oliver").await;
    let (mut renewed, mut forgotten) = (jimin.page().await, jimin.page().await);

    let foreign = renewed.ask("auth", json!({"token": oliver.access})).await;
    assert_eq!(foreign["d"]["code"], "unauthenticated");
    app.clock.advance(Duration::from_mins(1));
    // Again and again, so that only the other one ends however slow this machine is.
    let mut forgotten = pin!(forgotten.closed());
    let closed_with = loop {
        jimin.refresh().await;
        assert_eq!(renewed.ask("auth", json!({"token": jimin.access})).await["t"], "ok");
        if let Ok(code) = timeout(Duration::from_secs(1), &mut forgotten).await {
            break code;
        }
    };

    assert_eq!(closed_with, 4403);
    assert_eq!(renewed.ask("pong", json!({})).await["t"], "ok");
}

/// A request for a socket, as a browser sends it.
fn handshake(app: &TestApp, origin: &str, protocol: &str) -> RequestBuilder {
    Client::new()
        .get(app.url("/ws"))
        .header("connection", "upgrade")
        .header("upgrade", "websocket")
        .header("sec-websocket-version", "13")
        .header("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ==")
        .header("origin", origin.to_owned())
        .header("sec-websocket-protocol", protocol.to_owned())
}

#[tokio::test]
async fn a_process_has_no_more_sockets_than_it_may() {
    let app = TestApp::start_with(&ALL, &[("ws_gateway__sockets_max", "2")]).await;
    let jimin = app.person("jimin").await;
    let (mut first, second) = (jimin.page().await, jimin.page().await);

    let refused = Answer::of(handshake(&app, &app.url(""), "randchat.v1")).await;
    assert_eq!((refused.status, refused.code()), (503, "busy"));

    drop(second);
    eventually("there is a place again", || Page::connected(&app.doors)).await;
    assert_eq!(first.ask("pong", json!({})).await["t"], "ok");
}

#[tokio::test]
async fn sockets_are_for_our_own_pages_and_our_own_protocol() {
    let app = TestApp::start().await;
    let upgrade = |origin: &str, protocol: &str| handshake(&app, origin, protocol);
    let own = app.url("");
    let port = app.addresses.public.port();
    for evil in [
        "https://evil.example".to_owned(),
        "null".to_owned(),
        format!("{own}.evil.example"),
        format!("https://127.0.0.1:{port}"),
        "http://127.0.0.1".to_owned(),
    ] {
        let refused = Answer::of(upgrade(&evil, "randchat.v1")).await;
        assert_eq!((refused.status, refused.code()), (403, "origin_not_allowed"), "{evil}");
    }
    let opened = upgrade(&own, "randchat.v1").send().await.unwrap();
    assert_eq!(opened.status(), 101);
    assert_eq!(opened.headers()["sec-websocket-protocol"], "randchat.v1");
    let plain = Answer::of(Client::new().get(app.url("/ws"))).await;
    assert_eq!(plain.code(), "invalid_request");
}
