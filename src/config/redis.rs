//! Section `[redis]`.

use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::{Secret, at_least_one};

/// Shared state on Redis 7.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct RedisConfig {
    /// Where it is; none: shared state stays in this process.
    pub urls: Vec<Secret>,
    /// A file that holds them, one a line.
    pub urls_file: PathBuf,
    /// Whether the addresses are nodes of one cluster.
    pub cluster: bool,
    /// What every key begins with.
    pub prefix: String,
    /// Who signed the certificates of `rediss://`; empty: the system knows.
    pub ca_file: PathBuf,
    /// How long connecting may take.
    pub connect_within_ms: u64,
    /// How long an answer may take.
    pub answer_within_ms: u64,
    /// Parts of the room log.
    pub buckets: u16,
    /// Connections for whole batches.
    pub connections: usize,
}

impl RedisConfig {
    /// Who signed the certificates, if it is said.
    #[must_use]
    pub fn ca_file(&self) -> Option<&Path> {
        (!self.ca_file.as_os_str().is_empty()).then_some(&*self.ca_file)
    }

    /// How long connecting may take.
    #[must_use]
    pub const fn connect_within(&self) -> Duration {
        Duration::from_millis(self.connect_within_ms)
    }

    /// How long an answer may take.
    #[must_use]
    pub const fn answer_within(&self) -> Duration {
        Duration::from_millis(self.answer_within_ms)
    }

    /// Takes the addresses from their file.
    pub(super) fn read_files(&mut self, wrong: &mut Vec<String>) {
        let mut all = Secret::from("");
        all.read_file("redis.urls", &self.urls_file, wrong);
        let lines: Vec<Secret> = all.expose().split_whitespace().map(Secret::from).collect();
        if !lines.is_empty() && !self.urls.is_empty() {
            wrong.push("redis.urls and redis.urls_file must not both be set".to_owned());
        }
        self.urls.extend(lines);
    }

    pub(super) fn check(&self, wrong: &mut Vec<String>) {
        at_least_one(
            wrong,
            [
                ("redis.connect_within_ms", self.connect_within_ms),
                ("redis.answer_within_ms", self.answer_within_ms),
                ("redis.buckets", self.buckets.into()),
                ("redis.connections", self.connections as u64),
            ],
        );
        let known = ["redis://", "rediss://"];
        for url in &self.urls {
            if !known.iter().any(|scheme| url.expose().starts_with(scheme)) {
                // Not the value: it may hold a password.
                wrong.push("redis.urls must begin with redis:// or rediss://".to_owned());
            }
        }
        if !self.cluster && self.urls.len() > 1 {
            let got = self.urls.len();
            wrong.push(format!(
                "redis.urls must be one address, got {got}, unless redis.cluster is true"
            ));
        }
        if self.cluster && self.urls.is_empty() {
            wrong.push("redis.urls must name a node, since redis.cluster is true".to_owned());
        }
        if self.prefix.is_empty() || self.prefix.contains(['{', '}']) {
            wrong.push("redis.prefix must not be empty and must not contain braces".to_owned());
        }
    }
}
