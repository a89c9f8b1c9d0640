//! Sessions: tokens that rotate, cookies, the list of devices.

use std::time::{Duration, Instant};

use rand_chat::app::Role;
use reqwest::{Client, Method};
use serde_json::json;

use crate::harness::{Answer, Person, TestApp};

use super::{PASSWORD, log_in};

#[tokio::test]
async fn refresh_tokens_change_at_each_use_and_a_stolen_one_ends_the_session() {
    let app = TestApp::start().await;
    let mut jimin = app.person("jimin").await;
    let mut page = jimin.page().await;
    let stolen = jimin.cookie.clone();
    assert_eq!(jimin.refresh().await.status, 200);
    assert_ne!(jimin.cookie, stolen);
    assert_eq!(jimin.refresh().await.status, 200, "the successor is used");

    let thief = jimin.refresh_with(&stolen).await;

    assert_eq!(thief.code(), "session_ended");
    assert_eq!(jimin.refresh().await.code(), "session_ended");
    assert_eq!(jimin.get("/api/v1/members/me").await.code(), "session_ended");
    assert_eq!(page.closed().await, 4501, "its sockets are closed");
}

#[tokio::test]
async fn a_lost_answer_may_be_asked_for_again_once() {
    let app = TestApp::start().await;
    let mut jimin = app.person("jimin").await;
    let old = jimin.cookie.clone();

    // The answer to the first is lost; its successor is withdrawn by the second.
    let lost = jimin.refresh_with(&old).await.cookie.unwrap();
    let second = jimin.refresh_with(&old).await;
    assert_eq!(second.status, 200);
    jimin.cookie = second.cookie.unwrap();
    assert_eq!(jimin.refresh().await.status, 200);
    assert_eq!(jimin.refresh_with(&lost).await.code(), "session_ended");

    let mut later = app.person("later").await;
    let old = later.cookie.clone();
    assert_eq!(later.refresh().await.status, 200);
    app.clock.advance(Duration::from_secs(31));
    assert_eq!(later.refresh_with(&old).await.code(), "session_ended", "too late to be a retry");
}

#[tokio::test]
async fn logging_out_ends_the_session_and_its_sockets_and_no_other() {
    let app = TestApp::start().await;
    let here = app.person("jimin").await;
    let there = log_in(&app, "jimin_01", "correct horse battery").await;
    let mut page = here.page().await;

    assert_eq!(here.log_out().await.status, 204);

    let begun = Instant::now();
    assert_eq!(page.closed().await, 4501);
    assert!(begun.elapsed() < Duration::from_secs(1));
    assert_eq!(here.refresh_with(&here.cookie).await.code(), "session_ended");
    assert_eq!(here.get("/api/v1/members/me").await.code(), "session_ended");
    assert_eq!(here.refresh_with(&there.cookie.unwrap()).await.status, 200);
    assert_eq!(here.log_out().await.status, 204, "again is no error");
}

#[tokio::test]
async fn cookies_are_not_taken_from_pages_of_others_nor_readable_by_ours() {
    let app = TestApp::start().await;
    let jimin = app.person("jimin").await;
    let foreign = Client::new()
        .post(app.url("/api/v1/auth/refresh"))
        .header("cookie", &jimin.cookie)
        .header("origin", "https://evil.example");
    assert_eq!(Answer::of(foreign).await.code(), "origin_not_allowed");

    let own = Client::new()
        .post(app.url("/api/v1/auth/refresh"))
        .header("cookie", &jimin.cookie)
        .header("origin", app.url(""));
    let response = own.send().await.unwrap();
    let cookie = response.headers()["set-cookie"].to_str().unwrap().to_owned();
    for attribute in ["HttpOnly", "SameSite=Strict", "Path=/", "Max-Age=1209600"] {
        assert!(cookie.contains(attribute), "{cookie}");
    }
    assert!(!cookie.contains("Secure"), "this server is reached over http");
}

