//! Section `[mail]`.

use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::{Secret, at_least_one};

/// How mail leaves.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct MailConfig {
    /// Where to.
    pub kind: MailKind,
    /// The mail server.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// How the way to it is kept secret.
    pub security: MailSecurity,
    /// Who signed its certificate; empty: the system knows.
    pub ca_file: PathBuf,
    /// The account there; empty: none is needed.
    pub username: String,
    /// Its password.
    pub password: Secret,
    /// A file that holds it.
    pub password_file: PathBuf,
    /// Whom mails are from.
    pub from: String,
    /// Connections at once.
    pub connections: usize,
    /// How long a mail may wait for one.
    pub wait_ms: u64,
    /// How long making one may take, up to the log-in.
    pub connect_within_ms: u64,
    /// How long each answer of the server may take.
    pub answer_within_ms: u64,
}

/// Ways for mail to leave.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum MailKind {
    /// Printed on standard output.
    Console,
    /// To a mail server.
    Smtp,
}

/// Ways to keep the way to the mail server secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum MailSecurity {
    /// TLS from the first command on; a server that does not offer it gets no mail.
    StartTls,
    /// TLS from the first byte on.
    Tls,
    /// Not at all.
    None,
}

impl MailConfig {
    /// Who signed the certificate, if it is said.
    #[must_use]
    pub fn ca_file(&self) -> Option<&Path> {
        (!self.ca_file.as_os_str().is_empty()).then_some(&*self.ca_file)
    }

    /// How long a mail may wait for a connection.
    #[must_use]
    pub const fn wait(&self) -> Duration {
        Duration::from_millis(self.wait_ms)
    }

    /// How long making a connection may take.
    #[must_use]
    pub const fn connect_within(&self) -> Duration {
        Duration::from_millis(self.connect_within_ms)
    }

    /// How long each answer of the server may take.
    #[must_use]
    pub const fn answer_within(&self) -> Duration {
        Duration::from_millis(self.answer_within_ms)
    }

    /// Takes the password from its file.
    pub(super) fn read_files(&mut self, wrong: &mut Vec<String>) {
        self.password.read_file("mail.password", &self.password_file, wrong);
    }

    pub(super) fn check(&self, wrong: &mut Vec<String>) {
        at_least_one(
            wrong,
            [
                ("mail.connections", self.connections as u64),
                ("mail.wait_ms", self.wait_ms),
                ("mail.connect_within_ms", self.connect_within_ms),
                ("mail.answer_within_ms", self.answer_within_ms),
            ],
        );
        if self.kind == MailKind::Smtp {
            self.check_smtp(wrong);
        }
    }

    fn check_smtp(&self, wrong: &mut Vec<String>) {
        let host = &self.host;
        if host.is_empty() {
            wrong.push("mail.host must name a mail server, since mail.kind is smtp".to_owned());
        } else if !host.chars().all(|c| c.is_ascii_alphanumeric() || "-.:_".contains(c)) {
            wrong.push(format!("mail.host must be like \"smtp.example.com\", got {host:?}"));
        }
        if self.port == 0 {
            wrong.push("mail.port must be at least 1, got 0".to_owned());
        }
        if !is_sender(&self.from) {
            let from = &self.from;
            wrong.push(format!(
                "mail.from must be like \"rand-chat <no-reply@example.com>\", got {from:?}"
            ));
        }
        if self.username.is_empty() != self.password.expose().is_empty() {
            wrong.push(
                "mail.username and mail.password must be set together, or neither".to_owned(),
            );
        }
        if self.security == MailSecurity::None && !self.password.expose().is_empty() {
            wrong.push(
                "mail.security must be starttls or tls, since mail.password would be sent in the clear"
                    .to_owned(),
            );
        }
    }
}

/// Whether it is an address of one line, perhaps with a name before it.
fn is_sender(from: &str) -> bool {
    let address = match from.strip_suffix('>') {
        Some(rest) => rest.rsplit_once('<').map_or("", |(_, address)| address),
        None => from,
    };
    let plain = |c: char| !c.is_whitespace() && !c.is_control() && !"<>,;".contains(c);
    let parts = address.rsplit_once('@');
    !from.contains(char::is_control)
        && address.chars().all(plain)
        && parts.is_some_and(|(local, domain)| !local.is_empty() && !domain.is_empty())
}
