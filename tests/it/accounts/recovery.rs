//! The ways back for who forgot a name or a password.

use reqwest::Client;
use serde_json::json;

use crate::harness::{ALL, Answer, TestApp, line};

use super::{PASSWORD, log_in, log_in_on};

const NEW: &str = "another good password";

/// Asks for a code for a new password and proves it; the proof.
async fn prove_reset(app: &TestApp, name: &str, address: &str) -> String {
    let asked = app.post("/api/v1/auth/password-reset-codes", &json!({"login": name})).await;
    assert_eq!(asked.status, 200, "{asked:?}");
    let form = json!({"login": name, "code": app.mails.code(address).await});
    let proved = app.post("/api/v1/auth/password-reset-proofs", &form).await;
    assert_eq!(proved.status, 200, "{proved:?}");
    proved.body["proof"].as_str().unwrap().to_owned()
}

async fn reset(app: &TestApp, proof: &str, password: &str) -> Answer {
    let form = json!({"proof": proof, "password": password});
    app.post("/api/v1/auth/password-resets", &form).await
}

#[tokio::test]
async fn a_forgotten_username_comes_by_mail_and_the_answer_tells_nothing() {
    let app = TestApp::start().await;
    app.person("jimin").await;
    let ask = async |email: &str| {
        app.post("/api/v1/auth/username-reminders", &json!({"email": email, "language": "en"}))
            .await
    };

    let (known, unknown) = (ask("Jimin@example.com").await, ask("nobody@example.com").await);

    assert_eq!((known.status, &known.body), (unknown.status, &unknown.body));
    assert_eq!(known.body, json!({"resend_in_s": 60}));
    let mail = app.mails.next("jimin@example.com").await;
    assert_eq!(line(&mail, "username: ").as_deref(), Some("jimin_01"));
    let mail = app.mails.next("nobody@example.com").await;
    assert_eq!((&*mail.subject, line(&mail, "username: ")), ("No account has this address", None));
    assert_eq!(ask("jimin@example.com").await.code(), "too_many_requests", "one a minute");
}

#[tokio::test]
async fn a_forgotten_password_is_replaced_with_a_mailed_code_and_the_old_one_works_until_then() {
    let app = TestApp::start_with(&ALL, &[("member__code_resend_s", "0")]).await;
    let jimin = app.person("jimin").await;
    let mut page = jimin.page().await;
    let address = "jimin@example.com";
    for _ in 0..6 {
        log_in(&app, "jimin_01", "wrong password").await;
    }
    app.mails.next(address).await;
    assert_eq!(log_in(&app, "jimin_01", PASSWORD).await.code(), "account_locked");

    let proof = prove_reset(&app, address, address).await;
    assert_eq!(log_in_on(&app, &jimin.device, "jimin_01", PASSWORD).await.status, 200);
    for (bad, code) in [
        ("short", "length"),
        ("password123", "too_common"),
        ("my jimin_01 word", "contains_personal"),
        ("jimin@example.com!", "contains_personal"),
    ] {
        let refused = reset(&app, &proof, bad).await;
        assert_eq!(refused.body["fields"][0]["code"], code, "and the proof is still good");
    }
    assert_eq!(reset(&app, &proof, NEW).await.status, 204);

    assert_eq!(reset(&app, &proof, NEW).await.code(), "proof_expired", "used up");
    assert_eq!(page.closed().await, 4501, "every log-in has ended");
    assert_eq!(jimin.get("/api/v1/members/me").await.code(), "session_ended");
    assert_eq!(jimin.refresh_with(&jimin.cookie).await.code(), "session_ended");
    assert_eq!(log_in(&app, "jimin_01", PASSWORD).await.code(), "credentials_wrong");
    assert_eq!(log_in(&app, "jimin_01", NEW).await.status, 200, "it is unlocked");
    let told = app.mails.next(address).await;
    assert_eq!(line(&told, "code: "), None, "{told:?}");
}

