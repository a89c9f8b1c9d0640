//! How often somebody may do something: GCRA, the generic cell rate algorithm (ITU-T I.371).

use std::time::Duration;

use async_trait::async_trait;

use super::SharedResult;

/// So many in a period; all of them may come at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    /// How many.
    pub count: u32,
    /// In which time.
    pub period: Duration,
}

impl Rate {
    /// So many in a minute.
    #[must_use]
    pub const fn per_minute(count: u32) -> Self {
        Self { count, period: Duration::from_mins(1) }
    }

    /// So many in an hour.
    #[must_use]
    pub const fn per_hour(count: u32) -> Self {
        Self { count, period: Duration::from_hours(1) }
    }

    /// So many in a day.
    #[must_use]
    pub const fn per_day(count: u32) -> Self {
        Self { count, period: Duration::from_hours(24) }
    }
}

/// Too often: the same call may succeed after this pause.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RetryAfter(pub Duration);

/// Counts what is done, by whom.
#[async_trait]
pub trait RateLimits: Send + Sync {
    /// Counts one more of `what` by `whom`, or says when it may be tried again.
    async fn check(
        &self,
        what: &'static str,
        whom: &str,
        rate: Rate,
    ) -> SharedResult<Result<(), RetryAfter>>;
}
