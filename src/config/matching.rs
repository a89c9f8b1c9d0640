//! Section `[matching]`.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::at_least_one;

/// Matching.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct MatchingConfig {
    /// Side of the cells that places are snapped to.
    pub cell_km: f64,
    /// Distances a member may choose, rising.
    pub distances_km: Vec<u32>,
    /// How long a proposal may be answered.
    pub proposal_ms: u64,
    /// After how long a waiting member is told that it takes long.
    pub long_wait_ms: u64,
    /// How long a waiting member without a socket is kept.
    pub lost_ms: u64,
    /// Within which time both must have seen a proposal.
    pub seen_ms: u64,
    /// Tickets that a search looks at.
    pub candidates: usize,
    /// How often a matcher looks for what others left behind.
    pub sweep_ms: u64,
    /// How long a declined pair is kept apart, by how often.
    pub exclusions_s: Vec<u64>,
    /// How many a member may decline in a row without a pause.
    pub declines_without_pause: u32,
    /// Within which time declines count as in a row.
    pub declines_s: u64,
    /// How long a member pauses who declined more than that: the first time, the second, and so on.
    pub pauses_s: Vec<u64>,
    /// Requests to be matched, per member.
    pub tickets_per_minute: u32,
    /// Questions what to expect, per member.
    pub outlooks_per_minute: u32,
}

impl MatchingConfig {
    /// How long a proposal may be answered.
    #[must_use]
    pub const fn proposal(&self) -> Duration {
        Duration::from_millis(self.proposal_ms)
    }

    /// After how long a waiting member is told that it takes long.
    #[must_use]
    pub const fn long_wait(&self) -> Duration {
        Duration::from_millis(self.long_wait_ms)
    }

    /// How long a waiting member without a socket is kept.
    #[must_use]
    pub const fn lost(&self) -> Duration {
        Duration::from_millis(self.lost_ms)
    }

    /// Within which time both must have seen a proposal.
    #[must_use]
    pub const fn seen(&self) -> Duration {
        Duration::from_millis(self.seen_ms)
    }

    /// Within which time declines count as in a row.
    #[must_use]
    pub const fn declines_remembered(&self) -> Duration {
        Duration::from_secs(self.declines_s)
    }

    /// How long a member pauses who declines too many: the first time, the second, and so on.
    #[must_use]
    pub fn pauses(&self) -> Vec<Duration> {
        self.pauses_s.iter().copied().map(Duration::from_secs).collect()
    }

    /// How often a matcher looks for what others left behind.
    #[must_use]
    pub const fn sweep(&self) -> Duration {
        Duration::from_millis(self.sweep_ms)
    }

    /// How long a declined pair is kept apart: the first time, the second, and so on.
    #[must_use]
    pub fn exclusions(&self) -> Vec<Duration> {
        self.exclusions_s.iter().copied().map(Duration::from_secs).collect()
    }

    pub(super) fn check(&self, wrong: &mut Vec<String>) {
        if !(1.0..=100.0).contains(&self.cell_km) {
            wrong.push(format!("matching.cell_km must be 1 to 100, got {}", self.cell_km));
        }
        if self.distances_km.is_empty() || !self.distances_km.is_sorted() {
            wrong.push("matching.distances_km must be rising distances, at least one".to_owned());
        }
        if self.exclusions_s.is_empty() {
            wrong.push("matching.exclusions_s must name at least one duration".to_owned());
        }
        at_least_one(
            wrong,
            [
                (
                    "matching.distances_km",
                    u64::from(self.distances_km.first().copied().unwrap_or(0)),
                ),
                ("matching.proposal_ms", self.proposal_ms),
                ("matching.seen_ms", self.seen_ms),
                ("matching.declines_s", self.declines_s),
                ("matching.candidates", self.candidates as u64),
                ("matching.sweep_ms", self.sweep_ms),
                ("matching.tickets_per_minute", self.tickets_per_minute.into()),
                ("matching.outlooks_per_minute", self.outlooks_per_minute.into()),
            ],
        );
    }
}
