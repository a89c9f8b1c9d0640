//! Section `[auth]`.

use std::path::PathBuf;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::at_least_one;

/// Tokens and password hashes.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct AuthConfig {
    /// Who the tokens are from.
    pub issuer: String,
    /// Where the keys of tokens are; empty: `keys` in the data folder.
    pub keys_dir: PathBuf,
    /// How often they are read again.
    pub keys_reload_s: u64,
    /// Life of an access token.
    pub access_token_s: u64,
    /// Life of an unused refresh token.
    pub refresh_token_s: u64,
    /// How long a lost answer to a refresh may be asked for again.
    pub refresh_retry_s: u64,
    /// Memory of one password hash.
    pub argon2_memory_kib: u32,
    /// Passes of one password hash.
    pub argon2_passes: u32,
    /// Password hashes that may run at once; 0 is one per core.
    pub argon2_at_once: usize,
    /// How long a hash may wait for its turn.
    pub argon2_wait_ms: u64,
}

impl AuthConfig {
    /// How often the keys of tokens are read again.
    #[must_use]
    pub const fn keys_reload(&self) -> Duration {
        Duration::from_secs(self.keys_reload_s)
    }

    /// Life of an access token.
    #[must_use]
    pub const fn access_token(&self) -> Duration {
        Duration::from_secs(self.access_token_s)
    }

    /// Life of an unused refresh token.
    #[must_use]
    pub const fn refresh_token(&self) -> Duration {
        Duration::from_secs(self.refresh_token_s)
    }

    /// How long a lost answer to a refresh may be asked for again.
    #[must_use]
    pub const fn refresh_retry(&self) -> Duration {
        Duration::from_secs(self.refresh_retry_s)
    }

    pub(super) fn check(&self, wrong: &mut Vec<String>) {
        at_least_one(
            wrong,
            [
                ("auth.keys_reload_s", self.keys_reload_s),
                ("auth.access_token_s", self.access_token_s),
                ("auth.refresh_token_s", self.refresh_token_s),
                ("auth.argon2_passes", self.argon2_passes.into()),
                ("auth.argon2_wait_ms", self.argon2_wait_ms),
            ],
        );
        if self.argon2_memory_kib < 8 {
            let got = self.argon2_memory_kib;
            wrong.push(format!("auth.argon2_memory_kib must be at least 8, got {got}"));
        }
    }
}
