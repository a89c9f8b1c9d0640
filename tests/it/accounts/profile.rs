//! Profile, place and privacy.

use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::{ALL, Page, Person, SEOUL, TestApp};

#[tokio::test]
async fn a_profile_is_changed_in_parts_and_checked() {
    let app = TestApp::start().await;
    app.person("oliver").await;
    let jimin = app.person("jimin").await;
    let change = async |body| jimin.send(Method::PATCH, "/api/v1/members/me", &body).await;

    let changed = change(json!({"nickname": "지민", "introduction": " 안녕 "})).await;
    assert_eq!(changed.body["nickname"], "지민");
    assert_eq!(changed.body["introduction"], "안녕");
    assert_eq!(changed.body["interests"], json!(["film", "산책"]), "what is absent stays");
    assert_eq!(jimin.get("/api/v1/members/me").await.body, changed.body);

    assert_eq!(change(json!({"nickname": "OLIVER"})).await.code(), "nickname_taken");
    assert_eq!(change(json!({"introduction": "x".repeat(201)})).await.code(), "invalid_request");
    assert_eq!(change(json!({"username": "other_01"})).await.code(), "invalid_request");
}

#[tokio::test]
async fn a_place_may_change_six_times_an_hour_and_is_kept_only_roughly() {
    let app = TestApp::start().await;
    let jimin = app.person("jimin").await;
    let go = async |latitude: f64| {
        let place = json!({"latitude": latitude, "longitude": 127.0});
        jimin.send(Method::PUT, "/api/v1/members/me/place", &place).await
    };

    for step in 0..6 {
        assert_eq!(go(36.0 + f64::from(step)).await.status, 200);
        assert_eq!(go(36.0 + f64::from(step)).await.status, 200, "the same cell is no change");
    }
    assert_eq!(go(45.0).await.code(), "too_many_requests");
    for odd in [json!({"latitude": 91, "longitude": 0}), json!({"latitude": "37", "longitude": 0})]
    {
        let refused = jimin.send(Method::PUT, "/api/v1/members/me/place", &odd).await;
        assert_eq!(refused.code(), "invalid_request");
    }
    jimin.get("/api/v1/members/me").await;
    let body = serde_json::to_string(&jimin.get("/api/v1/members/me").await.body).unwrap();
    assert!(!body.contains("latitude") && !body.contains(&SEOUL.0.to_string()));
}

#[tokio::test]
async fn every_field_of_a_profile_has_its_limits() {
    let app = TestApp::start().await;
    let jimin = app.person("jimin").await;
    let many: Vec<String> = (0..11).map(|n| format!("x{n}")).collect();
    for (change, field, code) in [
        (json!({"nickname": "x"}), "nickname", "length"),
        (json!({"nickname": "a b"}), "nickname", "format"),
        (json!({"introduction": "가".repeat(201)}), "introduction", "length"),
        (json!({"introduction": "a\u{0}b"}), "introduction", "format"),
        (json!({"interests": many}), "interests", "too_many"),
        (json!({"interests": ["x".repeat(21)]}), "interests", "length"),
        (json!({"languages": ["korean"]}), "languages", "format"),
        (json!({"languages": ["ko", "en", "ja", "de", "fr", "it"]}), "languages", "too_many"),
    ] {
        let refused = jimin.send(Method::PATCH, "/api/v1/members/me", &change).await;
        let problem = &refused.body["fields"][0];
        assert_eq!(
            (&problem["field"], &problem["code"]),
            (&json!(field), &json!(code)),
            "{change}"
        );
    }
    let change = json!({"introduction": "가".repeat(200)});
    assert_eq!(jimin.send(Method::PATCH, "/api/v1/members/me", &change).await.status, 200);
}

