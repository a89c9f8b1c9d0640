//! Who used the processors: this process, which is server and clients, or Redis.

use std::time::{Duration, Instant};

use crate::cpu;
use crate::redis::info;
use crate::service::Store;

/// What had been used when it began.
pub struct Used {
    store: Store,
    begun: Instant,
    here: Duration,
    redis: f64,
}

impl Used {
    pub async fn begin(store: Store) -> Self {
        Self { store, begun: Instant::now(), here: here(), redis: redis(store).await }
    }

    /// What was used since, for people.
    pub async fn so_far(&self) -> String {
        let took = self.begun.elapsed();
        let here = here().saturating_sub(self.here).as_secs_f64();
        let mut text = format!("{here:.1} s of this process");
        if self.store == Store::Redis {
            let redis = redis(self.store).await - self.redis;
            text = format!("{text}, {redis:.1} s of Redis");
        }
        format!("processor: {text}, in {:.1?}", took.max(Duration::from_millis(1)))
    }
}

fn here() -> Duration {
    cpu::of_process(std::process::id())
}

async fn redis(store: Store) -> f64 {
    if store == Store::InProcess {
        return 0.0;
    }
    let seconds = async |name| info(name).await.trim().parse::<f64>().unwrap();
    seconds("used_cpu_user").await + seconds("used_cpu_sys").await
}
