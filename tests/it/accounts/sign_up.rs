//! Signing up: the mailed code, the rules of every field, consents.

use std::time::Duration;

use rand_chat::base::Clock;
use reqwest::Client;
use serde_json::json;

use crate::harness::{ALL, Answer, TestApp, line, stores_of_this_run};

use super::{PASSWORD, log_in};

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
async fn a_code_may_be_asked_for_again_after_a_minute_and_so_often_a_day() {
    let settings = [("member__code_resend_s", "0"), ("member__codes_per_day", "3")];
    let app = TestApp::start_with(&ALL, &settings).await;
    let ask =
        async |email: &str| app.post("/api/v1/auth/email-codes", &json!({"email": email})).await;
    for _ in 0..3 {
        assert_eq!(ask("jimin@example.com").await.status, 200);
    }
    let refused = ask("Jimin@example.com").await;
    assert_eq!((refused.status, refused.code()), (429, "too_many_requests"));
    assert!(refused.body["retry_after_ms"].as_u64().unwrap() > 0);
    assert_eq!(ask("other@example.com").await.status, 200, "another address is another count");

    let app = TestApp::start().await;
    let ask = async || app.post("/api/v1/auth/email-codes", &json!({"email": "a@b.example"})).await;
    assert_eq!(ask().await.status, 200);
    assert_eq!(ask().await.code(), "too_many_requests");
}

#[tokio::test]
async fn a_guess_at_a_code_does_not_tell_who_has_an_account() {
    let app = TestApp::start_with(&ALL, &[("member__code_resend_s", "0")]).await;
    app.person("jimin").await;
    let guess = async |email: &str| {
        app.post("/api/v1/auth/email-codes", &json!({"email": email})).await;
        app.mails.next(email).await;
        let mut answers = Vec::new();
        for _ in 0..6 {
            let form = json!({"email": email, "code": "x"});
            let answer = app.post("/api/v1/auth/email-proofs", &form).await;
            answers.push((
                answer.status,
                answer.body["code"].clone(),
                answer.body["detail"].clone(),
            ));
        }
        answers
    };

    let (known, unknown) = (guess("jimin@example.com").await, guess("nobody@example.com").await);

    assert_eq!(known, unknown);
    assert_eq!(known[0].1, "code_wrong");
    assert_eq!(known[5].1, "code_expired");
}

#[tokio::test]
async fn a_code_goes_with_its_address_and_its_purpose_only() {
    let app = TestApp::start_with(&ALL, &[("member__code_resend_s", "0")]).await;
    app.person("jimin").await;
    let email = "other@example.com";
    app.post("/api/v1/auth/email-codes", &json!({"email": email})).await;
    let code = app.mails.code(email).await;

    for (path, form) in [
        ("email-proofs", json!({"email": "jimin@example.com", "code": code})),
        ("unlocks", json!({"login": email, "code": code})),
        ("password-reset-proofs", json!({"login": email, "code": code})),
    ] {
        let answer = app.post(&format!("/api/v1/auth/{path}"), &form).await;
        assert_eq!(answer.code(), "code_expired", "{path}");
    }
    let form = json!({"email": email, "code": format!(" {code} ")});
    assert_eq!(app.post("/api/v1/auth/email-proofs", &form).await.status, 200, "spaces are typed");
}

#[tokio::test]
async fn names_are_one_whatever_their_case_width_or_composition() {
    let app = TestApp::start().await;
    let mut form = TestApp::form("first", &app.proof("first").await);
    form["nickname"] = json!("Ｊｉｍｉｎ가");
    let made = app.post("/api/v1/members", &form).await;
    assert_eq!((made.status, &made.body["member"]["nickname"]), (201, &json!("Jimin가")));

    let mut form = TestApp::form("second", &app.proof("second").await);
    for same in ["jimin가", "JIMIN\u{1100}\u{1161}"] {
        form["nickname"] = json!(same);
        assert_eq!(app.post("/api/v1/members", &form).await.code(), "nickname_taken", "{same}");
    }
    form["nickname"] = json!("jimin나");
    form["username"] = json!("First_01");
    assert_eq!(app.post("/api/v1/members", &form).await.code(), "username_taken");
}

