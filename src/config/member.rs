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
    /// How long a proved address may be signed up with, or a new password set.
    pub proof_s: u64,
    /// Wrong passwords in a row that lock an account.
    pub lock_after: u32,
    /// Log-ins from one network address.
    pub log_ins_per_minute: u32,
    /// Log-ins with one name, on devices that have not logged in before.
    pub log_ins_per_name_and_minute: u32,
    /// Codes asked for from one network address.
    pub codes_per_minute: u32,
    /// Codes asked for with one name, for one purpose, from one network address.
    pub codes_per_day: u32,
    /// Codes asked for with one name, for one purpose, from anywhere.
    pub codes_per_name_and_day: u32,
    /// Guesses at codes from one network address.
    pub guesses_per_minute: u32,
    /// Own passwords that a member who is logged in may give to confirm something.
    pub passwords_per_hour: u32,
    /// Exports of a member.
    pub exports_per_hour: u32,
    /// Pictures that a member sends.
    pub images_per_minute: u32,
    /// Uses of a proof that were refused, for example since a name was taken.
    pub proof_tries_per_hour: u32,
    /// Log-ins of a member that go on side by side.
    pub sessions_max: i64,
    /// Devices of a member that are remembered.
    pub devices_max: i64,
    /// How often the outbox is looked into for letters of other processes.
    pub letters_poll_ms: u64,
    /// Pause after a letter did not leave: from.
    pub letters_retry_from_s: u64,
    /// Growing to.
    pub letters_retry_to_s: u64,
    /// After how long a letter that does not leave is given up.
    pub letters_keep_s: u64,
    /// How long is kept what happened to accounts.
    pub audit_days: u64,
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

    /// How often the outbox is looked into for letters of other processes.
    #[must_use]
    pub const fn letters_poll(&self) -> Duration {
        Duration::from_millis(self.letters_poll_ms)
    }

    /// Pause after a letter did not leave: from, growing to.
    #[must_use]
    pub const fn letters_retry(&self) -> (Duration, Duration) {
        (
            Duration::from_secs(self.letters_retry_from_s),
            Duration::from_secs(self.letters_retry_to_s),
        )
    }

    /// After how long a letter that does not leave is given up.
    #[must_use]
    pub const fn letters_keep(&self) -> Duration {
        Duration::from_secs(self.letters_keep_s)
    }

    /// How long is kept what happened to accounts.
    #[must_use]
    pub const fn audit(&self) -> Duration {
        Duration::from_secs(self.audit_days * 24 * 60 * 60)
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
                ("member.lock_after", self.lock_after.into()),
                ("member.log_ins_per_minute", self.log_ins_per_minute.into()),
                ("member.log_ins_per_name_and_minute", self.log_ins_per_name_and_minute.into()),
                ("member.codes_per_minute", self.codes_per_minute.into()),
                ("member.codes_per_day", self.codes_per_day.into()),
                ("member.codes_per_name_and_day", self.codes_per_name_and_day.into()),
                ("member.proof_tries_per_hour", self.proof_tries_per_hour.into()),
                ("member.sessions_max", u64::try_from(self.sessions_max).unwrap_or(0)),
                ("member.guesses_per_minute", self.guesses_per_minute.into()),
                ("member.passwords_per_hour", self.passwords_per_hour.into()),
                ("member.exports_per_hour", self.exports_per_hour.into()),
                ("member.images_per_minute", self.images_per_minute.into()),
                ("member.devices_max", u64::try_from(self.devices_max).unwrap_or(0)),
                ("member.letters_poll_ms", self.letters_poll_ms),
                ("member.letters_retry_from_s", self.letters_retry_from_s),
                ("member.letters_retry_to_s", self.letters_retry_to_s),
                ("member.audit_days", self.audit_days),
                ("member.place_s", self.place_s),
                ("member.places_per_hour", self.places_per_hour.into()),
            ],
        );
    }
}
