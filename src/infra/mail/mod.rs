//! The way for mail. Embedded: the console; distributed: a mail server, over SMTP.

mod console;
mod message;
mod smtp;

use async_trait::async_trait;
use secrecy::SecretString;
use uuid::Uuid;

pub use self::console::ConsoleMailer;
pub use self::smtp::SmtpMailer;

/// A mail to one member, in two forms that say the same.
#[derive(Clone, Debug)]
pub struct Mail {
    /// Becomes its `Message-ID`: the same when it is sent again, so that a second copy is known as one.
    pub id: Uuid,
    /// The address.
    pub to: String,
    /// One line.
    pub subject: String,
    /// The text; may hold a code, so it never reaches a log.
    pub text: SecretString,
    /// The same as HTML.
    pub html: SecretString,
}

/// A mail did not leave. Says nothing of the mail: no address, no contents.
#[derive(Debug, thiserror::Error)]
pub enum MailError {
    /// The server does not answer, not in time, or says to come back later.
    #[error("mail server is unavailable: {0}")]
    Unavailable(String),
    /// The server does not take mail from this service as it is set up.
    #[error("mail server does not take mail from this service, see the settings in [mail]: {0}")]
    Misconfigured(String),
    /// The server, or the form of the mail, does not allow this one mail.
    #[error("mail is refused: {0}")]
    Refused(String),
}

impl MailError {
    /// Whether the same mail may leave later. A fault of the settings passes too: it says nothing of the
    /// mail, and what waits can leave as soon as somebody has mended them.
    #[must_use]
    pub const fn is_passing(&self) -> bool {
        match self {
            Self::Unavailable(_) | Self::Misconfigured(_) => true,
            Self::Refused(_) => false,
        }
    }
}

/// Takes mails.
#[async_trait]
pub trait Mailer: Send + Sync {
    /// Hands over a mail. Afterwards it is the business of whoever took it.
    async fn send(&self, mail: Mail) -> Result<(), MailError>;
}
