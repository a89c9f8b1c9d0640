//! Hands mails to a mail server (SMTP, RFC 5321).
//!
//! A few connections are kept. One that has failed or was given up in the middle of something is let go:
//! what the server says next on it would answer a question of before.

use std::fmt::Display;
use std::fs;
use std::future::Future;
use std::path::Path;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use lettre::message::Mailbox;
use lettre::transport::smtp::Error;
use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use lettre::transport::smtp::client::{
    AsyncSmtpConnection, Certificate, CertificateStore, TlsParameters,
};
use lettre::transport::smtp::commands::{Data, Mail as MailFrom, Rcpt, Rset};
use lettre::transport::smtp::extension::{ClientId, Extension, MailParameter};
use lettre::transport::smtp::response::{Response, Severity};
use tokio::sync::Semaphore;
use tokio::time::{Instant, timeout};

use crate::base::SharedClock;
use crate::config::{MailConfig, MailSecurity};

use super::message::{Ready, write_message};
use super::{Mail, MailError, Mailer};

/// How long a connection is kept that nobody uses. Servers hang up after minutes.
const KEPT_FOR: Duration = Duration::from_secs(30);

/// Takes mails to a mail server.
pub struct SmtpMailer {
    config: MailConfig,
    from: Mailbox,
    tls: Option<TlsParameters>,
    clock: SharedClock,
    slots: Semaphore,
    kept: Mutex<Vec<(AsyncSmtpConnection, Instant)>>,
}

impl SmtpMailer {
    /// For the server that the settings name. Does not connect yet.
    pub fn new(config: &MailConfig, clock: &SharedClock) -> Result<Self, MailError> {
        let from: Mailbox = config.from.parse().map_err(|error| {
            MailError::Misconfigured(format!("mail.from is no address: {error}"))
        })?;
        let tls = match config.security {
            MailSecurity::None => None,
            MailSecurity::StartTls | MailSecurity::Tls => {
                Some(trusting(&config.host, config.ca_file())?)
            }
        };
        Ok(Self {
            from,
            tls,
            clock: clock.clone(),
            slots: Semaphore::new(config.connections),
            kept: Mutex::default(),
            config: config.clone(),
        })
    }

    /// A connection on which nothing was said yet, or the last thing was finished.
    async fn connection(&self) -> Result<AsyncSmtpConnection, MailError> {
        while let Some(mut connection) = self.take_kept() {
            let forget = say(&mut connection, self.config.connect_within(), "RSET", Rset);
            if forget.await.is_ok() {
                return Ok(connection);
            }
        }
        let within = self.config.connect_within();
        timeout(within, self.connect()).await.unwrap_or_else(|_| Err(late("connecting")))
    }

    fn take_kept(&self) -> Option<AsyncSmtpConnection> {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.retain(|(_, since)| since.elapsed() < KEPT_FOR);
        kept.pop().map(|(connection, _)| connection)
    }

    fn keep(&self, connection: AsyncSmtpConnection) {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.push((connection, Instant::now()));
    }

    async fn connect(&self) -> Result<AsyncSmtpConnection, MailError> {
        let MailConfig { host, port, security, username, password, .. } = &self.config;
        let greeting = ClientId::Domain(self.from.email.domain().to_owned());
        let at_once = self.tls.clone().filter(|_| *security == MailSecurity::Tls);
        let server = (host.as_str(), *port);
        let connected =
            AsyncSmtpConnection::connect_tokio1(server, None, &greeting, at_once, None).await;
        let mut connection = connected.map_err(|error| failed("connecting", &error))?;
        if let (MailSecurity::StartTls, Some(tls)) = (security, &self.tls) {
            if !connection.can_starttls() {
                let why = "it does not offer STARTTLS, which mail.security asks for";
                return Err(MailError::Misconfigured(why.to_owned()));
            }
            let encrypted = connection.starttls(tls.clone(), &greeting).await;
            encrypted.map_err(|error| failed("STARTTLS", &error))?;
        }
        if !username.is_empty() {
            let credentials = Credentials::new(username.clone(), password.expose().to_owned());
            let ways = [Mechanism::Plain, Mechanism::Login];
            let answer = connection.auth(&ways, &credentials).await;
            expect("AUTH", 235, &answer.map_err(|error| failed("AUTH", &error))?)?;
        }
        Ok(connection)
    }

