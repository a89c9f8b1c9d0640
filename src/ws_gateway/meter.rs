//! How often one socket may do something: GCRA, as in shared state, but for this socket alone.

use std::time::Duration;

use tokio::time::Instant;

/// Counts what one socket does.
#[derive(Debug)]
pub(super) struct Meter {
    step: Duration,
    period: Duration,
    /// When everything done so far has worn off.
    worn_off: Instant,
}

impl Meter {
    /// `count` in every `period`; all of them may come at once.
    pub(super) fn new(count: u32, period: Duration) -> Self {
        Self { step: period / count.max(1), period, worn_off: Instant::now() }
    }

    /// Counts one more, or says after which pause it may be tried again.
    pub(super) fn count(&mut self) -> Result<(), Duration> {
        let now = Instant::now();
        let worn_off = self.worn_off.max(now) + self.step;
        let ahead = worn_off - now;
        if ahead > self.period {
            return Err(ahead.saturating_sub(self.period));
        }
        self.worn_off = worn_off;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_burst_passes_and_then_one_per_step() {
        let mut meter = Meter::new(20, Duration::from_secs(10));
        assert!((0..20).all(|_| meter.count().is_ok()));

        let pause = meter.count().unwrap_err();
        assert_eq!(pause, Duration::from_millis(500));
        tokio::time::advance(pause).await;
        assert!(meter.count().is_ok());
        assert!(meter.count().is_err());
    }
}
