//! What a benchmark prints.

use std::fmt;
use std::fs::read_to_string;
use std::thread::available_parallelism;
use std::time::Duration;

/// Many durations of the same thing.
#[derive(Default)]
pub struct Spread(Vec<Duration>);

impl Spread {
    pub fn add(&mut self, one: Duration) {
        self.0.push(one);
    }

    pub fn take(&mut self, other: Self) {
        self.0.extend(other.0);
    }

    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// The duration that so many of a hundred are not above (nearest rank).
    pub fn percentile(&self, percent: usize) -> Duration {
        let mut sorted = self.0.clone();
        sorted.sort_unstable();
        let rank = (sorted.len() * percent).div_ceil(100);
        sorted.get(rank.saturating_sub(1)).copied().unwrap_or_default()
    }
}

impl fmt::Display for Spread {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [p50, p99, max] = [50, 99, 100].map(|percent| self.percentile(percent));
        write!(f, "p50 {p50:.1?}  p99 {p99:.1?}  max {max:.1?}  (n = {})", self.len())
    }
}

#[expect(clippy::cast_precision_loss, reason = "a figure for people")]
pub fn per_second(count: usize, took: Duration) -> f64 {
    count as f64 / took.as_secs_f64()
}

/// Measures, and says before and after what the figures depend on.
pub async fn on_this_machine(measuring: impl Future<Output = ()>) {
    if cfg!(debug_assertions) {
        println!("this is not a release build: the figures say little");
    }
    println!("{}", machine());
    measuring.await;
    println!("\n{}", machine());
}

fn machine() -> String {
    let cores = available_parallelism().map_or(0, usize::from);
    let load = read_to_string("/proc/loadavg").unwrap_or_default();
    let load = load.split(' ').next().unwrap_or_default();
    let version = env!("CARGO_PKG_VERSION");
    format!("rand-chat {version}, {cores} cores for server and clients, load average {load}")
}
