//! Logging in, and the lock after too many wrong passwords.

use serde_json::json;

use crate::harness::{ALL, TestApp, line};

use super::{PASSWORD, log_in, log_in_on};

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
async fn five_wrong_passwords_in_a_row_lock_the_account_until_a_mailed_code_unlocks_it() {
    let app = TestApp::start().await;
    let jimin = app.person("jimin").await;
    let address = "jimin@example.com";
    for _ in 0..4 {
        assert_eq!(log_in(&app, "jimin_01", "wrong password").await.code(), "credentials_wrong");
    }
    assert_eq!(log_in(&app, "jimin_01", PASSWORD).await.status, 200, "which begins the count anew");
    for _ in 0..5 {
        assert_eq!(log_in(&app, "jimin_01", "wrong password").await.code(), "credentials_wrong");
    }

    for password in ["wrong password", PASSWORD] {
        let locked = log_in(&app, "jimin_01", password).await;
        assert_eq!((locked.status, locked.code()), (423, "account_locked"));
    }
    let told = app.mails.next(address).await;
    assert_eq!((line(&told, "code: "), app.mails.unread(address)), (None, 0), "told once");
    assert_eq!(jimin.get("/api/v1/members/me").await.status, 200, "who is in stays in");

    let ask = json!({"login": "JIMIN_01"});
    assert_eq!(app.post("/api/v1/auth/unlock-codes", &ask).await.status, 200);
    let code = app.mails.code(address).await;
    let wrong = json!({"login": "jimin_01", "code": "x"});
    assert_eq!(app.post("/api/v1/auth/unlocks", &wrong).await.code(), "code_wrong");
    let right = json!({"login": "jimin_01", "code": code});
    assert_eq!(app.post("/api/v1/auth/unlocks", &right).await.status, 204);
    assert_eq!(app.post("/api/v1/auth/unlocks", &right).await.code(), "code_expired");
    for _ in 0..4 {
        assert_eq!(log_in(&app, "jimin_01", "wrong password").await.code(), "credentials_wrong");
    }
    assert_eq!(log_in(&app, address, PASSWORD).await.status, 200, "the count began anew");
}

#[tokio::test]
async fn wrong_passwords_are_counted_over_both_names_and_neither_tells_of_the_other() {
    let app = TestApp::start().await;
    app.person("jimin").await;
    for (name, wrong) in [("jimin_01", 3), ("jimin@example.com", 2)] {
        for _ in 0..wrong {
            assert_eq!(log_in(&app, name, "wrong password").await.code(), "credentials_wrong");
        }
    }

    // It is locked now: the right password is not told from a wrong one, under either name.
    for name in ["jimin_01", "jimin@example.com"] {
        for password in [PASSWORD, "wrong password"] {
            assert_eq!(log_in(&app, name, password).await.code(), "credentials_wrong", "{name}");
        }
    }
}

#[tokio::test]
async fn nobody_learns_from_wrong_passwords_whether_there_is_an_account() {
    let app = TestApp::start().await;
    app.person("jimin").await;
    let try_often = async |name: &str| {
        let mut answers = Vec::new();
        for _ in 0..7 {
            let answer = log_in(&app, name, "wrong password").await;
            answers.push((answer.status, answer.body));
        }
        answers
    };

    let (known, unknown) = (try_often("jimin_01").await, try_often("nobody_01").await);

    assert_eq!(known, unknown);
    assert_eq!(known[6].0, 423);
}

#[tokio::test]
async fn strangers_cannot_lock_out_a_device_that_has_logged_in_before() {
    let app = TestApp::start().await;
    let jimin = app.person("jimin").await;
    let mut page = jimin.page().await;
    for _ in 0..6 {
        log_in(&app, "jimin_01", "wrong password").await;
    }
    assert_eq!(log_in(&app, "jimin_01", PASSWORD).await.code(), "account_locked");

    let here = log_in_on(&app, &jimin.device, "jimin_01", PASSWORD).await;
    assert_eq!(here.status, 200);
    assert_eq!(here.device.as_ref(), Some(&jimin.device), "it keeps the cookie that it has");
    assert_eq!(log_in(&app, "jimin_01", PASSWORD).await.code(), "account_locked", "still");
    assert_eq!(jimin.get("/api/v1/members/me").await.status, 200);
    assert_eq!(page.pushes_so_far().await, [] as [serde_json::Value; 0], "its page lives");

    // What a stranger makes up, or has of another account, is no such device.
    let oliver = app.person("oliver").await;
    for device in [&*oliver.device, "rand-chat-device=AAAA"] {
        let answer = log_in_on(&app, device, "jimin_01", PASSWORD).await;
        assert_eq!(answer.code(), "account_locked");
    }
}

