//! `docs/walkthroughs/one-match.md`, as a test.

use serde_json::json;

use crate::harness::{SEOUL, TestApp};

#[tokio::test]
async fn two_who_fit_are_proposed_at_once_and_get_a_room_when_both_accept() {
    walk(&TestApp::start().await).await;
}

/// Walks, whatever processes the service is made of.
pub async fn walk(app: &TestApp) {
    let (jimin, oliver) = (app.person("jimin").await, app.person("oliver").await);
    let (mut first, mut second) = (jimin.page().await, oliver.page().await);
    jimin.place(SEOUL).await;
    oliver.place((37.57, 126.99)).await;

    jimin.search(Some(5)).await;
    oliver.search(Some(10)).await;

    let (to_jimin, to_oliver) =
        (first.push("match.proposed").await, second.push("match.proposed").await);
    assert_eq!(to_jimin["id"], to_oliver["id"]);
    assert_ne!(to_jimin["token"], to_oliver["token"]);
    assert_eq!(to_jimin["expires_in_ms"], 30_000);
    assert_eq!(
        to_jimin["partner"],
        json!({"nickname": "oliver", "image": null, "sex": "undisclosed",
               "age_band": "25-29", "distance_band": "lt10", "shared_interests": ["film", "산책"]})
    );

    let noted = jimin.answer(&to_jimin, "accept").await;
    assert_eq!(noted.body, json!({"state": "waiting_for_partner"}));
    let accepted = oliver.answer(&to_oliver, "accept").await;
    let room = accepted.body["room"].clone();

    for (page, partner) in [(&mut first, &oliver), (&mut second, &jimin)] {
        let opened = page.push("room.opened").await["room"].clone();
        assert_eq!(opened["id"], room);
        let shown =
            json!({"id": partner.id, "nickname": partner.name, "image": null, "withdrawn": false});
        assert_eq!(opened["partner"], shown);
        let ended = page.push("match.ended").await;
        assert_eq!(ended["outcome"], "accepted");
        assert_eq!(ended["room"], room);
    }
    assert_eq!(jimin.get("/api/v1/match/ticket").await.code(), "not_waiting");
    assert_eq!(jimin.get("/api/v1/rooms").await.body["rooms"][0]["id"], room);
}
