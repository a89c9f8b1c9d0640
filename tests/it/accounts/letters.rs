//! Mail waits in an outbox: a mail server that is down delays it, and keeps nobody waiting.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use rand_chat::app::Substitutes;
use rand_chat::infra::mail::MailError;
use rand_chat::infra::{Mail, Mailer};
use serde_json::json;

use crate::harness::{ALL, Mails, TestApp, eventually, line};

/// A mail server that can be down, or refuse.
#[derive(Clone, Default)]
struct Moody {
    mails: Mails,
    is_down: Arc<AtomicBool>,
    refuses: Arc<AtomicBool>,
    tries: Arc<AtomicUsize>,
}

#[async_trait]
impl Mailer for Moody {
    async fn send(&self, mail: Mail) -> Result<(), MailError> {
        self.tries.fetch_add(1, Ordering::SeqCst);
        if self.refuses.load(Ordering::SeqCst) {
            return Err(MailError::Refused("550".to_owned()));
        }
        if self.is_down.load(Ordering::SeqCst) {
            return Err(MailError::Unavailable("no connection".to_owned()));
        }
        self.mails.send(mail).await
    }
}

async fn with(mailer: &Moody, settings: &[(&str, &str)]) -> TestApp {
    let mailer: Option<Arc<dyn Mailer>> = Some(Arc::new(mailer.clone()));
    let substitutes = Substitutes { mailer, ..Substitutes::default() };
    TestApp::start_on(&[&ALL], settings, substitutes).await
}

async fn ask(app: &TestApp, email: &str) -> u16 {
    app.post("/api/v1/auth/email-codes", &json!({"email": email})).await.status
}

#[tokio::test]
async fn a_mail_server_that_is_down_delays_mail_and_keeps_nobody_waiting() {
    let mailer = Moody::default();
    mailer.is_down.store(true, Ordering::SeqCst);
    let app = with(&mailer, &[("member__letters_retry_from_s", "1")]).await;

    for name in ["one", "two", "three"] {
        assert_eq!(ask(&app, &TestApp::email(name)).await, 200);
    }
    eventually("each is tried", async || (mailer.tries.load(Ordering::SeqCst) >= 3).then_some(()))
        .await;
    mailer.is_down.store(false, Ordering::SeqCst);
    app.clock.advance(Duration::from_secs(2));

    for name in ["one", "two", "three"] {
        let email = TestApp::email(name);
        let code = mailer.mails.code(&email).await;
        let form = json!({"email": email, "code": code});
        let proved = app.post("/api/v1/auth/email-proofs", &form).await;
        assert_eq!(proved.status, 200, "a code begins to age when it leaves");
    }
}

#[tokio::test]
async fn what_waits_survives_a_restart_and_says_the_newest_only() {
    let mailer = Moody::default();
    mailer.is_down.store(true, Ordering::SeqCst);
    let folder = tempfile::tempdir().unwrap();
    let data_dir = folder.path().display().to_string();
    let stores = crate::harness::stores_of_this_run().await;
    let mut settings: Vec<(&str, &str)> =
        stores.iter().map(|(key, value)| (*key, &**value)).collect();
    settings.extend([
        ("storage__data_dir", &*data_dir),
        ("member__code_resend_s", "0"),
        ("member__letters_retry_from_s", "1"),
    ]);
    let before = with(&mailer, &settings).await;
    for _ in 0..3 {
        assert_eq!(ask(&before, "jimin@example.com").await, 200);
    }
    before.request_stop();
    assert!(before.stopped().await);

    mailer.is_down.store(false, Ordering::SeqCst);
    let app = with(&mailer, &settings).await;
    app.clock.advance(Duration::from_secs(3));

    assert!(line(&mailer.mails.next("jimin@example.com").await, "code: ").is_some());
    ask(&app, "marker@example.com").await;
    mailer.mails.next("marker@example.com").await;
    assert_eq!(mailer.mails.unread("jimin@example.com"), 0, "asked for thrice, sent once");
}

#[tokio::test]
async fn a_mail_that_is_refused_is_not_tried_again_and_holds_up_no_other() {
    let mailer = Moody::default();
    mailer.refuses.store(true, Ordering::SeqCst);
    let app = with(&mailer, &[("member__letters_retry_from_s", "1")]).await;
    assert_eq!(ask(&app, "refused@example.com").await, 200);
    eventually("it is tried", async || (mailer.tries.load(Ordering::SeqCst) == 1).then_some(()))
        .await;
    mailer.refuses.store(false, Ordering::SeqCst);

    app.clock.advance(Duration::from_mins(20));
    assert_eq!(ask(&app, "other@example.com").await, 200);
    mailer.mails.code("other@example.com").await;

    assert_eq!(mailer.mails.unread("refused@example.com"), 0);
    assert_eq!(mailer.tries.load(Ordering::SeqCst), 2);
}

#[tokio::test]
async fn a_letter_that_never_leaves_is_given_up_after_three_days() {
    let mailer = Moody::default();
    mailer.is_down.store(true, Ordering::SeqCst);
    let app = with(&mailer, &[]).await;
    assert_eq!(ask(&app, "jimin@example.com").await, 200);
    eventually("it is tried", async || (mailer.tries.load(Ordering::SeqCst) == 1).then_some(()))
        .await;

    app.clock.advance(Duration::from_hours(73));
    eventually("it is tried again", async || {
        (mailer.tries.load(Ordering::SeqCst) == 2).then_some(())
    })
    .await;
    mailer.is_down.store(false, Ordering::SeqCst);
    app.clock.advance(Duration::from_hours(1));
    assert_eq!(ask(&app, "marker@example.com").await, 200);
    mailer.mails.next("marker@example.com").await;
    assert_eq!(mailer.mails.unread("jimin@example.com"), 0);
}

#[tokio::test]
async fn members_are_written_in_their_language() {
    let app = TestApp::start().await;
    let mut form = TestApp::form("jimin", &app.proof("jimin").await);
    form["language"] = json!("en");
    let made = app.post("/api/v1/members", &form).await;
    assert_eq!(made.body["member"]["language"], "en");
    let ask = json!({"login": "jimin_01"});
    app.post("/api/v1/auth/password-reset-codes", &ask).await;
    let mail = app.mails.next("jimin@example.com").await;
    assert_eq!(mail.subject, "Your rand-chat password code");

    let change = json!({"language": "ko"});
    let token = made.body["access_token"].as_str().unwrap();
    let url = app.url("/api/v1/members/me");
    let request = reqwest::Client::new().patch(url).bearer_auth(token).json(&change);
    assert_eq!(crate::harness::Answer::of(request).await.body["language"], "ko");
    app.post("/api/v1/auth/username-reminders", &json!({"email": "jimin@example.com"})).await;
    let mail = app.mails.next("jimin@example.com").await;
    assert_eq!(mail.subject, "rand-chat 아이디 안내");
}