#[tokio::test]
async fn a_device_on_which_somebody_guesses_is_known_no_longer_and_its_sessions_end() {
    let app = TestApp::start().await;
    let jimin = app.person("jimin").await;
    let mut page = jimin.page().await;
    for _ in 0..4 {
        log_in_on(&app, &jimin.device, "jimin_01", "wrong password").await;
    }
    let good = log_in_on(&app, &jimin.device, "jimin_01", PASSWORD).await;
    assert_eq!(good.status, 200, "which begins the count anew");
    for _ in 0..5 {
        let wrong = log_in_on(&app, &jimin.device, "jimin_01", "wrong password").await;
        assert_eq!(wrong.code(), "credentials_wrong");
    }

    assert_eq!(page.closed().await, 4501);
    assert_eq!(jimin.get("/api/v1/members/me").await.code(), "session_ended");
    let locked = log_in_on(&app, &jimin.device, "jimin_01", PASSWORD).await;
    assert_eq!(locked.code(), "account_locked", "a stranger now, who is told so");
}

#[tokio::test]
async fn people_who_share_a_browser_are_both_known_in_it() {
    let app = TestApp::start().await;
    let (jimin, oliver) = (app.person("jimin").await, app.person("oliver").await);

    let there = log_in_on(&app, &jimin.device, "oliver_01", PASSWORD).await;
    assert_eq!(there.status, 200);
    assert_eq!(there.device.as_ref(), Some(&jimin.device), "the cookie of the browser stays");
    for _ in 0..6 {
        log_in(&app, "oliver_01", "wrong password").await;
        log_in(&app, "jimin_01", "wrong password").await;
    }

    for (device, name) in
        [(&jimin.device, "jimin_01"), (&jimin.device, "oliver_01"), (&oliver.device, "oliver_01")]
    {
        assert_eq!(log_in_on(&app, device, name, PASSWORD).await.status, 200, "{name}");
    }
}

#[tokio::test]
async fn a_device_token_that_nobody_gave_out_is_replaced() {
    let app = TestApp::start().await;
    app.person("jimin").await;
    let planted = "rand-chat-device=planted-by-somebody-else-000000000000000";

    let answer = log_in_on(&app, planted, "jimin_01", PASSWORD).await;

    assert_eq!(answer.status, 200);
    assert_ne!(answer.device.unwrap(), planted);
}

#[tokio::test]
async fn log_ins_are_throttled_by_address_and_by_name() {
    let settings = [("member__log_ins_per_name_and_minute", "7")];
    let app = TestApp::start_with(&ALL, &settings).await;
    let jimin = app.person("jimin").await;
    for _ in 0..7 {
        assert_ne!(log_in(&app, "jimin_01", "wrong password").await.status, 429);
    }
    let throttled = log_in(&app, "Jimin_01", "wrong password").await;
    assert_eq!((throttled.status, throttled.code()), (429, "too_many_requests"));
    let here = log_in_on(&app, &jimin.device, "jimin_01", PASSWORD).await;
    assert_eq!(here.status, 200, "a known device is not slowed down by strangers");
    assert_eq!(log_in(&app, "other_01", "wrong password").await.status, 401);

    let app = TestApp::start_with(&ALL, &[("member__log_ins_per_minute", "3")]).await;
    for name in ["one_01", "two_01", "three_01"] {
        assert_eq!(log_in(&app, name, "wrong password").await.status, 401);
    }
    assert_eq!(log_in(&app, "four_01", "wrong password").await.status, 429);
}

#[tokio::test]
async fn names_that_cannot_be_are_refused_and_odd_ones_are_nobody() {
    let app = TestApp::start().await;
    let long = "x".repeat(255);
    for bad in ["", "  ", "a\u{0}b", &long] {
        assert_eq!(log_in(&app, bad, PASSWORD).await.code(), "invalid_request", "{bad:?}");
    }
    for odd in ["(0190163d-8694-739b-aea5-966c26f8ad91)", "' OR 1=1 --", "관리자"] {
        assert_eq!(log_in(&app, odd, PASSWORD).await.code(), "credentials_wrong", "{odd:?}");
    }
}
