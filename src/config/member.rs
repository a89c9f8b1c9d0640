//! Section `[member]`.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::at_least_one;

/// Accounts.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct MemberConfig {
    /// Years a member must have lived.
    pub minimum_age: u32,
    /// The version of the terms in force.
    pub terms_version: String,
    /// The version of the privacy notice in force.
    pub privacy_version: String,
    /// Life of an e-mail code.
    pub code_s: u64,
    /// Guesses at an e-mail code.
    pub code_tries: u32,
    /// When the next code may be asked for.
    pub code_resend_s: u64,
    /// How long a proved address may be signed up with.
    pub proof_s: u64,
    /// Wrong passwords in a row that lock an account.
    pub lock_after: i32,
    /// How long the lock holds.
    pub lock_s: u64,
    /// Log-ins from one network address.
    pub log_ins_per_minute: u32,
    /// Codes asked for from one network address.
    pub codes_per_minute: u32,
    /// How long a place is kept.
    pub place_s: u64,
    /// Changes of place.
    pub places_per_hour: u32,
}

impl MemberConfig {
    /// Life of an e-mail code.
    #[must_use]
    pub const fn code(&self) -> Duration {
        Duration::from_secs(self.code_s)
    }

    /// When the next code may be asked for.
    #[must_use]
    pub const fn code_resend(&self) -> Duration {
        Duration::from_secs(self.code_resend_s)
    }

    /// How long a proved address may be signed up with.
    #[must_use]
    pub const fn proof(&self) -> Duration {
        Duration::from_secs(self.proof_s)
    }

    /// How long the lock after wrong passwords holds.
    #[must_use]
    pub const fn lock(&self) -> Duration {
        Duration::from_secs(self.lock_s)
    }

    /// How long a place is kept.
    #[must_use]
    pub const fn place(&self) -> Duration {
        Duration::from_secs(self.place_s)
    }

    pub(super) fn check(&self, wrong: &mut Vec<String>) {
        at_least_one(
            wrong,
            [
                ("member.code_s", self.code_s),
                ("member.code_tries", self.code_tries.into()),
                ("member.proof_s", self.proof_s),
                ("member.lock_after", u64::try_from(self.lock_after).unwrap_or(0)),
                ("member.log_ins_per_minute", self.log_ins_per_minute.into()),
                ("member.codes_per_minute", self.codes_per_minute.into()),
                ("member.place_s", self.place_s),
                ("member.places_per_hour", self.places_per_hour.into()),
            ],
        );
    }
}
