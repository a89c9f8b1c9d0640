//! Mail: to a mail server over each kind of way, and to ones that fail.

use std::fs;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use rand_chat::base::{Clock, SharedClock, SystemClock};
use rand_chat::config::Config;
use rand_chat::infra::mail::MailError;
use rand_chat::infra::{Mail, Mailer, SmtpMailer};
use reqwest::Url;
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use uuid::Uuid;

use crate::harness::{ALL, TestApp, eventually, server};

/// The ways to the mail server beside the tests.
#[derive(Clone, Copy, Debug)]
enum Way {
    StartTls,
    Tls,
    Plain,
}

impl Way {
    fn settings(self) -> Vec<(&'static str, String)> {
        let (variable, security) = match self {
            Self::StartTls => ("RAND_CHAT_TEST_SMTP", "starttls"),
            Self::Tls => ("RAND_CHAT_TEST_SMTP_TLS", "tls"),
            Self::Plain => ("RAND_CHAT_TEST_SMTP_PLAIN", "none"),
        };
        let url = Url::parse(&server(variable)).unwrap();
        vec![
            ("host", url.host_str().unwrap().to_owned()),
            ("port", url.port().unwrap().to_string()),
            ("security", security.to_owned()),
            ("ca_file", server("RAND_CHAT_TEST_SMTP_CA")),
            ("username", url.username().to_owned()),
            ("password", url.password().unwrap_or_default().to_owned()),
        ]
    }