#[tokio::test]
async fn over_https_the_cookie_is_secure_and_bound_to_the_host() {
    let settings = [("http__public_url", "https://chat.example.com")];
    let app = TestApp::start_with(&crate::harness::ALL, &settings).await;
    let jimin = app.person("jimin").await;

    assert!(jimin.cookie.starts_with("__Host-refresh="), "{}", jimin.cookie);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_many_who_refresh_at_once_one_holds_the_session() {
    let app = TestApp::start().await;
    let jimin = app.person("jimin").await;
    let mut current = jimin.cookie.clone();
    for round in 0..20 {
        let all = (0..8).map(|_| jimin.refresh_with(&current));
        let answers = futures_util::future::join_all(all).await;
        let cookies = answers.into_iter().filter_map(|answer| answer.cookie);

        // A lost answer may be asked for again, but only what was given last is good for anything.
        let mut good = Vec::new();
        for cookie in cookies {
            let answer = jimin.refresh_with(&cookie).await;
            good.extend(answer.cookie.filter(|_| answer.status == 200));
        }
        assert_eq!(good.len(), 1, "round {round}");
        current = good.remove(0);
    }
}

/// The ids of somebody's log-ins, the last used first, and which is the one that asks.
async fn listed(person: &Person) -> Vec<(String, bool)> {
    let list = person.get("/api/v1/members/me/sessions").await;
    assert_eq!(list.status, 200, "{list:?}");
    let sessions = list.body["sessions"].as_array().unwrap().iter();
    sessions
        .map(|row| (row["id"].as_str().unwrap().to_owned(), row["current"].as_bool().unwrap()))
        .collect()
}

/// The same account, logged in on another device.
async fn elsewhere(app: &TestApp, person: &Person) -> Person {
    let answer = log_in(app, &format!("{}_01", person.name), PASSWORD).await;
    Person {
        access: answer.body["access_token"].as_str().unwrap().to_owned(),
        cookie: answer.cookie.unwrap(),
        ..person.clone()
    }
}

#[tokio::test]
async fn log_ins_are_listed_by_device_and_one_is_ended_on_every_node() {
    let processes: [&[Role]; 3] =
        [&[Role::Member, Role::Matcher], &[Role::WsGateway], &[Role::WsGateway, Role::ChatWriter]];
    let app = TestApp::start_spread(&processes).await;
    let here = app.person("jimin").await;
    app.clock.advance(Duration::from_secs(2));
    let there = elsewhere(&app, &here).await;
    let mut pages = [there.page().await, there.page().await, there.page().await, here.page().await];

    let both = listed(&here).await;
    assert_eq!(both.len(), 2);
    assert_eq!((both[0].1, both[1].1), (false, true), "the newer is the other one");
    assert!(listed(&there).await[0].1);
    let begun = Instant::now();
    let path = format!("/api/v1/members/me/sessions/{}", both[0].0);
    let ended = Answer::of(here.request(Method::DELETE, &path)).await;

    assert_eq!(ended.status, 204);
    for page in &mut pages[..3] {
        assert_eq!(page.closed().await, 4501);
    }
    assert!(begun.elapsed() < Duration::from_secs(1), "{:?}", begun.elapsed());
    assert_eq!(there.get("/api/v1/members/me").await.code(), "session_ended");
    assert_eq!(there.refresh_with(&there.cookie).await.code(), "session_ended");
    assert_eq!(pages[3].ask("pong", json!({})).await["t"], "ok", "the other lives");
    assert_eq!(listed(&here).await.len(), 1);
    let again = Answer::of(here.request(Method::DELETE, &path)).await;
    assert_eq!(again.status, 204, "a second try closes what the first may not have reached");
}

#[tokio::test]
async fn all_other_log_ins_are_ended_at_once_or_all() {
    let app = TestApp::start().await;
    let here = app.person("jimin").await;
    let others = [elsewhere(&app, &here).await, elsewhere(&app, &here).await];
    let mut page = here.page().await;

    let path = "/api/v1/members/me/sessions?except=current";
    assert_eq!(Answer::of(here.request(Method::DELETE, path)).await.status, 204);
    for other in &others {
        assert_eq!(other.get("/api/v1/members/me").await.code(), "session_ended");
    }
    assert_eq!(page.ask("pong", json!({})).await["t"], "ok");
    let odd = "/api/v1/members/me/sessions?except=others";
    assert_eq!(Answer::of(here.request(Method::DELETE, odd)).await.code(), "invalid_request");

    let path = "/api/v1/members/me/sessions";
    assert_eq!(Answer::of(here.request(Method::DELETE, path)).await.status, 204);
    assert_eq!(page.closed().await, 4501);
    assert_eq!(here.get("/api/v1/members/me").await.code(), "session_ended");
}

#[tokio::test]
async fn log_ins_of_others_are_not_there() {
    let app = TestApp::start().await;
    let (jimin, oliver) = (app.person("jimin").await, app.person("oliver").await);
    let theirs = listed(&oliver).await[0].0.clone();

    for session in [&*theirs, "0190163d-8694-739b-aea5-966c26f8ad91"] {
        let path = format!("/api/v1/members/me/sessions/{session}");
        let refused = Answer::of(jimin.request(Method::DELETE, &path)).await;
        assert_eq!((refused.status, refused.code()), (404, "session_not_found"));
    }
    assert_eq!(oliver.get("/api/v1/members/me").await.status, 200);
}

#[tokio::test]
async fn one_log_in_too_many_ends_the_one_that_was_used_longest_ago() {
    let app = TestApp::start_with(&crate::harness::ALL, &[("member__sessions_max", "3")]).await;
    let first = app.person("jimin").await;
    let mut page = first.page().await;
    for _ in 0..2 {
        app.clock.advance(Duration::from_secs(1));
        elsewhere(&app, &first).await;
    }
    assert_eq!(first.get("/api/v1/members/me").await.status, 200);

    app.clock.advance(Duration::from_secs(1));
    let last = elsewhere(&app, &first).await;

    assert_eq!(page.closed().await, 4501);
    assert_eq!(first.get("/api/v1/members/me").await.code(), "session_ended");
    assert_eq!(listed(&last).await.len(), 3);
}
