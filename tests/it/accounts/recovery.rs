//! The ways back for who forgot a name or a password.

use reqwest::{Client, Method};
use serde_json::json;

use crate::harness::{ALL, Answer, BROWSER, TestApp, line};

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
    assert_eq!(log_in(&app, address, PASSWORD).await.code(), "credentials_wrong");
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

#[tokio::test]
async fn strangers_can_neither_use_up_nor_replace_the_code_of_somebody_else() {
    let app = TestApp::start().await;
    app.person("jimin").await;
    let ask = json!({"login": "jimin_01"});
    assert_eq!(app.post("/api/v1/auth/password-reset-codes", &ask).await.status, 200);
    let code = app.mails.code("jimin@example.com").await;
    assert_eq!(code.len(), 8, "worth more guesses than the rest");

    let stranger = "rand-chat-device=somebody-else";
    for _ in 0..8 {
        let guess = json!({"login": "jimin_01", "code": "x"});
        let path = "/api/v1/auth/password-reset-proofs";
        assert_eq!(app.post_in(stranger, path, &guess).await.code(), "code_expired");
    }
    let asked = app.post_in(stranger, "/api/v1/auth/password-reset-codes", &ask).await;
    assert_eq!(asked.status, 200, "the pause is of who asked");
    let theirs = app.mails.code("jimin@example.com").await;
    let prove = async |cookie: &str, code: &str| {
        let form = json!({"login": "jimin_01", "code": code});
        app.post_in(cookie, "/api/v1/auth/password-reset-proofs", &form).await
    };
    if theirs != code {
        assert_eq!(prove(BROWSER, &theirs).await.code(), "code_wrong");
    }
    assert_eq!(prove(BROWSER, &code).await.status, 200);
    let nowhere = prove("other=1", &theirs).await;
    assert_eq!(nowhere.code(), "code_expired", "a code is good where it was asked for");
}

#[tokio::test]
async fn what_was_proved_before_a_change_counts_no_more() {
    let app = TestApp::start_with(&ALL, &[("member__code_resend_s", "0")]).await;
    let mut jimin = app.person("jimin").await;
    let before_password = prove_reset(&app, "jimin_01", "jimin@example.com").await;
    let change = json!({"current_password": PASSWORD, "new_password": NEW});
    let changed = jimin.send(Method::PUT, "/api/v1/members/me/password", &change).await;
    assert_eq!(changed.status, 200);
    changed.body["access_token"].as_str().unwrap().clone_into(&mut jimin.access);
    jimin.device = changed.device.unwrap();
    app.mails.next("jimin@example.com").await;
    assert_eq!(reset(&app, &before_password, "a third good one").await.code(), "proof_expired");

    let before_address = prove_reset(&app, "jimin_01", "jimin@example.com").await;
    let ask = json!({"email": "new@example.com", "password": NEW});
    jimin.send(Method::POST, "/api/v1/members/me/email-codes", &ask).await;
    let form = json!({"email": "new@example.com", "code": app.mails.code("new@example.com").await});
    let moved = jimin.send(Method::PUT, "/api/v1/members/me/email", &form).await;
    assert_eq!(moved.status, 200, "{moved:?}");
    assert_eq!(reset(&app, &before_address, "a third good one").await.code(), "proof_expired");
    assert_eq!(log_in(&app, "jimin_01", NEW).await.status, 200);
}

#[tokio::test]
async fn a_log_in_that_was_checked_before_a_change_begins_no_session_after_it() {
    // One hash at a time, so that the order is known; and slow ones.
    let settings = [
        ("auth__argon2_at_once", "1"),
        ("auth__argon2_memory_kib", "19456"),
        ("member__code_resend_s", "0"),
    ];
    let app = TestApp::start_with(&ALL, &settings).await;
    app.person("jimin").await;
    for round in 0..5 {
        let old = if round == 0 { PASSWORD.to_owned() } else { format!("{NEW} {}", round - 1) };
        let proof = prove_reset(&app, "jimin_01", "jimin@example.com").await;
        let new = format!("{NEW} {round}");

        let (log_ins, done) = tokio::join!(
            futures_util::future::join_all((0..6).map(|_| log_in(&app, "jimin_01", &old))),
            reset(&app, &proof, &new),
        );

        assert_eq!(done.status, 204);
        app.mails.next("jimin@example.com").await;
        for answer in log_ins {
            if let Some(token) = answer.body["access_token"].as_str() {
                let me = Client::new().get(app.url("/api/v1/members/me")).bearer_auth(token);
                assert_eq!(Answer::of(me).await.code(), "session_ended", "round {round}");
            }
        }
        assert_eq!(log_in(&app, "jimin_01", &new).await.status, 200);
    }
}
