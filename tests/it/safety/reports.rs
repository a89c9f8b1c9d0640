//! Reports and their evidence.

use std::time::Duration;

use serde_json::json;
use uuid::Uuid;

use crate::harness::ALL;

use super::*;

/// The report as moderators see it.
async fn file(app: &TestApp, report: &Answer) -> Value {
    admin(app, &["report", report.body["id"].as_str().unwrap(), "--json"]).await.json()
}

fn texts(file: &Value) -> Vec<&str> {
    let messages = file["evidence"]["messages"].as_array().unwrap();
    messages.iter().map(|message| message["text"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn both_of_a_room_may_report_once_while_it_is_open_and_nobody_else() {
    let app = TestApp::start().await;
    let ([jimin, oliver], [_one, mut other], room) = app.two_in_a_room().await;
    let stranger = app.person("stranger").await;
    other.send(&room, "unkind words").await;

    let made = report(&jimin, &room, "harassment", Some("  he is rude ")).await;

    assert_eq!(made.status, 201, "{made:?}");
    assert_eq!((&made.body["room"], &made.body["reason"]), (&json!(room), &json!("harassment")));
    assert_eq!((&made.body["state"], made.body.get("decided_at")), (&json!("open"), None));
    let again = report(&jimin, &room, "spam", None).await;
    assert_eq!((again.status, again.code()), (409, "already_reported"));
    let listed = jimin.get("/api/v1/members/me/reports").await.body;
    assert_eq!(listed, json!({"reports": [made.body], "next": null}));
    assert_eq!(report(&oliver, &room, "other", Some("not I")).await.status, 201);
    let of_other = oliver.get("/api/v1/members/me/reports").await.body;
    assert_eq!(of_other["reports"].as_array().unwrap().len(), 1, "not that of the other");
    for nobody in [room.as_str(), "no-room", &Uuid::now_v7().to_string()] {
        let refused = report(&stranger, nobody, "spam", None).await;
        assert_eq!((refused.status, refused.code()), (404, "room_not_found"), "{nobody}");
    }

    let file = file(&app, &made).await;
    assert_eq!(file["text"], "he is rude");
    assert_eq!(file["reported"]["username"], "oliver_01");
    assert_eq!(file["reporter"]["username"], "jimin_01");
    assert_eq!(file["evidence"]["profile"]["nickname"], "oliver");
    assert_eq!(texts(&file), ["unkind words"]);
}

#[tokio::test]
async fn a_report_says_what_it_must_and_no_more() {
    let app = TestApp::start().await;
    let ([jimin, _oliver], _pages, room) = app.two_in_a_room().await;
    let long = "가".repeat(1001);
    for (reason, text) in [
        ("other", None),
        ("other", Some(" \n ")),
        ("spam", Some(long.as_str())),
        ("spam", Some("a\0b")),
    ] {
        let refused = report(&jimin, &room, reason, text).await;
        assert_eq!((refused.status, refused.code()), (400, "invalid_request"), "{reason} {text:?}");
        assert_eq!(refused.body["fields"][0]["field"], "text");
    }
    assert_eq!(report(&jimin, &room, "boring", None).await.code(), "invalid_request");
    assert_eq!(report(&jimin, &room, "spam", Some(&"가".repeat(1000))).await.status, 201);
}

#[tokio::test]
async fn evidence_stays_whatever_the_two_do_afterwards() {
    let app = TestApp::start_with(&ALL, &[("safety__evidence_messages", "3")]).await;
    let ([jimin, oliver], [mut one, mut other], room) = app.two_in_a_room().await;
    for n in 0..4 {
        other.send(&room, &format!("unkind {n}")).await;
    }
    one.send(&room, "stop").await;
    let made = report(&jimin, &room, "hate", None).await;
    assert_eq!(made.status, 201, "{made:?}");
    let before = file(&app, &made).await;
    assert_eq!(texts(&before), ["unkind 2", "unkind 3", "stop"], "also what is not stored yet");

    let change = json!({"nickname": "angel", "introduction": "kind"});
    assert_eq!(oliver.send(Method::PATCH, "/api/v1/members/me", &change).await.status, 200);
    leave(&jimin, &room).await;
    let word = json!({"password": PASSWORD});
    for gone in [&oliver, &jimin] {
        let answer = gone.send(Method::POST, "/api/v1/members/me/withdrawal", &word).await;
        assert_eq!(answer.status, 204);
    }

    let after = file(&app, &made).await;
    assert_eq!(after["evidence"], before["evidence"]);
    assert_eq!(after["evidence"]["profile"]["nickname"], "oliver");
    assert_eq!(after["reported"]["withdrawn"], true);
}

#[tokio::test]
async fn a_closed_room_may_be_reported_by_who_has_not_left_it() {
    let app = TestApp::start().await;
    let ([jimin, oliver], [mut one, mut other], room) = app.two_in_a_room().await;
    other.send(&room, "unkind words").await;
    one.push("message").await;
    leave(&oliver, &room).await;

    let late = report(&oliver, &room, "spam", None).await;
    assert_eq!((late.status, late.code()), (404, "room_not_found"), "who has left");
    let made = report(&jimin, &room, "spam", None).await;
    assert_eq!(made.status, 201);
    assert_eq!(texts(&file(&app, &made).await), ["unkind words"]);
}

#[tokio::test]
async fn so_many_reports_an_hour_and_of_two_at_once_one_is_taken() {
    let app = TestApp::start_with(&ALL, &[("safety__reports_per_hour", "3")]).await;
    let ([jimin, _oliver], _pages, room) = app.two_in_a_room().await;
    let both =
        tokio::join!(report(&jimin, &room, "spam", None), report(&jimin, &room, "spam", None),);
    let mut statuses = [both.0.status, both.1.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [201, 409]);
    assert_eq!(report(&jimin, &room, "spam", None).await.status, 409);
    let refused = report(&jimin, &room, "spam", None).await;
    assert_eq!((refused.status, refused.code()), (429, "too_many_requests"));
}

#[tokio::test]
async fn a_picture_is_kept_with_a_report() {
    let app = TestApp::start().await;
    let ([jimin, oliver], _pages, room) = app.two_in_a_room().await;
    let picture = include_bytes!("../../fixtures/images/lossy.webp");
    let request = oliver.request(Method::PUT, "/api/v1/members/me/image");
    let sent = Answer::of(request.body(&picture[..])).await;
    assert_eq!(sent.status, 200, "{sent:?}");

    let made = report(&jimin, &room, "sexual", None).await;
    let removed = Answer::of(oliver.request(Method::DELETE, "/api/v1/members/me/image")).await;
    assert_eq!(removed.status, 200);

    let file = file(&app, &made).await;
    let picture = &file["evidence"]["profile"]["picture"];
    assert_eq!(picture["content_type"], "image/jpeg");
    assert!(picture["base64"].as_str().unwrap().len() > 100, "{picture}");
}

#[tokio::test]
async fn a_decision_is_final_told_to_the_reporter_and_kept_for_a_while() {
    let app = TestApp::start().await;
    let ([jimin, oliver], [mut one, mut other], room) = app.two_in_a_room().await;
    let made = report(&jimin, &room, "spam", None).await;
    let id = made.body["id"].as_str().unwrap();

    let decided =
        admin(&app, &["decide", id, "--dismiss", "--note", "a joke", "--by", "haru"]).await;

    assert_eq!(decided.code, Some(0), "{decided:?}");
    let told = one.push("report.decided").await["report"].clone();
    assert_eq!((&told["id"], &told["state"]), (&json!(id), &json!("dismissed")));
    assert!(told["decided_at"].is_string(), "{told}");
    let listed = jimin.get("/api/v1/members/me/reports").await.body;
    assert_eq!(listed["reports"], json!([told]));
    assert!(other.pushes_so_far().await.iter().all(|push| push["t"] != "report.decided"));
    for verdict in [&["--dismiss"][..], &["--suspend", "7d"]] {
        let again = admin(&app, &[&["decide", id], verdict].concat()).await;
        assert_eq!(again.code, Some(1));
        assert!(again.error.contains("decided before"), "{again:?}");
    }
    assert_eq!(oliver.get("/api/v1/members/me").await.status, 200, "nobody is suspended");
    let file = file(&app, &made).await;
    assert_eq!((&file["decided_by"], &file["note"]), (&json!("haru"), &json!("a joke")));
    let export = jimin.get("/api/v1/members/me/export").await.body;
    assert_eq!(export["reports"][0]["state"], "dismissed");

    // Another report about the same room may be made, and is dealt with by itself.
    let second = report(&jimin, &room, "hate", None).await;
    assert_eq!(second.status, 201);
    let id = second.body["id"].as_str().unwrap();
    let acted = admin(&app, &["decide", id, "--suspend", "7d"]).await;
    assert_eq!(acted.code, Some(0), "{acted:?}");
    assert_eq!(one.push("report.decided").await["report"]["state"], "acted");
    assert_eq!(other.closed().await, 4503);
    let refused = log_in(&app, "oliver", PASSWORD).await;
    assert_eq!((refused.status, refused.code()), (403, "suspended"));
    assert_eq!(refused.body["reason"], "hate", "and nothing of who reported");
    // A third leads to less than there is already.
    let third = report(&jimin, &room, "other", Some("the same again")).await;
    let acted =
        admin(&app, &["decide", third.body["id"].as_str().unwrap(), "--suspend", "12h"]).await;
    assert_eq!(acted.code, Some(0), "{acted:?}");
    let still = log_in(&app, "oliver", PASSWORD).await;
    assert_eq!(still.body, refused.body, "the longer one stays");
    let queue = admin(&app, &["reports", "--state", "acted", "--json"]).await.json();
    assert_eq!(queue["reports"][0]["decided_by"], "hana", "the user of the system");
}

#[tokio::test]
async fn of_two_decisions_at_once_one_counts() {
    let app = TestApp::start().await;
    let ([jimin, oliver], [mut one, _other], room) = app.two_in_a_room().await;
    let made = report(&jimin, &room, "spam", None).await;
    let id = made.body["id"].as_str().unwrap();

    let (dismiss, suspend) = (["decide", id, "--dismiss"], ["decide", id, "--suspend", "7d"]);
    let (dismiss, suspend) = tokio::join!(admin(&app, &dismiss), admin(&app, &suspend));

    let mut codes = [dismiss.code, suspend.code];
    codes.sort_unstable();
    assert_eq!(codes, [Some(0), Some(1)], "{dismiss:?} {suspend:?}");
    let state = one.push("report.decided").await["report"]["state"].clone();
    let is_suspended = log_in(&app, "oliver", PASSWORD).await.code() == "suspended";
    let expected = if suspend.code == Some(0) { ("acted", true) } else { ("dismissed", false) };
    assert_eq!((state.as_str().unwrap(), is_suspended), expected, "{}", oliver.name);
}

#[tokio::test]
async fn decided_reports_are_deleted_when_their_time_is_over_and_open_ones_are_not() {
    let folder = tempfile::tempdir().unwrap();
    let data_dir = folder.path().display().to_string();
    if crate::harness::are_distributed() {
        return;
    }
    let app = TestApp::start_with(&ALL, &[("storage__data_dir", &data_dir)]).await;
    let ([jimin, oliver], _pages, room) = app.two_in_a_room().await;
    let decided = report(&jimin, &room, "spam", None).await;
    let open = report(&oliver, &room, "spam", None).await;
    let id = |report: &Answer| report.body["id"].as_str().unwrap().to_owned();
    let at = app.internal("");
    let done =
        run_admin(folder.path(), &[], &["decide", &id(&decided), "--dismiss", "--at", &at]).await;
    assert_eq!(done.code, Some(0), "{done:?}");
    app.request_stop();
    assert!(app.stopped().await);

    // A year later.
    let clock = rand_chat::base::ManualClock::at(
        rand_chat::base::Clock::now(&rand_chat::base::SystemClock) + Duration::from_hours(366 * 24),
    );
    let clock: rand_chat::base::SharedClock = std::sync::Arc::new(clock);
    let substitutes = rand_chat::app::Substitutes { clock: Some(clock), ..Default::default() };
    let later = TestApp::start_on(&[&ALL], &[("storage__data_dir", &data_dir)], substitutes).await;
    let file = folder.path().join("rand-chat.db");
    let left = eventually("it is deleted", async || {
        use diesel::prelude::*;
        let mut conn = SqliteConnection::establish(&file.to_string_lossy()).unwrap();
        let left: i64 =
            rand_chat::infra::db::schema::reports::table.count().get_result(&mut conn).unwrap();
        (left < 2).then_some(left)
    })
    .await;
    assert_eq!(left, 1);
    let again = log_in(&later, "oliver", PASSWORD).await;
    let request = reqwest::Client::new().get(later.url("/api/v1/members/me/reports"));
    let listed =
        Answer::of(request.bearer_auth(again.body["access_token"].as_str().unwrap())).await;
    assert_eq!(listed.body["reports"][0]["id"], open.body["id"]);
}
