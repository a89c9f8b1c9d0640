//! What partners see of each other: here, away, or lost.

use reqwest::Method;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::harness::{Page, TestApp};

/// Says that the page shows a room. What the partner is there.
async fn look(page: &mut Page, room: &str) -> String {
    let answer = page.ask("look", json!({"room": room})).await;
    assert_eq!((&answer["t"], &answer["d"]["room"]), (&json!("presence"), &json!(room)));
    answer["d"]["state"].as_str().unwrap().to_owned()
}

async fn look_away(page: &mut Page) {
    assert_eq!(page.ask("look", json!({"room": null})).await["t"], "ok");
}

/// What the page was told of its partner since it was asked last.
async fn told(page: &mut Page) -> Vec<String> {
    let pushes = page.pushes_so_far().await.into_iter();
    let states = pushes.filter(|push| push["t"] == "presence");
    states.map(|push| push["d"]["state"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn each_sees_whether_the_other_looks_at_the_room() {
    let app = TestApp::start().await;
    let ([_, oliver], [mut one, mut other], room) = app.two_in_a_room().await;

    assert_eq!(look(&mut one, &room).await, "away");
    assert_eq!(other.push("presence").await["state"], "here");
    assert_eq!(look(&mut other, &room).await, "here");
    let shown = one.push("presence").await;
    assert_eq!(shown, json!({"room": room, "member": oliver.id, "state": "here"}));
    look_away(&mut other).await;
    assert_eq!(one.push("presence").await["state"], "away");

    assert_eq!(look(&mut other, &room).await, "here");
    assert_eq!(one.push("presence").await["state"], "here");
    assert_eq!(look(&mut other, &room).await, "here");
    look_away(&mut one).await;
    assert_eq!(other.push("presence").await["state"], "away");
    assert_eq!(told(&mut one).await, [""; 0], "once is enough");
}

#[tokio::test]
async fn lost_is_not_left_and_one_of_several_pages_is_enough() {
    let app = TestApp::start().await;
    let ([_, oliver], [mut one, mut other], room) = app.two_in_a_room().await;
    let mut second = oliver.page().await;
    look(&mut one, &room).await;
    look(&mut other, &room).await;
    look(&mut second, &room).await;
    assert_eq!(one.push("presence").await["state"], "here");

    other.leave().await;
    assert_eq!(look(&mut one, &room).await, "here", "on the second page");
    drop(second);
    assert_eq!(one.push("presence").await["state"], "lost");
    assert_eq!(look(&mut one, &room).await, "lost");

    let mut back = oliver.page().await;
    assert_eq!(look(&mut back, &room).await, "here");
    assert_eq!(one.push("presence").await["state"], "here");
    back.leave().await;
    assert_eq!(one.push("presence").await["state"], "away", "it said good-bye");
    assert_eq!(told(&mut one).await, [""; 0]);
}

#[tokio::test]
async fn a_page_shows_one_room_and_who_was_lost_for_long_is_away() {
    let Some(app) = TestApp::start_where_time_flies().await else { return };
    let ([_, oliver], [mut one, mut other], room) = app.two_in_a_room().await;
    look(&mut one, &room).await;
    look(&mut other, &room).await;
    drop(other);
    one.push("presence").await;
    assert_eq!(one.push("presence").await["state"], "lost");

    app.clock.advance(std::time::Duration::from_secs(31));
    assert_eq!(look(&mut one, &room).await, "away");
    let mut back = oliver.page().await;
    look(&mut back, &room).await;
    app.clock.advance(std::time::Duration::from_secs(46));
    assert_eq!(look(&mut one, &room).await, "away", "it does not say so any more");
}

#[tokio::test]
async fn only_members_of_an_open_room_see_each_other() {
    let app = TestApp::start().await;
    let ([jimin, _], [mut one, mut other], room) = app.two_in_a_room().await;
    let mut stranger = app.person("haru").await.page().await;
    let code = async |page: &mut Page, room: Value| {
        page.ask("look", json!({"room": room})).await["d"]["code"].clone()
    };
    assert_eq!(code(&mut stranger, json!(room)).await, "room_not_found");
    assert_eq!(code(&mut one, json!(Uuid::now_v7())).await, "room_not_found");
    assert_eq!(code(&mut one, json!(7)).await, "invalid_request");
    look(&mut one, &room).await;

    assert_eq!(other.push("presence").await["state"], "here");
    look(&mut other, &room).await;
    assert_eq!(one.push("presence").await["state"], "here");
    let leave = format!("/api/v1/rooms/{room}/leave");
    assert_eq!(jimin.send(Method::POST, &leave, &json!({})).await.status, 204);
    look_away(&mut one).await;
    assert_eq!(told(&mut other).await, [""; 0], "who has left is not seen any more");
    assert_eq!(code(&mut other, json!(room)).await, "room_closed");
    assert_eq!(code(&mut one, json!(room)).await, "room_not_found", "it has left");
    drop(other);
    look_away(&mut one).await;
    assert_eq!(told(&mut one).await, [""; 0], "nor who stays");
    for _ in 0..25 {
        one.request("look", json!({"room": null})).await;
    }
    assert_eq!(code(&mut one, json!(null)).await, "too_many_requests");
}
