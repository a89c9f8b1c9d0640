//! Taking everything along, and withdrawing.

use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::{ALL, Answer, SEOUL, TestApp, eventually};

use super::{PASSWORD, log_in, log_in_on};

#[tokio::test]
async fn an_export_has_everything_that_is_stored_about_a_member_and_nothing_of_others() {
    let app = TestApp::start().await;
    let (people, [mut jimin, mut oliver], room) = app.two_in_a_room().await;
    // More than one page of messages.
    for n in 0..3 {
        jimin.send(&room, &format!("mine {n} \"quoted\" 👋")).await;
        oliver.send(&room, &format!("theirs {n}")).await;
    }
    let path = format!("/api/v1/rooms/{room}/messages");
    eventually("all is stored", async || {
        let page = people[0].get(&path).await;
        let stored = page.body["messages"].as_array()?.iter().all(|m| m["stored"] == true);
        stored.then_some(())
    })
    .await;

    let request = people[0].request(Method::GET, "/api/v1/members/me/export");
    let response = request.send().await.unwrap();
    let disposition = response.headers()["content-disposition"].to_str().unwrap().to_owned();
    assert_eq!(disposition, "attachment; filename=\"rand-chat-export.json\"");
    let text = response.text().await.unwrap();
    let export: Value = serde_json::from_str(&text).unwrap();

    assert_eq!(export["format"], "rand-chat export 1");
    for (field, value) in [
        ("username", json!("jimin_01")),
        ("nickname", json!("jimin")),
        ("email", json!("jimin@example.com")),
        ("birth_date", json!("1999-05-17")),
        ("sex", json!("undisclosed")),
        ("interests", json!(["film", "산책"])),
        ("languages", json!(["ko"])),
        ("share_read", json!(true)),
    ] {
        assert_eq!(export["account"][field], value, "{field}");
    }
    assert_eq!(export["consents"].as_array().unwrap().len(), 2);
    assert_eq!(export["sessions"].as_array().unwrap().len(), 1);
    assert!(export["place"].is_object() || export["place"].is_array(), "{}", export["place"]);
    assert_eq!(export["rooms"].as_array().unwrap().len(), 1);
    let room = &export["rooms"][0];
    assert_eq!(room["partner"], "oliver");
    let texts: Vec<&str> =
        room["messages"].as_array().unwrap().iter().map(|m| m["text"].as_str().unwrap()).collect();
    let mine: Vec<String> = (0..3).map(|n| format!("mine {n} \"quoted\" 👋")).collect();
    assert_eq!(texts, mine);
    for secret in ["theirs", "argon2", "oliver@example.com", "oliver_01"] {
        assert!(!text.contains(secret), "{secret}");
    }
}

#[tokio::test]
async fn an_export_may_be_asked_for_so_often_an_hour() {
    let app = TestApp::start_with(&ALL, &[("member__exports_per_hour", "2")]).await;
    let jimin = app.person("jimin").await;
    for _ in 0..2 {
        assert_eq!(jimin.get("/api/v1/members/me/export").await.status, 200);
    }
    assert_eq!(jimin.get("/api/v1/members/me/export").await.code(), "too_many_requests");
}

#[tokio::test]
async fn who_withdraws_is_erased_at_once_and_what_was_written_stays_with_the_partner() {
    let app = TestApp::start_with(&ALL, &[("member__code_resend_s", "0")]).await;
    let (people, [mut jimin, mut oliver], room) = app.two_in_a_room().await;
    jimin.send(&room, "remember me").await;
    oliver.push("message").await;
    let withdraw = async |password: &str| {
        let form = json!({"password": password});
        people[0].send(Method::POST, "/api/v1/members/me/withdrawal", &form).await
    };
    assert_eq!(withdraw("wrong password").await.code(), "password_wrong");
    assert_eq!(people[0].get("/api/v1/members/me").await.status, 200);

    assert_eq!(withdraw(PASSWORD).await.status, 204);

    assert_eq!(jimin.closed().await, 4501, "its sockets are closed");
    assert_eq!(people[0].get("/api/v1/members/me").await.code(), "session_ended");
    assert_eq!(people[0].refresh_with(&people[0].cookie).await.code(), "session_ended");
    for login in ["jimin_01", "jimin@example.com"] {
        let device = &people[0].device;
        let refused = log_in_on(&app, device, login, PASSWORD).await;
        assert_eq!(refused.code(), "credentials_wrong");
    }

    let closed = oliver.push("room.closed").await;
    assert_eq!((&closed["room"], &closed["by"]), (&json!(room), &json!("partner")));
    assert_eq!(oliver.push("room.closed").await, closed, "once more, now that it is done");
    let view = people[1].get(&format!("/api/v1/rooms/{room}")).await;
    assert_eq!(view.body["open"], false);
    assert_eq!(view.body["partner"]["withdrawn"], true);
    assert_eq!(view.body["partner"]["nickname"], "");
    assert_eq!(people[1].texts(&room).await, ["remember me"]);
    let refused = oliver.send_as(&room, uuid::Uuid::now_v7(), "are you there?").await;
    assert_eq!(refused["d"]["code"], "room_closed");

    // Names and address are free again, for another account.
    let again = app.person("jimin").await;
    assert_ne!(again.id, people[0].id);
    assert_eq!(again.get("/api/v1/rooms").await.body["rooms"], json!([]));
}

