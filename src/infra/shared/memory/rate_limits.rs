//! Rate limits in this process.

use std::sync::Mutex;

use async_trait::async_trait;

use crate::base::{SharedClock, Timestamp};
use crate::infra::shared::{Rate, RateLimits, RetryAfter, SharedResult};

use super::{Expiring, lock};

/// Rate limits in this process.
pub struct MemoryRateLimits {
    clock: SharedClock,
    /// The theoretical arrival time of each: when everything done so far has worn off.
    arrivals: Mutex<Expiring<(&'static str, String), Timestamp>>,
}

impl MemoryRateLimits {
    /// Nobody has done anything.
    #[must_use]
    pub fn new(clock: &SharedClock) -> Self {
        Self { clock: clock.clone(), arrivals: Mutex::default() }
    }
}

#[async_trait]
impl RateLimits for MemoryRateLimits {
    async fn check(
        &self,
        what: &'static str,
        whom: &str,
        rate: Rate,
    ) -> SharedResult<Result<(), RetryAfter>> {
        let now = self.clock.now();
        let step = rate.period / rate.count.max(1);
        let mut arrivals = lock(&self.arrivals);
        let key = (what, whom.to_owned());
        let worn_off = arrivals.get(&key, now).copied().unwrap_or(now).max(now) + step;
        let ahead = worn_off.since(now);
        if ahead > rate.period {
            return Ok(Err(RetryAfter(ahead.saturating_sub(rate.period))));
        }
        arrivals.insert(key, worn_off, now, ahead);
        Ok(Ok(()))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::time::Duration;

    use crate::base::ManualClock;

    use super::*;

    #[tokio::test]
    async fn so_many_pass_at_once_and_then_one_per_step() {
        let clock = Arc::new(ManualClock::at(Timestamp::from_micros(1)));
        let shared: SharedClock = clock.clone();
        let limits = MemoryRateLimits::new(&shared);
        let rate = Rate::per_minute(3);

        for _ in 0..3 {
            assert_eq!(limits.check("log-in", "a", rate).await.unwrap(), Ok(()));
        }
        let wait = RetryAfter(Duration::from_secs(20));
        assert_eq!(limits.check("log-in", "a", rate).await.unwrap(), Err(wait));
        assert_eq!(limits.check("log-in", "b", rate).await.unwrap(), Ok(()));

        clock.advance(wait.0);
        assert_eq!(limits.check("log-in", "a", rate).await.unwrap(), Ok(()));
        assert_eq!(limits.check("log-in", "a", rate).await.unwrap(), Err(wait));
    }
}
