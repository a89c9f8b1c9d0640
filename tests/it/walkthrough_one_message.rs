//! `docs/walkthroughs/one-message.md`, as a test.

use serde_json::json;

use crate::harness::TestApp;

#[tokio::test]
async fn a_message_is_sent_shown_stored_and_read() {
    walk(&TestApp::start().await).await;
}

/// Walks, whatever processes the service is made of.
pub async fn walk(app: &TestApp) {
    let ([jimin, oliver], [mut sender, mut partner], room) = app.two_in_a_room().await;

    let sent = sender.send(&room, "안녕하세요 👋").await;
    let shown = partner.push("message").await;
    let stored = sender.push("stored").await;
    assert_eq!(partner.push("stored").await, stored);

    assert_eq!(sent["prev"], 0);
    assert_eq!(shown["seq"], sent["seq"]);
    assert_eq!(shown["id"], sent["cid"]);
    assert_eq!(shown["text"], "안녕하세요 👋");
    assert_eq!(shown["from"], jimin.id);
    assert_eq!(stored, json!({"room": room, "ids": [sent["cid"]]}));

    let read = partner.ask("read", json!({"room": room, "seq": sent["seq"]})).await;
    assert_eq!(read["t"], "ok");
    let mark = sender.push("read").await;
    assert_eq!(mark, json!({"room": room, "member": oliver.id, "seq": sent["seq"]}));
    assert_eq!(oliver.texts(&room).await, ["안녕하세요 👋"]);
}