#[tokio::test]
async fn of_two_who_sign_up_with_one_name_or_address_at_once_one_does() {
    let app = TestApp::start_with(&ALL, &[("member__code_resend_s", "0")]).await;
    let (one, other) = (app.proof("jimin").await, app.proof("jimin").await);
    let forms = [TestApp::form("jimin", &one), TestApp::form("jimin", &other)];

    let made = forms.iter().map(|form| app.post("/api/v1/members", form));
    let made = futures_util::future::join_all(made).await;

    let mut statuses: Vec<u16> = made.iter().map(|answer| answer.status).collect();
    statuses.sort_unstable();
    assert_eq!(statuses, [201, 409], "{made:?}");
}

#[tokio::test]
async fn members_have_lived_nineteen_years_and_agree_to_what_is_in_force() {
    let app = TestApp::start().await;
    let proof = app.proof("jimin").await;
    let today = app.clock.now().date();
    let born = |days_late: u64| {
        let nineteen = today.checked_sub_months(chrono::Months::new(19 * 12)).unwrap();
        nineteen.checked_add_days(chrono::Days::new(days_late)).unwrap().to_string()
    };
    let mut form = TestApp::form("jimin", &proof);
    form["birth_date"] = json!(born(1));
    let refused = app.post("/api/v1/members", &form).await;
    assert_eq!(refused.body["fields"][0]["code"], "too_young");
    form["birth_date"] = json!(born(0));
    for field in ["terms_version", "privacy_version"] {
        let mut stale = form.clone();
        stale[field] = json!("2020-01");
        let refused = app.post("/api/v1/members", &stale).await;
        assert_eq!(refused.body["fields"][0]["field"], field);
    }
    let made = app.post("/api/v1/members", &form).await;
    assert_eq!(made.status, 201);
    assert_eq!(made.body["member"]["consents_due"], json!([]));
}

#[tokio::test]
async fn who_agreed_to_an_older_version_is_asked_anew() {
    let folder = tempfile::tempdir().unwrap();
    let data_dir = folder.path().display().to_string();
    let stores = stores_of_this_run().await;
    let mut settings: Vec<(&str, &str)> =
        stores.iter().map(|(key, value)| (*key, &**value)).collect();
    settings.push(("storage__data_dir", &data_dir));
    let before = TestApp::start_with(&ALL, &settings).await;
    let jimin = before.person("jimin").await;
    before.request_stop();
    assert!(before.stopped().await);

    settings.push(("member__terms_version", "2027-01"));
    let app = TestApp::start_with(&ALL, &settings).await;
    let again = log_in(&app, "jimin_01", PASSWORD).await;
    assert_eq!(again.body["member"]["consents_due"], json!(["terms"]));
    let token = again.body["access_token"].as_str().unwrap();
    let agree = async |terms: &str| {
        let form = json!({"terms_version": terms, "privacy_version": "2026-11"});
        let url = app.url("/api/v1/members/me/consents");
        Answer::of(Client::new().put(url).bearer_auth(token).json(&form)).await
    };

    let stale = agree("2026-11").await;
    assert_eq!((stale.status, &stale.body["fields"][0]["field"]), (400, &json!("terms_version")));
    let agreed = agree("2027-01").await;
    assert_eq!(agreed.body["consents_due"], json!([]));
    assert_eq!(agreed.body["id"], jimin.id);
    assert_eq!(agree("2027-01").await.status, 200, "twice is no error");
    let export = Client::new().get(app.url("/api/v1/members/me/export")).bearer_auth(token);
    let consents = Answer::of(export).await.body["consents"].as_array().unwrap().len();
    assert_eq!(consents, 3, "what was agreed to before stays on record");
}
