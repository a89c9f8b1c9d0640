//! Who is suspended is out, and stays out until it is over.

use std::time::Duration;

use rand_chat::base::Clock;
use serde_json::json;

use super::*;

async fn suspend(app: &TestApp, whom: &str, span: &str, reason: &str) -> Done {
    let done = admin(app, &["suspend", whom, "--for", span, "--reason", reason]).await;
    assert_eq!(done.code, Some(0), "{done:?}");
    done
}

#[tokio::test]
async fn who_is_suspended_is_out_at_once_on_every_page_and_learns_why_and_until_when() {
    let app = TestApp::start().await;
    let ([jimin, oliver], [mut one, mut other], room) = app.two_in_a_room().await;
    let mut second = oliver.page().await;

    suspend(&app, "Oliver_01", "7d", "unkind words").await;

    assert_eq!(other.closed().await, 4503);
    assert_eq!(second.closed().await, 4503);
    assert_eq!(oliver.get("/api/v1/members/me").await.code(), "session_ended");
    let mut page = Page::silent(&app.doors).await;
    page.request("hello", json!({"token": oliver.access})).await;
    assert_eq!(page.closed().await, 4501, "a token that is still good");
    let cookie = oliver.cookie.clone();
    for refused in [oliver.refresh_with(&cookie).await, log_in(&app, "oliver", PASSWORD).await] {
        assert_eq!((refused.status, refused.code()), (403, "suspended"), "{refused:?}");
        assert_eq!(refused.body["reason"], "unkind words");
        let until = app.clock.now() + Duration::from_hours(7 * 24);
        assert_eq!(refused.body["until"], json!(until.to_string()));
    }
    // Whoever does not know the password learns nothing.
    let wrong = log_in(&app, "oliver", "wrong horse battery").await;
    assert_eq!(
        (wrong.status, wrong.code(), wrong.body.get("until")),
        (401, "credentials_wrong", None)
    );
    // The room stays as it is; the other is not told.
    one.send(&room, "are you there?").await;
    assert_eq!(open_rooms(&jimin).await, 1);

    let replaced = suspend(&app, &oliver.id, "for-good", "again").await;
    assert!(replaced.printed.contains("for good, by hana: again"), "{replaced:?}");
    let refused = log_in(&app, "oliver", PASSWORD).await;
    assert_eq!((&refused.body["until"], &refused.body["reason"]), (&json!(null), &json!("again")));
    assert!(refused.body.get("until").is_some(), "null is said");

    let released = admin(&app, &["release", "oliver_01", "--by", "haru"]).await;
    assert_eq!((released.code, released.printed.trim()), (Some(0), "oliver_01 is released"));
    let again = admin(&app, &["release", "oliver_01"]).await;
    assert_eq!(again.code, Some(1));
    assert!(again.error.contains("not suspended"), "{again:?}");
    let back = log_in(&app, "oliver", PASSWORD).await;
    assert_eq!(back.status, 200);
    let history = admin(&app, &["member", "oliver_01", "--json"]).await.json();
    let history = history["suspensions"].as_array().unwrap();
    let ended: Vec<&Value> = history.iter().map(|entry| &entry["released_by"]).collect();
    assert_eq!(ended, [&json!("haru"), &json!("hana")], "each is kept");
    assert_eq!(
        oliver.refresh_with(&cookie).await.code(),
        "session_ended",
        "the old log-in is over"
    );
}

#[tokio::test]
async fn a_suspension_is_over_by_itself() {
    let app = TestApp::start().await;
    let oliver = app.person("oliver").await;
    suspend(&app, "oliver_01", "7d", "spam").await;
    app.clock.advance(Duration::from_hours(7 * 24) - Duration::from_secs(30));
    assert_eq!(log_in(&app, "oliver", PASSWORD).await.code(), "suspended");

    app.clock.advance(Duration::from_mins(1));

    assert_eq!(log_in(&app, "oliver", PASSWORD).await.status, 200);
    drop(oliver);
}

#[tokio::test]
async fn who_is_suspended_leaves_the_queue_and_its_proposal() {
    let app = TestApp::start().await;
    let people = [app.person("jimin").await, app.person("oliver").await];
    let [mut jimin, mut oliver] = [people[0].page().await, people[1].page().await];
    let shown = proposed(&people, [&mut jimin, &mut oliver]).await;
    assert_eq!(people[1].answer(&shown[1], "accept").await.status, 200);

    suspend(&app, "oliver_01", "7d", "spam").await;

    let ended = jimin.push("match.ended").await;
    assert_eq!((&ended["proposal"], &ended["outcome"]), (&shown[0]["id"], &json!("not_matched")));
    jimin.push("match.waiting").await;
    assert_eq!(people[0].answer(&shown[0], "accept").await.code(), "proposal_over");
    assert_eq!(oliver.closed().await, 4503);
    // The next who fits is somebody else.
    let third = app.person("third").await;
    let mut page = third.page().await;
    third.place(SEOUL).await;
    third.search(Some(10)).await;
    assert_eq!(page.push("match.proposed").await["partner"]["nickname"], "jimin");

    // One who only waits is gone, too.
    let waiting = app.person("waiting").await;
    let _page = waiting.page().await;
    waiting.place(SEOUL).await;
    waiting.search(Some(10)).await;
    suspend(&app, "waiting_01", "7d", "spam").await;
    let last = app.person("last").await;
    let mut page = last.page().await;
    last.place(SEOUL).await;
    last.search(Some(10)).await;
    let pushes = page.pushes_so_far().await;
    assert!(pushes.iter().all(|push| push["t"] != "match.proposed"), "{pushes:?}");
}

#[tokio::test]
async fn a_suspension_while_both_accept_leaves_no_room_without_an_end() {
    let app = TestApp::start().await;
    for round in 0..6 {
        let names = [format!("one{round}"), format!("two{round}")];
        let people = [app.person(&names[0]).await, app.person(&names[1]).await];
        let [mut one, mut two] = [people[0].page().await, people[1].page().await];
        let shown = proposed(&people, [&mut one, &mut two]).await;

        let (first, second, _) = tokio::join!(
            people[0].answer(&shown[0], "accept"),
            people[1].answer(&shown[1], "accept"),
            suspend(&app, &people[1].id, "7d", "spam"),
        );

        // Either both have the room, or nobody.
        app.clock.advance(Duration::from_secs(3));
        let ended = one.push("match.ended").await;
        let has_room = open_rooms(&people[0]).await == 1;
        assert_eq!(ended["outcome"] == "accepted", has_room, "{ended} {first:?} {second:?}");
        assert_eq!(two.closed().await, 4503);
        is_out_of_the_queue(&people[0]).await;
    }
}

#[tokio::test]
async fn a_log_in_at_the_moment_of_a_suspension_does_not_outlive_it() {
    let app = TestApp::start().await;
    for round in 0..6 {
        let name = format!("racer{round}");
        let racer = app.person(&name).await;
        let (new, _) =
            tokio::join!(log_in(&app, &name, PASSWORD), suspend(&app, &racer.id, "7d", "spam"),);
        if new.status == 200 {
            let access = new.body["access_token"].as_str().unwrap();
            let request = reqwest::Client::new().get(app.url("/api/v1/members/me"));
            let seen = Answer::of(request.bearer_auth(access)).await;
            assert_eq!(seen.code(), "session_ended");
            let refused = racer.refresh_with(&new.cookie.unwrap()).await;
            assert_eq!(refused.code(), "suspended");
        } else {
            assert_eq!(new.code(), "suspended");
        }
    }
}
