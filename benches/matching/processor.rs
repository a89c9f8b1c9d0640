//! Who used the processors: this process, which is server and clients, or Redis.

use std::fs::read_to_string;
use std::time::{Duration, Instant};

use crate::service::{Store, info};

/// Ticks in a second that Linux counts in.
const TICKS: f64 = 100.0;

/// What had been used when it began.
pub struct Used {
    store: Store,
    begun: Instant,
    here: f64,
    redis: f64,
}

impl Used {
    pub async fn begin(store: Store) -> Self {
        Self { store, begun: Instant::now(), here: here(), redis: redis(store).await }
    }

    /// What was used since, for people.
    pub async fn so_far(&self) -> String {
        let took = self.begun.elapsed();
        let here = here() - self.here;
        let mut text = format!("{here:.1} s of this process");
        if self.store == Store::Redis {
            let redis = redis(self.store).await - self.redis;
            text = format!("{text}, {redis:.1} s of Redis");
        }
        format!("processor: {text}, in {:.1?}", took.max(Duration::from_millis(1)))
    }
}

/// Seconds of this process (proc(5): the 14th and 15th of the numbers).
fn here() -> f64 {
    let stat = read_to_string("/proc/self/stat").unwrap();
    let after_name = stat.rsplit(')').next().unwrap();
    let ticks = after_name.split_whitespace().skip(11).take(2);
    ticks.map(|ticks| ticks.parse::<f64>().unwrap()).sum::<f64>() / TICKS
}

async fn redis(store: Store) -> f64 {
    if store == Store::InProcess {
        return 0.0;
    }
    let seconds = async |name| info(name).await.trim().parse::<f64>().unwrap();
    seconds("used_cpu_user").await + seconds("used_cpu_sys").await
}