    async fn hand_over(
        &self,
        connection: &mut AsyncSmtpConnection,
        mail: Ready,
    ) -> Result<(), MailError> {
        let within = self.config.answer_within();
        let mut with = Vec::new();
        if !mail.to.user().is_ascii() || !mail.to.domain().is_ascii() {
            if !connection.server_info().supports_feature(Extension::SmtpUtfEight) {
                return Err(MailError::Refused("the server takes only ASCII addresses".to_owned()));
            }
            with.push(MailParameter::SmtpUtfEight);
        }
        let from = MailFrom::new(Some(self.from.email.clone()), with);
        say(connection, within, "MAIL", from).await?;
        say(connection, within, "RCPT", Rcpt::new(mail.to, Vec::new())).await?;
        let go_on = say(connection, within, "DATA", Data).await?;
        // Any other code would be the answer to something before, and so would be those after it.
        expect("DATA", 354, &go_on)?;
        let taken = in_time(within, "the text", connection.message(&mail.bytes)).await;
        expect("the text", 250, &taken?)
    }
}

#[async_trait]
impl Mailer for SmtpMailer {
    async fn send(&self, mail: Mail) -> Result<(), MailError> {
        let mail = write_message(&mail, &self.from, self.clock.now())?;
        let slot = timeout(self.config.wait(), self.slots.acquire()).await;
        let Ok(Ok(_slot)) = slot else {
            return Err(MailError::Unavailable("every connection is busy".to_owned()));
        };
        let mut connection = self.connection().await?;
        self.hand_over(&mut connection, mail).await?;
        self.keep(connection);
        Ok(())
    }
}

/// Trusts the signers in `ca_file`, or those the system trusts. The certificate must be for `host`.
fn trusting(host: &str, ca_file: Option<&Path>) -> Result<TlsParameters, MailError> {
    let mut tls = TlsParameters::builder(host.to_owned());
    if let Some(file) = ca_file {
        let wrong = |why: &dyn Display| {
            MailError::Misconfigured(format!("mail.ca_file {}: {why}", file.display()))
        };
        let pem = fs::read(file).map_err(|error| wrong(&error))?;
        if !pem.windows(BEGIN.len()).any(|window| window == BEGIN) {
            return Err(wrong(&"holds no certificate (PEM)"));
        }
        let signers = Certificate::from_pem(&pem).map_err(|error| wrong(&error))?;
        tls = tls.certificate_store(CertificateStore::None).add_root_certificate(signers);
    }
    tls.build().map_err(|error| MailError::Misconfigured(error.to_string()))
}

const BEGIN: &[u8] = b"-----BEGIN CERTIFICATE-----";

/// Says a command and waits for a positive answer.
async fn say(
    connection: &mut AsyncSmtpConnection,
    within: Duration,
    step: &str,
    command: impl Display,
) -> Result<Response, MailError> {
    in_time(within, step, connection.command(command)).await
}

async fn in_time(
    within: Duration,
    step: &str,
    answer: impl Future<Output = Result<Response, Error>>,
) -> Result<Response, MailError> {
    match timeout(within, answer).await {
        Ok(answer) => answer.map_err(|error| failed(step, &error)),
        Err(_) => Err(late(step)),
    }
}

fn late(step: &str) -> MailError {
    MailError::Unavailable(format!("{step}: no answer in time"))
}

fn expect(step: &str, code: u16, answer: &Response) -> Result<(), MailError> {
    if answer.has_code(code) {
        return Ok(());
    }
    let got = answer.code();
    Err(MailError::Unavailable(format!("{step}: expected the answer {code}, got {got}")))
}

/// What the error of a step means. Of what the server wrote only the codes are kept: the text often
/// repeats the address.
fn failed(step: &str, error: &Error) -> MailError {
    let Some(code) = error.status() else {
        return if error.is_client() {
            MailError::Misconfigured(format!("{step}: {error}"))
        } else if error.is_response() {
            MailError::Unavailable(format!("{step}: the answer is not SMTP"))
        } else {
            MailError::Unavailable(format!("{step}: {error}"))
        };
    };
    let text = std::error::Error::source(error).map(ToString::to_string).unwrap_or_default();
    let detail = text.split_whitespace().next().filter(|word| is_enhanced_code(word));
    let codes = format!("{step} was answered {code} {}", detail.unwrap_or_default());
    let codes = codes.trim_end().to_owned();
    if code.severity != Severity::PermanentNegativeCompletion {
        MailError::Unavailable(codes)
    } else if ABOUT_THE_MAIL.contains(&step) && !WHO_ASKS.contains(&code.into()) {
        MailError::Refused(codes)
    } else {
        MailError::Misconfigured(codes)
    }
}

/// Steps about one mail: if one is refused for good, the next mail need not be.
const ABOUT_THE_MAIL: &[&str] = &["RCPT", "DATA", "the text"];

/// Codes about the log-in, whenever they come (RFC 4954).
const WHO_ASKS: &[u16] = &[530, 534, 535, 538];

/// A code such as `5.1.1` (RFC 3463).
fn is_enhanced_code(word: &str) -> bool {
    word.len() <= 11
        && word.split('.').count() == 3
        && word.split('.').all(|part| part.parse::<u16>().is_ok())
}