#[tokio::test]
async fn a_reset_makes_strangers_of_all_devices() {
    let app = TestApp::start_with(&ALL, &[("member__code_resend_s", "0")]).await;
    let jimin = app.person("jimin").await;
    let proof = prove_reset(&app, "jimin_01", "jimin@example.com").await;
    assert_eq!(reset(&app, &proof, NEW).await.status, 204);

    for _ in 0..6 {
        log_in(&app, "jimin_01", "wrong password").await;
    }
    let there = log_in_on(&app, &jimin.device, "jimin_01", NEW).await;
    assert_eq!(there.code(), "account_locked");
}

#[tokio::test]
async fn asking_for_codes_and_guessing_at_them_tells_nobody_who_has_an_account() {
    let app = TestApp::start_with(&ALL, &[("member__code_resend_s", "0")]).await;
    app.person("jimin").await;
    for _ in 0..6 {
        log_in(&app, "jimin_01", "wrong password").await;
    }
    let address = "jimin@example.com";
    app.mails.next(address).await;
    for (codes, guesses) in
        [("unlock-codes", "unlocks"), ("password-reset-codes", "password-reset-proofs")]
    {
        let walk = async |name: &str| {
            let ask = json!({"login": name});
            let asked = app.post(&format!("/api/v1/auth/{codes}"), &ask).await;
            let mut seen = vec![(asked.status, asked.body)];
            // Both are put into words in the order in which they were asked for.
            let after = json!({"email": "marker@example.com"});
            app.post("/api/v1/auth/username-reminders", &after).await;
            app.mails.next("marker@example.com").await;
            for _ in 0..6 {
                let form = json!({"login": name, "code": "x"});
                let guess = app.post(&format!("/api/v1/auth/{guesses}"), &form).await;
                seen.push((guess.status, guess.body));
            }
            seen
        };

        let (known, unknown) = (walk("jimin_01").await, walk("nobody_01").await);

        assert_eq!(known, unknown, "{codes}");
        assert_eq!(known[1].1["code"], "code_wrong");
        assert_eq!(known[6].1["code"], "code_expired");
    }
}

#[tokio::test]
async fn who_is_not_locked_is_told_so_by_mail_only() {
    let app = TestApp::start().await;
    app.person("jimin").await;

    let asked = app.post("/api/v1/auth/unlock-codes", &json!({"login": "jimin_01"})).await;

    assert_eq!(asked.body, json!({"expires_in_s": 180, "resend_in_s": 60}));
    let mail = app.mails.next("jimin@example.com").await;
    assert_eq!(line(&mail, "code: "), None);
    assert_eq!(mail.subject, "rand-chat 계정은 잠겨 있지 않아요");
}

#[tokio::test]
async fn of_two_who_reset_with_one_proof_at_once_one_does() {
    let app = TestApp::start().await;
    app.person("jimin").await;
    let proof = prove_reset(&app, "jimin_01", "jimin@example.com").await;

    let resets =
        ["first good password", "second good password"].map(|new| reset(&app, &proof, new));
    let answers = futures_util::future::join_all(resets).await;

    let mut statuses: Vec<u16> = answers.iter().map(|answer| answer.status).collect();
    statuses.sort_unstable();
    assert_eq!(statuses, [204, 410]);
}

#[tokio::test]
async fn a_proof_of_one_thing_is_no_proof_of_another() {
    let app = TestApp::start_with(&ALL, &[("member__code_resend_s", "0")]).await;
    app.person("jimin").await;
    let sign_up = app.proof("other").await;
    let for_reset = prove_reset(&app, "jimin_01", "jimin@example.com").await;

    assert_eq!(reset(&app, &sign_up, NEW).await.code(), "proof_expired");
    let form = TestApp::form("another", &for_reset);
    assert_eq!(app.post("/api/v1/members", &form).await.code(), "proof_expired");
    let me = Client::new().get(app.url("/api/v1/members/me")).bearer_auth(&for_reset);
    assert_eq!(Answer::of(me).await.code(), "unauthenticated");
}
