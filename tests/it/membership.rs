//! The rules of accounts and sessions, over HTTP.

use std::time::Duration;

use reqwest::{Client, Method};
use serde_json::json;

use crate::harness::{Answer, SEOUL, TestApp, line};

async fn log_in(app: &TestApp, login: &str, password: &str) -> Answer {
    app.post("/api/v1/auth/sessions", &json!({"login": login, "password": password})).await
}

#[tokio::test]
async fn one_logs_in_with_username_or_address_in_any_case() {
    let app = TestApp::start().await;
    let jimin = app.person("jimin").await;

    for login in ["jimin_01", "JIMIN_01", "jimin@example.com", " Jimin@Example.com "] {
        let answer = log_in(&app, login, "correct horse battery").await;
        assert_eq!(answer.status, 200, "{login}");
        assert_eq!(answer.body["member"]["id"], jimin.id);
        assert!(answer.body["member"].get("password_hash").is_none());
    }
    for (login, password) in [("jimin_01", "wrong horse battery"), ("nobody_01", "correct horse")] {
        assert_eq!(log_in(&app, login, password).await.code(), "credentials_wrong");
    }
}

#[tokio::test]
async fn a_code_is_good_for_three_minutes_and_five_tries() {
    let Some(app) = TestApp::start_where_time_flies().await else { return };
    let email = TestApp::email("jimin");
    let ask = async || app.post("/api/v1/auth/email-codes", &json!({"email": email})).await;
    let prove = async |code: String| {
        app.post("/api/v1/auth/email-proofs", &json!({"email": email, "code": code})).await
    };
    let sent = ask().await;
    assert_eq!(sent.body, json!({"expires_in_s": 180, "resend_in_s": 60}));
    let early = ask().await;
    assert_eq!((early.status, early.body["retry_after_ms"].as_u64()), (429, Some(60_000)));

    // Another one replaces it.
    let first = app.mails.code(&email).await;
    app.clock.advance(Duration::from_mins(1));
    ask().await;
    let second = app.mails.code(&email).await;
    if first != second {
        assert_eq!(prove(first).await.code(), "code_wrong");
    }
    assert_eq!(prove(second.clone()).await.status, 200);
    assert_eq!(prove(second).await.code(), "code_expired", "used up");

    app.clock.advance(Duration::from_mins(1));
    ask().await;
    let third = app.mails.code(&email).await;
    let wrong = if third == "000000" { "111111" } else { "000000" };
    for _ in 0..5 {
        assert_eq!(prove(wrong.to_owned()).await.code(), "code_wrong");
    }
    assert_eq!(prove(third).await.code(), "code_expired", "guessed at too often");

    app.clock.advance(Duration::from_mins(1));
    ask().await;
    let last = app.mails.code(&email).await;
    app.clock.advance(Duration::from_mins(3));
    assert_eq!(prove(last).await.code(), "code_expired", "too old");
}

#[tokio::test]
async fn asking_for_a_code_does_not_tell_who_has_an_account() {
    let Some(app) = TestApp::start_where_time_flies().await else { return };
    app.person("jimin").await;
    app.clock.advance(Duration::from_mins(1));

    let known = app.post("/api/v1/auth/email-codes", &json!({"email": "JIMIN@example.com"})).await;
    let unknown = app.post("/api/v1/auth/email-codes", &json!({"email": "x@example.com"})).await;

    assert_eq!((known.status, &known.body), (unknown.status, &unknown.body));
    let mail = app.mails.next("JIMIN@example.com").await;
    assert_eq!(line(&mail, "code: "), None, "{mail:?}");
}

#[tokio::test]
async fn everything_wrong_with_a_sign_up_is_told_at_once() {
    let app = TestApp::start().await;
    app.person("taken").await;
    let proof = app.proof("jimin").await;
    let mut form = TestApp::form("jimin", &proof);
    for (field, value) in [
        ("username", "a b"),
        ("password", "password123"),
        ("nickname", "x"),
        ("birth_date", "2020-01-01"),
        ("terms_version", "1999-01"),
    ] {
        form[field] = json!(value);
    }
    form["interests"] = json!((0..11).map(|n| format!("x{n}")).collect::<Vec<_>>());

    let refused = app.post("/api/v1/members", &form).await;

    assert_eq!(refused.status, 400);
    let mut fields: Vec<String> = refused.body["fields"]
        .as_array()
        .unwrap()
        .iter()
        .map(|problem| {
            format!("{} {}", problem["field"].as_str().unwrap(), problem["code"].as_str().unwrap())
        })
        .collect();
    fields.sort();
    assert_eq!(
        fields,
        [
            "birth_date too_young",
            "interests too_many",
            "nickname length",
            "password too_common",
            "terms_version unknown",
            "username length"
        ]
    );

    // The proof is still good, names are unique ignoring case, and then it is used up.
    let mut form = TestApp::form("jimin", &proof);
    form["username"] = json!("TAKEN_01");
    assert_eq!(app.post("/api/v1/members", &form).await.code(), "username_taken");
    form["username"] = json!("jimin_01");
    form["nickname"] = json!("Taken");
    assert_eq!(app.post("/api/v1/members", &form).await.code(), "nickname_taken");
    form["nickname"] = json!("지민");
    assert_eq!(app.post("/api/v1/members", &form).await.status, 201);
    assert_eq!(app.post("/api/v1/members", &form).await.code(), "proof_expired");
}

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

    let begun = std::time::Instant::now();
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
