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
    /// How long tickets stay claimed by a matcher that died.
    pub claim_ms: u64,
    /// Tickets looked at in one step of a search.
    pub candidates: usize,
    /// Steps of one search.
    pub search_steps: usize,
    /// How often a matcher looks for what others left behind.
    pub sweep_ms: u64,
    /// How long a declined pair is kept apart, by how often.
    pub exclusions_s: Vec<u64>,
    /// Requests to be matched, per member.
    pub tickets_per_minute: u32,
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

    /// How long tickets stay claimed by a matcher that died.
    #[must_use]
    pub const fn claim(&self) -> Duration {
        Duration::from_millis(self.claim_ms)
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
                ("matching.claim_ms", self.claim_ms),
                ("matching.candidates", self.candidates as u64),
                ("matching.search_steps", self.search_steps as u64),
                ("matching.sweep_ms", self.sweep_ms),
                ("matching.tickets_per_minute", self.tickets_per_minute.into()),
            ],
        );
    }
}
