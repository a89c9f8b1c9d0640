//! Mails on standard output.

use async_trait::async_trait;
use secrecy::ExposeSecret;

use super::{Mail, MailError, Mailer};

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
