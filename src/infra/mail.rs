//! The way for mail.

use async_trait::async_trait;
use secrecy::{ExposeSecret, SecretString};

/// A mail to one member.
#[derive(Clone, Debug)]
pub struct Mail {
    /// Becomes its `Message-ID`.
    pub id: uuid::Uuid,
    /// The address.
    pub to: String,
    /// One line.
    pub subject: String,
    /// The text; may hold a code, so it never reaches a log.
    pub text: SecretString,
    /// The same as HTML.
    pub html: SecretString,
}

/// The mail did not leave. Worth another try.
#[derive(Debug, thiserror::Error)]
#[error("mail did not leave: {0}")]
pub struct MailError(pub String);

impl MailError {
    /// Whether the same mail may leave later.
    #[must_use]
    pub const fn is_passing(&self) -> bool {
        true
    }
}

/// Takes mails. Embedded: the console; distributed: SMTP.
#[async_trait]
pub trait Mailer: Send + Sync {
    /// Hands over a mail.
    async fn send(&self, mail: Mail) -> Result<(), MailError>;
}

/// Prints mails on standard output, for a service that runs on somebody's own machine.
#[derive(Clone, Copy, Debug, Default)]
pub struct ConsoleMailer;

#[async_trait]
impl Mailer for ConsoleMailer {
    #[expect(clippy::print_stdout, reason = "printing is what this mailer is for")]
    async fn send(&self, mail: Mail) -> Result<(), MailError> {
        let rule = "-".repeat(60);
        let Mail { to, subject, text, .. } = mail;
        let text = text.expose_secret();
        println!("{rule}\nmail\nto: {to}\nsubject: {subject}\n\n{text}\n{rule}");
        Ok(())
    }
}
