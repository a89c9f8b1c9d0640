//! Requests that want a socket and get none, and what was asked before them on the same connection.

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::harness::{PATIENCE, TestApp};

/// Sends it all at once, and reads until the server closes.
async fn all_that_comes(app: &TestApp, requests: &str) -> String {
    let mut connection = TcpStream::connect(app.addresses.public).await.unwrap();
    connection.write_all(requests.as_bytes()).await.unwrap();
    let mut answers = String::new();
    let read = timeout(PATIENCE, connection.read_to_string(&mut answers)).await;
    read.expect("the server closes").unwrap();
    answers.to_lowercase()
}

const UPGRADE: &str = "connection: upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\n\
     sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\nsec-websocket-protocol: randchat.v1\r\n";

#[tokio::test]
async fn what_was_asked_before_is_answered_before() {
    let app = TestApp::start().await;
    let rooms = "GET /api/v1/rooms HTTP/1.1\r\nhost: chat.example\r\n\r\n";
    let socket = format!(
        "GET /ws HTTP/1.1\r\nhost: chat.example\r\norigin: https://evil.example\r\n{UPGRADE}\r\n"
    );

    let answers = all_that_comes(&app, &format!("{rooms}{rooms}{socket}")).await;

    let codes = answers.match_indices("http/1.1 ").map(|(at, _)| &answers[at + 9..at + 12]);
    assert_eq!(codes.collect::<Vec<_>>(), ["401", "401", "403"], "{answers}");
    let refused = answers.rsplit("http/1.1 ").next().unwrap();
    assert!(refused.contains("\r\nconnection: close\r\n"), "{refused}");
    assert!(refused.contains("origin_not_allowed"), "{refused}");
}

#[tokio::test]
async fn other_paths_give_no_socket() {
    let app = TestApp::start().await;

    for (request, code) in [("GET /api/v1/rooms", "401"), ("POST /api/v1/nowhere", "404")] {
        let asked = format!("{request} HTTP/1.1\r\nhost: chat.example\r\n{UPGRADE}\r\n");
        let answer = all_that_comes(&app, &asked).await;
        assert!(answer.starts_with(&format!("http/1.1 {code} ")), "{answer}");
        assert!(answer.contains("\r\nconnection: close\r\n"), "{answer}");
    }
}
