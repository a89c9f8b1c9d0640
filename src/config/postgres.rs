//! Section `[postgres]`.

use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::{Secret, at_least_one};

/// The relational database on `PostgreSQL` 15.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct PostgresConfig {
    /// The primary; empty: the database is a file in the data folder.
    pub url: Secret,
    /// A file that holds it.
    pub url_file: PathBuf,
    /// A streaming replica of it; empty: the primary answers every read.
    pub replica_url: Secret,
    /// A file that holds it.
    pub replica_url_file: PathBuf,
    /// Who signed the certificates of the servers; empty: the system knows.
    pub ca_file: PathBuf,
    /// Connections that write.
    pub writers: usize,
    /// Connections that read: so many to the primary, so many to the replica.
    pub readers: usize,
    /// How long a query may wait for a connection.
    pub wait_ms: u64,
    /// How long connecting may take.
    pub connect_within_ms: u64,
    /// How long one statement may take.
    pub statement_within_ms: u64,
    /// How long a statement may wait for a lock.
    pub lock_within_ms: u64,
    /// How long one transaction may take in all.
    pub transaction_within_ms: u64,
    /// How long it is remembered up to where a member has written.
    pub mark_s: u64,
}

impl PostgresConfig {
    /// Who signed the certificates, if it is said.
    #[must_use]
    pub fn ca_file(&self) -> Option<&Path> {
        (!self.ca_file.as_os_str().is_empty()).then_some(&*self.ca_file)
    }

    /// How long a query may wait for a connection.
    #[must_use]
    pub const fn wait(&self) -> Duration {
        Duration::from_millis(self.wait_ms)
    }

    /// How long connecting may take.
    #[must_use]
    pub const fn connect_within(&self) -> Duration {
        Duration::from_millis(self.connect_within_ms)
    }

    /// How long one transaction may take in all.
    #[must_use]
    pub const fn transaction_within(&self) -> Duration {
        Duration::from_millis(self.transaction_within_ms)
    }

    /// How long it is remembered up to where a member has written.
    #[must_use]
    pub const fn mark(&self) -> Duration {
        Duration::from_secs(self.mark_s)
    }

    /// Takes addresses from their files.
    pub(super) fn read_files(&mut self, wrong: &mut Vec<String>) {
        self.url.read_file("postgres.url", &self.url_file, wrong);
        self.replica_url.read_file("postgres.replica_url", &self.replica_url_file, wrong);
    }

    pub(super) fn check(&self, wrong: &mut Vec<String>) {
        at_least_one(
            wrong,
            [
                ("postgres.writers", self.writers as u64),
                ("postgres.readers", self.readers as u64),
                ("postgres.wait_ms", self.wait_ms),
                ("postgres.connect_within_ms", self.connect_within_ms),
                ("postgres.statement_within_ms", self.statement_within_ms),
                ("postgres.lock_within_ms", self.lock_within_ms),
                ("postgres.transaction_within_ms", self.transaction_within_ms),
                ("postgres.mark_s", self.mark_s),
            ],
        );
        for (key, url) in [("url", &self.url), ("replica_url", &self.replica_url)] {
            let url = url.expose();
            if !url.is_empty() && !url.starts_with("postgres://") {
                // Not the value: it may hold a password.
                wrong.push(format!("postgres.{key} must begin with postgres://"));
            }
        }
        if self.url.expose().is_empty() && !self.replica_url.expose().is_empty() {
            wrong.push("postgres.url must name the primary of postgres.replica_url".to_owned());
        }
    }
}
