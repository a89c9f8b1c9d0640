//! Section `[shutdown]`.

use std::time::Duration;

use serde::{Deserialize, Serialize};

/// How to leave.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct ShutdownConfig {
    /// How long to answer "not ready" before anything stops, so that the balancer looks away.
    pub announce_ms: u64,
    /// How long tasks may take to finish.
    pub grace_ms: u64,
}

impl ShutdownConfig {
    /// How long to answer "not ready" before anything stops.
    #[must_use]
    pub const fn announce(&self) -> Duration {
        Duration::from_millis(self.announce_ms)
    }

    /// How long tasks may take to finish.
    #[must_use]
    pub const fn grace(&self) -> Duration {
        Duration::from_millis(self.grace_ms)
    }

    pub(super) fn check(&self, wrong: &mut Vec<String>) {
        if self.grace_ms == 0 {
            wrong.push("shutdown.grace_ms must be at least 1, got 0".to_owned());
        }
    }
}
