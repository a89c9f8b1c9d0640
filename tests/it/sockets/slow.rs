//! A page that does not read: what it costs the others, and how it is whole again.

use serde_json::Value;

use super::raw::RawPage;
use crate::harness::{ALL, Page, TestApp};

/// More than the connection and the queue of a page hold.
const MESSAGES: usize = 200;

#[tokio::test]
async fn a_page_that_does_not_read_holds_up_nobody_and_is_whole_after_it_resumed() {
    let settings = [
        ("ws_gateway__queue_bytes", "65536"),
        ("ws_gateway__messages_per_10s", "100000"),
        ("ws_gateway__frames_per_minute", "100000"),
    ];
    let app = TestApp::start_with(&ALL, &settings).await;
    let ([jimin, _], [mut one, mut other], room) = app.two_in_a_room().await;
    let mut slow = RawPage::greeted_narrow(&app.doors, &jimin.access).await;

    let mut sent = Vec::new();
    for number in 0..MESSAGES {
        let text = format!("{number} {}", "\u{AC00}".repeat(1900));
        let answer = other.send(&room, &text).await;
        sent.push(answer["seq"].as_i64().unwrap());
        // The page beside the slow one has it meanwhile.
        while one.push("message").await["seq"] != answer["seq"] {}
    }

    // Only now does the slow one read: what was on its way, and then why there is no more.
    let mut read = Vec::new();
    let code = loop {
        match slow.heard_text().await {
            Ok(frame) => read.extend(place_of(&frame)),
            Err(code) => break code,
        }
    };
    assert_eq!(code, Some(4408));
    assert!(read.len() < MESSAGES, "it was to be closed before it had everything");
    assert_eq!(read, sent[..read.len()], "and what it has is the beginning, without a hole");

    let since = read.last().copied().unwrap_or(0);
    let mut resumed = Page::greeted(&app.doors, &jimin.access, Some(since)).await;
    assert_eq!(resumed.ready["resume"], "complete");
    while read.len() < MESSAGES {
        read.push(resumed.push("message").await["seq"].as_i64().unwrap());
    }
    assert_eq!(read, sent);
}

/// The place of a message, if the frame is one.
fn place_of(frame: &Value) -> Option<i64> {
    (frame["t"] == "message").then(|| frame["d"]["seq"].as_i64().unwrap())
}
