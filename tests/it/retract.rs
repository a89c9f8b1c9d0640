//! Taking back what one said.

use std::time::Duration;

use reqwest::Method;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::harness::{Page, Person, TestApp, eventually};

async fn retract(page: &mut Page, room: &str, id: Uuid) -> Value {
    page.ask("retract", json!({"room": room, "id": id})).await
}

/// Says something and waits until it is stored.
async fn say(page: &mut Page, room: &str, text: &str) -> (Uuid, i64) {
    let cid = Uuid::now_v7();
    let sent = page.send_as(room, cid, text).await;
    page.push("stored").await;
    (cid, sent["d"]["seq"].as_i64().unwrap())
}

async fn messages(person: &Person, room: &str) -> Vec<Value> {
    let page = person.get(&format!("/api/v1/rooms/{room}/messages")).await;
    page.body["messages"].as_array().unwrap().clone()
}

#[tokio::test]
async fn what_is_taken_back_is_gone_for_both_on_every_page_and_its_place_stays() {
    let app = TestApp::start().await;
    let ([jimin, oliver], [mut one, mut other], room) = app.two_in_a_room().await;
    let (_, before) = say(&mut one, &room, "hello").await;
    let (id, place) = say(&mut one, &room, "a secret").await;
    let mut second = jimin.page().await;

    assert_eq!(retract(&mut one, &room, id).await["t"], "ok");

    for page in [&mut one, &mut second, &mut other] {
        assert_eq!(page.push("retracted").await, json!({"room": room, "id": id}));
    }
    for person in [&jimin, &oliver] {
        let listed = &messages(person, &room).await[1];
        assert_eq!((&listed["kind"], &listed["text"]), (&json!("retracted"), &json!("")));
        assert_eq!((&listed["id"], &listed["seq"]), (&json!(id), &json!(place)));
        let room = person.get(&format!("/api/v1/rooms/{room}")).await;
        assert_eq!(room.body["last_message"]["kind"], "retracted", "{room:?}");
        assert!(!room.body.to_string().contains("secret"));
    }
    // From the log, and from the database.
    let synced = other.ask("sync", json!({"room": room, "after": before})).await;
    assert_eq!(synced["d"]["messages"][0]["kind"], "retracted", "{synced}");
    let mut back = Page::greeted(&app.doors, &oliver.access, Some(before)).await;
    assert_eq!(back.push("message").await["kind"], "retracted");

    assert_eq!(retract(&mut second, &room, id).await["t"], "ok", "again");
    let again = one.ask("send", json!({"room": room, "cid": id, "text": "a secret"})).await;
    assert_eq!(again["d"]["seq"], place, "a resend is no new message");
    assert_eq!(messages(&oliver, &room).await[1]["text"], "");
}

#[tokio::test]
async fn it_can_be_taken_back_before_it_is_stored() {
    let app = TestApp::start().await;
    let ([_, oliver], [mut one, mut other], room) = app.two_in_a_room().await;
    for n in 0..5 {
        let cid = Uuid::now_v7();
        one.request("send", json!({"room": room, "cid": cid, "text": n.to_string()})).await;
        assert_eq!(retract(&mut one, &room, cid).await["t"], "ok");
        other.push("retracted").await;
    }
    let kinds = eventually("all are in the history", || async {
        let listed = messages(&oliver, &room).await;
        (listed.len() == 5).then(|| listed.iter().map(|m| m["kind"].clone()).collect::<Vec<_>>())
    });
    assert_eq!(kinds.await, vec![json!("retracted"); 5]);
}

#[tokio::test]
async fn nobody_takes_back_what_is_not_theirs_or_in_a_room_that_is_not_open() {
    let app = TestApp::start().await;
    let ([jimin, oliver], [mut one, mut other], room) = app.two_in_a_room().await;
    let mut stranger = app.person("haru").await.page().await;
    let (id, _) = say(&mut one, &room, "mine").await;
    other.push("stored").await;

    let refused = [
        (retract(&mut other, &room, id).await, "message_not_found"),
        (retract(&mut one, &room, Uuid::now_v7()).await, "message_not_found"),
        (retract(&mut stranger, &room, id).await, "room_not_found"),
        (retract(&mut one, &Uuid::now_v7().to_string(), id).await, "room_not_found"),
        (one.ask("retract", json!({"room": room})).await, "invalid_request"),
    ];
    for (answer, code) in refused {
        assert_eq!(answer["d"]["code"], code, "{answer}");
    }

    let leave = format!("/api/v1/rooms/{room}/leave");
    assert_eq!(oliver.send(Method::POST, &leave, &json!({})).await.status, 204);
    assert_eq!(retract(&mut one, &room, id).await["d"]["code"], "room_closed");
    assert_eq!(retract(&mut other, &room, id).await["d"]["code"], "room_not_found", "has left");
    assert_eq!(messages(&jimin, &room).await[0]["text"], "mine");
}

#[tokio::test]
async fn after_five_minutes_it_stays_said() {
    let Some(app) = TestApp::start_where_time_flies().await else { return };
    let (_, [mut one, _other], room) = app.two_in_a_room().await;
    let (old, _) = say(&mut one, &room, "said").await;
    app.clock.advance(Duration::from_secs(301));
    let (new, _) = say(&mut one, &room, "just now").await;
    app.clock.advance(Duration::from_secs(299));

    assert_eq!(retract(&mut one, &room, old).await["d"]["code"], "retract_too_late");
    assert_eq!(retract(&mut one, &room, new).await["t"], "ok");
    let limits = &one.ready["limits"];
    assert_eq!(limits["retract_within_ms"], 300_000);
}
