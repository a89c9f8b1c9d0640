//! Section `[safety]`.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::at_least_one;

/// Reports.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct SafetyConfig {
    /// Reports of a member.
    pub reports_per_hour: u32,
    /// Characters that a report may have.
    pub report_chars_max: usize,
    /// Messages that are kept with a report.
    pub evidence_messages: usize,
    /// How long a report is kept after it was decided.
    pub reports_keep_days: u64,
}

impl SafetyConfig {
    /// How long a report is kept after it was decided.
    #[must_use]
    pub const fn reports_keep(&self) -> Duration {
        Duration::from_secs(self.reports_keep_days * 24 * 60 * 60)
    }

    pub(super) fn check(&self, wrong: &mut Vec<String>) {
        at_least_one(
            wrong,
            [
                ("safety.reports_per_hour", self.reports_per_hour.into()),
                ("safety.report_chars_max", self.report_chars_max as u64),
                ("safety.evidence_messages", self.evidence_messages as u64),
                ("safety.reports_keep_days", self.reports_keep_days),
            ],
        );
    }
}