/// Whether a `typing` of `from` arrives at `at`, before a message that follows it.
async fn typing_arrives(from: &mut Page, at: &mut Page, room: &str) -> bool {
    let before = from.send(room, "before").await["seq"].clone();
    from.ask("typing", json!({"room": room})).await;
    let after = from.send(room, "after").await["seq"].clone();
    let (mut has_begun, mut arrived) = (false, false);
    loop {
        let push = at.next_push().await;
        has_begun |= push["d"]["seq"] == before;
        arrived |= has_begun && push["t"] == "typing";
        if push["t"] == "message" && push["d"]["seq"] == after {
            return arrived;
        }
    }
}

/// The gateway learns of a change by an event, so a page may be ahead of it for a moment.
async fn wait_until_typing(from: &mut Page, at: &mut Page, room: &str, arrives: bool) {
    for _ in 0..15 {
        if typing_arrives(from, at, room).await == arrives {
            return;
        }
    }
    panic!("typing never becomes {arrives}");
}

#[tokio::test]
async fn who_does_not_share_typing_is_not_seen_and_does_not_see() {
    let app = TestApp::start_with(
        &ALL,
        &[("ws_gateway__typing_every_ms", "1"), ("ws_gateway__messages_per_10s", "1000")],
    )
    .await;
    let (people, [mut jimin, mut oliver], room) = app.two_in_a_room().await;
    assert!(typing_arrives(&mut jimin, &mut oliver, &room).await);
    let share = async |shares: bool| {
        let change = json!({"share_typing": shares});
        let changed = people[0].send(Method::PATCH, "/api/v1/members/me", &change).await;
        assert_eq!(changed.body["share_typing"], shares);
    };

    share(false).await;
    wait_until_typing(&mut jimin, &mut oliver, &room, false).await;
    assert!(!typing_arrives(&mut oliver, &mut jimin, &room).await);
    let mut fresh = people[0].page().await;
    assert!(
        !typing_arrives(&mut oliver, &mut fresh, &room).await,
        "nor does a page that comes later"
    );

    share(true).await;
    wait_until_typing(&mut jimin, &mut oliver, &room, true).await;
    assert!(typing_arrives(&mut oliver, &mut jimin, &room).await);
}

#[tokio::test]
async fn who_does_not_share_read_marks_is_not_seen_and_does_not_see() {
    let app = TestApp::start().await;
    let (people, [mut jimin, mut oliver], room) = app.two_in_a_room().await;
    let read = async |page: &mut Page, seq: &Value| {
        let answer = page.ask("read", json!({"room": room, "seq": seq})).await;
        assert_eq!(answer["t"], "ok", "{answer}");
    };
    let seen_by = async |person: &Person| {
        person.get(&format!("/api/v1/rooms/{room}")).await.body["partner_read_seq"].clone()
    };
    let from_jimin = jimin.send(&room, "one").await["seq"].clone();
    read(&mut oliver, &from_jimin).await;
    assert_eq!(jimin.push("read").await["seq"], from_jimin);
    assert_eq!(seen_by(&people[0]).await, from_jimin);

    let hide = json!({"share_read": false});
    assert_eq!(people[0].send(Method::PATCH, "/api/v1/members/me", &hide).await.status, 200);
    assert_eq!(seen_by(&people[0]).await, 0, "one sees nobody's");
    let from_oliver = oliver.send(&room, "two").await["seq"].clone();
    read(&mut jimin, &from_oliver).await;
    assert_eq!(seen_by(&people[1]).await, 0, "and nobody sees one's own");
    let from_jimin = jimin.send(&room, "three").await["seq"].clone();
    read(&mut oliver, &from_jimin).await;
    for (page, partner) in [(&mut jimin, &people[1]), (&mut oliver, &people[0])] {
        let marks = page.pushes_so_far().await.into_iter().filter(|push| push["t"] == "read");
        // One's own marks come to one's own pages.
        for mark in marks {
            assert_ne!(mark["d"]["member"], partner.id, "{mark}");
        }
    }
    let own = people[0].get(&format!("/api/v1/rooms/{room}")).await;
    assert_eq!(own.body["unread"], 0, "what one has read is read");
}