#[tokio::test]
async fn nothing_personal_of_who_withdrew_is_left_in_the_database() {
    if crate::harness::are_distributed() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let data_dir = folder.path().display().to_string();
    let app = TestApp::start_with(&ALL, &[("storage__data_dir", &data_dir)]).await;
    let jimin = app.person("jimin").await;
    jimin.place(SEOUL).await;
    let change = json!({"introduction": "canary introduction", "interests": ["canary interest"]});
    assert_eq!(jimin.send(Method::PATCH, "/api/v1/members/me", &change).await.status, 200);
    let form = json!({"password": PASSWORD});
    let gone = jimin.send(Method::POST, "/api/v1/members/me/withdrawal", &form).await;
    assert_eq!(gone.status, 204);
    app.request_stop();
    assert!(app.stopped().await);

    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder.path()).unwrap() {
        let path = entry.unwrap().path();
        if path.is_file() {
            let bytes = std::fs::read(&path).unwrap();
            for canary in ["jimin_01", "jimin@example.com", "1999-05-17", "canary", "$argon2id$"] {
                if bytes.windows(canary.len()).any(|window| window == canary.as_bytes()) {
                    found.push(format!("{canary} in {}", path.display()));
                }
            }
        }
    }
    assert_eq!(found, [] as [String; 0]);
}

#[tokio::test]
async fn who_waits_to_be_matched_and_withdraws_is_offered_to_nobody() {
    let app = TestApp::start().await;
    let (jimin, oliver) = (app.person("jimin").await, app.person("oliver").await);
    let mut page = jimin.page().await;
    jimin.place(SEOUL).await;
    jimin.search(Some(10)).await;
    let form = json!({"password": PASSWORD});
    let gone = jimin.send(Method::POST, "/api/v1/members/me/withdrawal", &form).await;
    assert_eq!(gone.status, 204);
    assert_eq!(page.closed().await, 4501);

    let mut other = oliver.page().await;
    oliver.place(SEOUL).await;
    oliver.search(Some(10)).await;

    // A third who fits is offered instead.
    let third = app.person("third").await;
    let _page = third.page().await;
    third.place(SEOUL).await;
    third.search(Some(10)).await;
    let proposal = other.push("match.proposed").await;
    assert_eq!(proposal["partner"]["nickname"], "third");
    assert_eq!(log_in(&app, "jimin_01", PASSWORD).await.status, 401);
    let _ = Answer::of(oliver.request(Method::DELETE, "/api/v1/match/ticket")).await;
}

#[tokio::test]
async fn who_accepts_and_withdraws_gets_no_room_and_the_other_goes_on_waiting() {
    let app = TestApp::start().await;
    let people = [app.person("jimin").await, app.person("oliver").await];
    let [mut jimin, mut oliver] = [people[0].page().await, people[1].page().await];
    for person in &people {
        person.place(SEOUL).await;
        person.search(Some(10)).await;
    }
    let to_jimin = jimin.push("match.proposed").await;
    let to_oliver = oliver.push("match.proposed").await;
    assert_eq!(people[0].answer(&to_jimin, "accept").await.status, 200);
    let form = json!({"password": PASSWORD});
    let gone = people[0].send(Method::POST, "/api/v1/members/me/withdrawal", &form).await;
    assert_eq!(gone.status, 204);

    let answer = people[1].answer(&to_oliver, "accept").await;

    assert_eq!((answer.status, answer.code()), (409, "proposal_over"));
    // Whoever sees to what was left behind does so after two seconds of this clock.
    app.clock.advance(std::time::Duration::from_secs(3));
    assert_eq!(oliver.push("match.ended").await["outcome"], "not_matched");
    assert_eq!(people[1].get("/api/v1/rooms").await.body["rooms"], json!([]));
    assert_eq!(people[1].get("/api/v1/match/ticket").await.status, 200, "it goes on waiting");
}
