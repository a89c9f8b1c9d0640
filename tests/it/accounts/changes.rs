//! Another password, another address.

use reqwest::Method;
use serde_json::json;

use crate::harness::{ALL, TestApp, line};

use super::{PASSWORD, log_in};

const NEW: &str = "another good password";

#[tokio::test]
async fn a_change_of_password_ends_every_log_in_and_the_page_that_asked_goes_on() {
    let app = TestApp::start().await;
    let mut here = app.person("jimin").await;
    let there = log_in(&app, "jimin_01", PASSWORD).await;
    let (mut page, old) = (here.page().await, here.clone());
    let change = json!({"current_password": PASSWORD, "new_password": NEW});

    let changed = here.send(Method::PUT, "/api/v1/members/me/password", &change).await;

    assert_eq!(changed.status, 200, "{changed:?}");
    assert_eq!(page.closed().await, 4501);
    assert_eq!(old.get("/api/v1/members/me").await.code(), "session_ended");
    for cookie in [&old.cookie, &there.cookie.unwrap()] {
        assert_eq!(old.refresh_with(cookie).await.code(), "session_ended");
    }
    here.access = changed.body["access_token"].as_str().unwrap().to_owned();
    here.cookie = changed.cookie.unwrap();
    assert_eq!(here.get("/api/v1/members/me").await.status, 200);
    assert_eq!(here.refresh().await.status, 200);
    assert_eq!(log_in(&app, "jimin_01", PASSWORD).await.code(), "credentials_wrong");
    assert_eq!(log_in(&app, "jimin_01", NEW).await.status, 200);
    let told = app.mails.next("jimin@example.com").await;
    assert_eq!(told.subject, "rand-chat 비밀번호가 바뀌었어요");
}

#[tokio::test]
async fn a_password_is_changed_by_who_knows_it_and_to_a_good_one_only() {
    let app = TestApp::start_with(&ALL, &[("member__passwords_per_hour", "6")]).await;
    let jimin = app.person("jimin").await;
    let change = async |current: &str, new: &str| {
        let form = json!({"current_password": current, "new_password": new});
        jimin.send(Method::PUT, "/api/v1/members/me/password", &form).await
    };

    for (bad, code) in
        [("short", "length"), ("password123", "too_common"), ("xjimin_01x", "contains_personal")]
    {
        let refused = change(PASSWORD, bad).await;
        let problem = &refused.body["fields"][0];
        assert_eq!((&problem["field"], &problem["code"]), (&json!("new_password"), &json!(code)));
    }
    for _ in 0..3 {
        let wrong = change("wrong password", NEW).await;
        assert_eq!((wrong.status, wrong.code()), (422, "password_wrong"));
    }
    assert_eq!(change(PASSWORD, NEW).await.code(), "too_many_requests", "guessing is slow");
    assert_eq!(jimin.get("/api/v1/members/me").await.status, 200, "and nobody is logged out");
    assert_eq!(log_in(&app, "jimin_01", PASSWORD).await.status, 200);
}

#[tokio::test]
async fn another_address_is_proved_like_the_first_and_the_old_one_is_told() {
    let app = TestApp::start().await;
    let jimin = app.person("jimin").await;
    let (old, new) = ("jimin@example.com", "Jimin@elsewhere.example");
    let ask = json!({"email": new, "password": PASSWORD});
    let asked = jimin.send(Method::POST, "/api/v1/members/me/email-codes", &ask).await;
    assert_eq!(asked.body, json!({"expires_in_s": 180, "resend_in_s": 60}));
    let code = app.mails.code(new).await;
    let change = async |email: &str, code: &str| {
        let form = json!({"email": email, "code": code});
        jimin.send(Method::PUT, "/api/v1/members/me/email", &form).await
    };

    assert_eq!(change(new, "x").await.code(), "code_wrong");
    assert_eq!(change("third@example.com", &code).await.code(), "code_expired", "of no code");
    assert_eq!(log_in(&app, new, PASSWORD).await.status, 401, "not yet");
    let changed = change(new, &code).await;

    assert_eq!((changed.status, &changed.body["email"]), (200, &json!(new)));
    assert_eq!(change(new, &code).await.code(), "code_expired", "used up");
    let told = app.mails.next(old).await;
    assert_eq!(told.subject, "rand-chat 이메일이 바뀌었어요");
    assert!(!format!("{:?} {}", told.subject, line(&told, "").unwrap()).contains("elsewhere"));
    assert_eq!(log_in(&app, old, PASSWORD).await.status, 401);
    assert_eq!(log_in(&app, "jimin@elsewhere.example", PASSWORD).await.status, 200);
    assert_eq!(jimin.get("/api/v1/members/me").await.status, 200, "log-ins go on");
}

#[tokio::test]
async fn moving_to_an_address_does_not_tell_whether_it_has_an_account() {
    let app = TestApp::start().await;
    let (jimin, _) = (app.person("jimin").await, app.person("oliver").await);
    let ask = async |email: &str, password: &str| {
        let form = json!({"email": email, "password": password});
        jimin.send(Method::POST, "/api/v1/members/me/email-codes", &form).await
    };

    assert_eq!(ask("a@b.example", "wrong password").await.code(), "password_wrong");
    let known = ask("oliver@example.com", PASSWORD).await;
    let unknown = ask("nobody@example.com", PASSWORD).await;

    assert_eq!((known.status, known.body), (unknown.status, unknown.body));
    let mail = app.mails.next("oliver@example.com").await;
    assert_eq!((line(&mail, "code: "), &*mail.subject), (None, "rand-chat에 이미 가입되어 있어요"));
    let guess = json!({"email": "oliver@example.com", "code": "000000"});
    let guessed = jimin.send(Method::PUT, "/api/v1/members/me/email", &guess).await;
    assert_eq!(guessed.code(), "code_wrong");
}

#[tokio::test]
async fn an_address_that_somebody_took_meanwhile_stays_theirs() {
    let app = TestApp::start_with(&ALL, &[("member__code_resend_s", "0")]).await;
    let jimin = app.person("jimin").await;
    let ask = json!({"email": "oliver@example.com", "password": PASSWORD});
    jimin.send(Method::POST, "/api/v1/members/me/email-codes", &ask).await;
    let code = app.mails.code("oliver@example.com").await;
    app.person("oliver").await;

    let form = json!({"email": "oliver@example.com", "code": code});
    let refused = jimin.send(Method::PUT, "/api/v1/members/me/email", &form).await;

    assert_eq!((refused.status, refused.code()), (409, "email_taken"));
    assert_eq!(jimin.get("/api/v1/members/me").await.body["email"], "jimin@example.com");
}