    fn mailer(self, changes: &[(&'static str, &str)]) -> SmtpMailer {
        let mut settings = self.settings();
        settings.extend(changes.iter().map(|(key, value)| (*key, (*value).to_owned())));
        mailer(settings)
    }
}

fn mailer(settings: Vec<(&'static str, String)>) -> SmtpMailer {
    let fixed = [("kind", "smtp"), ("from", "랜드챗 <no-reply@chat.example>")];
    let fixed = fixed.iter().map(|(key, value)| (*key, (*value).to_owned()));
    let env = fixed.chain(settings);
    let env = env.map(|(key, value)| (format!("RAND_CHAT__MAIL__{}", key.to_uppercase()), value));
    let config = Config::load(None, env).unwrap();
    let clock: SharedClock = Arc::new(SystemClock);
    SmtpMailer::new(&config.mail, &clock).unwrap()
}

fn mail_to(to: &str) -> Mail {
    Mail {
        id: Uuid::now_v7(),
        to: to.to_owned(),
        subject: "rand-chat 이메일 인증 코드: 길어서 한 줄에 다 들어가지 않는 제목도 그대로 온다"
            .to_owned(),
        text: "코드를 입력해 주세요.\n\ncode: 123456\n.\n..\nFrom 여기\n".to_owned().into(),
        html: "<p lang=\"ko\">코드: <b>123456</b></p>\n.\n".to_owned().into(),
    }
}

/// The mail with this id, as the server took it apart; none if it has none.
fn arrived(id: Uuid) -> Option<Value> {
    let id = format!("<{id}@chat.example>");
    let mails = fs::read_dir(server("RAND_CHAT_TEST_SMTP_MAILS")).unwrap();
    let mails = mails.map(|entry| entry.unwrap().path());
    let mails = mails.filter(|path| path.extension().is_some_and(|suffix| suffix == "json"));
    let mut mails = mails.map(|path| serde_json::from_slice(&fs::read(path).unwrap()).unwrap());
    mails.find(|mail: &Value| mail["headers"]["message-id"] == id)
}

/// The mails to an address, in the order in which they came.
fn arrived_at(address: &str) -> Vec<Value> {
    let mails = fs::read_dir(server("RAND_CHAT_TEST_SMTP_MAILS")).unwrap();
    let mails = mails.map(|entry| entry.unwrap().path());
    let mails = mails.filter(|path| path.extension().is_some_and(|suffix| suffix == "json"));
    let mails = mails.filter_map(|path| {
        // One that is just being written is there the next time.
        let mail: Value = serde_json::from_slice(&fs::read(&path).ok()?).ok()?;
        let when = path.metadata().ok()?.modified().ok()?;
        (mail["envelope"]["to"] == serde_json::json!([address])).then_some((when, mail))
    });
    let mut mails: Vec<(std::time::SystemTime, Value)> = mails.collect();
    mails.sort_by_key(|(when, _)| *when);
    mails.into_iter().map(|(_, mail)| mail).collect()
}

/// What stands behind `name` in the `count`th mail to an address, and its subject.
async fn read_mail(address: &str, count: usize, name: &str) -> (String, String) {
    eventually("a mail", async || {
        let mails = arrived_at(address);
        let mail = mails.get(count - 1)?;
        let text = mail["parts"]["text/plain"].as_str().unwrap().to_owned();
        let line = text.lines().find_map(|line| line.strip_prefix(name)).unwrap_or_default();
        Some((line.to_owned(), mail["headers"]["subject"].as_str().unwrap().to_owned()))
    })
    .await
}

#[tokio::test]
async fn an_account_lives_by_mail_that_a_mail_server_takes_in_both_languages() {
    let mut settings = vec![
        ("mail__kind", "smtp".to_owned()),
        ("mail__from", "rand-chat <no-reply@chat.example>".to_owned()),
        ("member__code_resend_s", "0".to_owned()),
        ("http__public_url", "https://chat.example".to_owned()),
    ];
    let keys = [
        "mail__host",
        "mail__port",
        "mail__security",
        "mail__ca_file",
        "mail__username",
        "mail__password",
    ];
    settings.extend(keys.into_iter().zip(Way::StartTls.settings().into_iter().map(|(_, v)| v)));
    let settings: Vec<(&str, &str)> =
        settings.iter().map(|(key, value)| (*key, &**value)).collect();
    let app = TestApp::start_with(&ALL, &settings).await;
    for (language, code_subject, reset_subject) in [
        ("ko", "rand-chat 이메일 인증 코드", "rand-chat 비밀번호 재설정 코드"),
        ("en", "Your rand-chat e-mail code", "Your rand-chat password code"),
    ] {
        let name = format!("{language}_{}", &Uuid::now_v7().simple().to_string()[20..]);
        let email = format!("{name}@example.com");
        let ask = json!({"email": email, "language": language});
        app.post("/api/v1/auth/email-codes", &ask).await;
        let (code, subject) = read_mail(&email, 1, "code: ").await;
        assert_eq!(subject, code_subject);
        let proved =
            app.post("/api/v1/auth/email-proofs", &json!({"email": email, "code": code})).await;
        let mut form = TestApp::form(language, proved.body["proof"].as_str().unwrap());
        form["username"] = json!(name);
        form["language"] = json!(language);
        assert_eq!(app.post("/api/v1/members", &form).await.status, 201);

        app.post("/api/v1/auth/password-reset-codes", &json!({"login": name})).await;
        let (code, subject) = read_mail(&email, 2, "code: ").await;
        assert_eq!(subject, reset_subject);
        let prove = json!({"login": name, "code": code});
        let proof = app.post("/api/v1/auth/password-reset-proofs", &prove).await;
        let reset = json!({"proof": proof.body["proof"], "password": "another good password"});
        assert_eq!(app.post("/api/v1/auth/password-resets", &reset).await.status, 204);
        read_mail(&email, 3, "https://chat.example/forgot-password").await;

        app.post("/api/v1/auth/username-reminders", &json!({"email": email})).await;
        assert_eq!(read_mail(&email, 4, "username: ").await.0, name);
        let html = arrived_at(&email)[3]["parts"]["text/html"].as_str().unwrap().to_owned();
        assert!(html.contains(&format!("lang=\"{language}\"")) && html.contains(&name), "{html}");
    }
}

async fn arrives_whole_over(way: Way) {
    let mail = mail_to("jimin+chat@example.com");
    let begun = SystemClock.now();

    way.mailer(&[]).send(mail.clone()).await.unwrap();

    let found = arrived(mail.id).expect("it is there as soon as it was taken");
    assert_eq!(found["envelope"]["from"], "no-reply@chat.example");
    assert_eq!(found["envelope"]["to"], serde_json::json!(["jimin+chat@example.com"]));
    assert_eq!(found["tls"], !matches!(way, Way::Plain));
    assert_eq!(found["user"].is_string(), !matches!(way, Way::Plain), "{found}");
    assert_eq!(found["kind"], "multipart/alternative");
    assert_eq!(found["defects"], serde_json::json!([]));
    let headers = &found["headers"];
    assert_eq!(headers["subject"], mail.subject);
    assert_eq!(headers["from"], "랜드챗 <no-reply@chat.example>");
    assert_eq!(headers["to"], "jimin+chat@example.com");
    assert_eq!(headers["auto-submitted"], "auto-generated");
    let date = chrono::DateTime::parse_from_rfc2822(headers["date"].as_str().unwrap()).unwrap();
    assert!((date.timestamp() - begun.as_seconds()).abs() < 60, "{date}");
    let parts = &found["parts"];
    let text = "코드를 입력해 주세요.\n\ncode: 123456\n.\n..\nFrom 여기\n";
    assert_eq!(parts["text/plain"].as_str().unwrap().replace("\r\n", "\n"), text);
    let html = "<p lang=\"ko\">코드: <b>123456</b></p>\n.\n";
    assert_eq!(parts["text/html"].as_str().unwrap().replace("\r\n", "\n"), html);
}

#[tokio::test]
async fn a_mail_arrives_whole_over_starttls() {
    arrives_whole_over(Way::StartTls).await;
}

#[tokio::test]
async fn a_mail_arrives_whole_over_tls_from_the_first_byte_on() {
    arrives_whole_over(Way::Tls).await;
}

#[tokio::test]
async fn a_mail_arrives_whole_at_a_server_that_asks_for_nothing() {
    arrives_whole_over(Way::Plain).await;
}

#[tokio::test]
async fn many_mails_share_few_connections() {
    let mailer = Arc::new(Way::StartTls.mailer(&[("connections", "2")]));
    let mails: Vec<Mail> = (0..20).map(|n| mail_to(&format!("person{n}@example.com"))).collect();

    let sent = mails.iter().map(|mail| mailer.send(mail.clone()));
    for sent in futures_util::future::join_all(sent).await {
        sent.unwrap();
    }

    for mail in mails {
        assert_eq!(arrived(mail.id).unwrap()["headers"]["to"], mail.to);
    }
}

#[tokio::test]
async fn a_wrong_password_is_a_fault_of_the_settings_and_passes() {
    for way in [Way::StartTls, Way::Tls] {
        let mail = mail_to("jimin@example.com");

        let error = way.mailer(&[("password", "wrong-one")]).send(mail.clone()).await.unwrap_err();

        assert!(matches!(error, MailError::Misconfigured(_)) && error.is_passing(), "{error}");
        assert!(error.to_string().contains("AUTH was answered 535"), "{error}");
        assert!(!error.to_string().contains("wrong-one"), "{error}");
        assert_eq!(arrived(mail.id), None);
    }
}

#[tokio::test]
async fn a_server_that_asks_for_a_log_in_is_a_fault_of_the_settings_and_passes() {
    let nobody = [("username", ""), ("password", "")];

    let error = Way::Tls.mailer(&nobody).send(mail_to("jimin@example.com")).await.unwrap_err();

    assert!(matches!(error, MailError::Misconfigured(_)) && error.is_passing(), "{error}");
}

#[tokio::test]
async fn a_server_without_starttls_gets_nothing() {
    let mail = mail_to("jimin@example.com");
    let starttls = [("security", "starttls"), ("username", "me"), ("password", "secret")];

    let error = Way::Plain.mailer(&starttls).send(mail.clone()).await.unwrap_err();

    assert!(error.to_string().contains("does not offer STARTTLS"), "{error}");
    assert!(error.is_passing(), "it is a fault of the settings");
    assert_eq!(arrived(mail.id), None);
}

#[tokio::test]
async fn a_certificate_of_another_signer_or_for_another_name_is_refused() {
    let other = server("RAND_CHAT_TEST_POSTGRES_CA");
    for way in [Way::StartTls, Way::Tls] {
        for change in [("ca_file", &*other), ("host", "127.0.0.1")] {
            let mail = mail_to("jimin@example.com");

            let error = way.mailer(&[change]).send(mail.clone()).await.unwrap_err();

            assert!(matches!(error, MailError::Unavailable(_)), "{error}");
            assert!(error.to_string().contains("certificate"), "{error}");
            assert_eq!(arrived(mail.id), None);
        }
    }
}

#[tokio::test]
async fn an_address_that_is_refused_says_nothing_of_the_next_mail() {
    let mailer = Way::StartTls.mailer(&[]);

    let error = mailer.send(mail_to("nobody.secret@example.com")).await.unwrap_err();
    assert!(matches!(error, MailError::Refused(_)) && !error.is_passing(), "{error}");
    assert_eq!(error.to_string(), "mail is refused: RCPT was answered 550 5.1.1");

    let error = mailer.send(mail_to("later.secret@example.com")).await.unwrap_err();
    assert!(error.is_passing(), "{error}");
    assert_eq!(error.to_string(), "mail server is unavailable: RCPT was answered 450 4.2.1");

    let mail = mail_to("jimin@example.com");
    mailer.send(mail.clone()).await.unwrap();
    assert!(arrived(mail.id).is_some());
}

#[tokio::test]
async fn an_address_that_is_two_is_no_address() {
    let mailer = Way::StartTls.mailer(&[]);
    let mut mail = mail_to("jimin@example.com\r\nRCPT TO:<other@example.com>");

    let error = mailer.send(mail.clone()).await.unwrap_err();
    assert!(!error.is_passing(), "{error}");
    mail.to = "jimin@example.com".to_owned();
    mail.subject = "hello\r\nBcc: other@example.com".to_owned();
    assert!(!mailer.send(mail.clone()).await.unwrap_err().is_passing());

    assert_eq!(arrived(mail.id), None);
}

#[tokio::test]
async fn a_file_that_holds_no_signer_is_named() {
    let mut settings = Way::Tls.settings();
    settings.push(("ca_file", "Cargo.toml".to_owned()));
    let env = settings.into_iter().chain([("kind", "smtp".to_owned()), ("from", "a@b".to_owned())]);
    let env = env.map(|(key, value)| (format!("RAND_CHAT__MAIL__{}", key.to_uppercase()), value));
    let config = Config::load(None, env).unwrap();
    let clock: SharedClock = Arc::new(SystemClock);

    let error = SmtpMailer::new(&config.mail, &clock).err().unwrap();

    assert!(error.to_string().contains("mail.ca_file Cargo.toml: holds no certificate"), "{error}");
}

/// A server that does as a test tells it, and how often it was called.
struct Scripted {
    port: u16,
    calls: Arc<AtomicUsize>,
}

/// What a scripted server does when it was told something.
enum Reaction {
    Say(&'static str),
    Nothing,
    HangUp,
}

use Reaction::{HangUp, Nothing, Say};

impl Scripted {
    /// `react` is given how many calls there were before, and each line; the first is empty.
    async fn start(react: impl Fn(usize, &str) -> Reaction + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let (calls, react) = (Arc::new(AtomicUsize::new(0)), Arc::new(react));
        let counter = calls.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let call = counter.fetch_add(1, Ordering::SeqCst);
                let react = react.clone();
                tokio::spawn(async move { talk(stream, |line| react(call, line)).await });
            }
        });
        Self { port, calls }
    }

    fn mailer(&self, changes: &[(&'static str, &str)]) -> SmtpMailer {
        let mut settings = vec![
            ("host", "127.0.0.1".to_owned()),
            ("port", self.port.to_string()),
            ("security", "none".to_owned()),
            ("connect_within_ms", "300".to_owned()),
            ("answer_within_ms", "300".to_owned()),
        ];
        settings.extend(changes.iter().map(|(key, value)| (*key, (*value).to_owned())));
        mailer(settings)
    }

    fn calls(&self) -> usize {
        self.calls.load(Ordering::SeqCst)
    }
}

async fn talk(stream: TcpStream, react: impl Fn(&str) -> Reaction) -> Option<()> {
    let mut stream = BufReader::new(stream);
    let mut line = String::new();
    let mut in_text = false;
    loop {
        let told = line.trim_end();
        if !in_text || told == "." {
            in_text = told == "DATA";
            match react(told) {
                Say(answer) => stream.write_all(answer.as_bytes()).await.ok()?,
                Nothing => {}
                HangUp => return None,
            }
        }
        line.clear();
        if stream.read_line(&mut line).await.ok()? == 0 {
            return None;
        }
    }
}

/// What a server says that does its work.
fn well(line: &str) -> Reaction {
    Say(match line {
        "" => "220 here\r\n",
        "DATA" => "354 go on\r\n",
        _ => "250 fine\r\n",
    })
}

async fn fails_in_time(mailer: &SmtpMailer) -> MailError {
    let begun = Instant::now();
    let error = mailer.send(mail_to("jimin@example.com")).await.unwrap_err();
    assert!(begun.elapsed() < Duration::from_secs(3), "{:?}", begun.elapsed());
    assert!(error.is_passing(), "{error}");
    error
}

#[tokio::test]
async fn a_server_that_is_down_passes() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port().to_string();
    drop(listener);
    let nowhere =
        vec![("host", "127.0.0.1".to_owned()), ("port", port), ("security", "none".to_owned())];

    let error = fails_in_time(&mailer(nowhere)).await;

    assert!(matches!(error, MailError::Unavailable(_)), "{error}");
}

#[tokio::test]
async fn a_server_that_falls_silent_at_any_step_passes_in_time() {
    for step in ["", "EHLO", "MAIL", "RCPT", "DATA", "."] {
        let server = Scripted::start(move |_, line| {
            if line == step || (!step.is_empty() && line.starts_with(step)) {
                Nothing
            } else {
                well(line)
            }
        });
        let server = server.await;

        let error = fails_in_time(&server.mailer(&[])).await;

        assert!(error.to_string().contains("no answer in time"), "{step}: {error}");
    }
}

#[tokio::test]
async fn a_server_that_hangs_up_at_any_step_passes() {
    for step in ["", "EHLO", "MAIL", "RCPT", "DATA", "."] {
        let server = Scripted::start(move |_, line| {
            if line == step || (!step.is_empty() && line.starts_with(step)) {
                HangUp
            } else {
                well(line)
            }
        });
        let server = server.await;

        let error = fails_in_time(&server.mailer(&[])).await;

        assert!(matches!(error, MailError::Unavailable(_)), "{step}: {error}");
    }
}

#[tokio::test]
async fn a_connection_is_used_again_only_after_all_went_well() {
    let server = Scripted::start(|call, line| match (call, line) {
        (0, ".") => Nothing,
        _ => well(line),
    });
    let server = server.await;
    let mailer = server.mailer(&[("connections", "1")]);

    fails_in_time(&mailer).await;
    mailer.send(mail_to("jimin@example.com")).await.unwrap();
    mailer.send(mail_to("jimin@example.com")).await.unwrap();

    assert_eq!(server.calls(), 2, "the first was let go, the second was kept");
}

#[tokio::test]
async fn a_kept_connection_that_the_server_has_ended_is_made_anew() {
    let server = Scripted::start(|call, line| match (call, line) {
        (0, "RSET") => HangUp,
        (1, "RSET") => Say("421 idle for too long\r\n"),
        _ => well(line),
    });
    let server = server.await;
    let mailer = server.mailer(&[("connections", "1")]);

    for _ in 0..3 {
        mailer.send(mail_to("jimin@example.com")).await.unwrap();
    }

    assert_eq!(server.calls(), 3);
}

#[tokio::test]
async fn an_answer_to_something_before_is_not_taken_for_the_one_that_is_waited_for() {
    let server = Scripted::start(|_, line| match line {
        // As if somebody had put an answer in before.
        "DATA" => Say("250 fine\r\n354 go on\r\n"),
        _ => well(line),
    });
    let server = server.await;

    let error = fails_in_time(&server.mailer(&[])).await;

    assert!(error.to_string().contains("expected the answer 354, got 250"), "{error}");
}

#[tokio::test]
async fn what_is_no_smtp_passes_and_is_not_repeated() {
    let server = Scripted::start(|_, _| Say("HTTP/1.1 400 jimin@example.com\r\n")).await;

    let error = fails_in_time(&server.mailer(&[])).await;

    assert!(!error.to_string().contains("jimin"), "{error}");
}

#[tokio::test]
async fn a_mail_waits_for_a_connection_only_so_long() {
    let server = Scripted::start(|_, line| if line == "." { Nothing } else { well(line) }).await;
    let settings = [("connections", "1"), ("wait_ms", "20"), ("answer_within_ms", "2000")];
    let mailer = Arc::new(server.mailer(&settings));
    let first = tokio::spawn({
        let mailer = mailer.clone();
        async move { mailer.send(mail_to("jimin@example.com")).await }
    });
    eventually("the first is on its way", || async { (server.calls() == 1).then_some(()) }).await;

    let error = fails_in_time(&mailer).await;

    assert!(error.to_string().contains("every connection is busy"), "{error}");
    assert!(first.await.unwrap().is_err());
}

#[tokio::test]
async fn a_refusal_of_this_service_passes_and_one_of_the_mail_does_not() {
    for (step, answer, passes) in [
        ("MAIL", "550 5.7.1 you may not\r\n", true),
        ("MAIL", "530 log in first\r\n", true),
        ("RCPT", "530 5.7.0 log in first\r\n", true),
        ("RCPT", "550 no such user\r\n", false),
        ("RCPT", "452 4.2.2 full\r\n", true),
        ("DATA", "554 nobody to send it to\r\n", false),
        (".", "554 5.6.0 spam\r\n", false),
        (".", "451 4.7.1 greylisted\r\n", true),
        ("EHLO", "421 too busy\r\n", true),
        ("", "554 go away\r\n", true),
    ] {
        let server = Scripted::start(move |_, line| {
            if line == step || (!step.is_empty() && line.starts_with(step)) {
                Say(answer)
            } else {
                well(line)
            }
        });
        let server = server.await;

        let error = server.mailer(&[]).send(mail_to("jimin@example.com")).await.unwrap_err();

        assert_eq!(error.is_passing(), passes, "{step} {answer}: {error}");
        assert!(error.to_string().contains(&answer[..3]), "{error}");
    }
}
