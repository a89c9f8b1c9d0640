//! Cache-aside: what the database says is kept in shared state for a while, and forgotten when it is changed.
//!
//! Of all callers in a process who miss the same value at the same time one asks the database, the others
//! wait for it. Lives differ a little, so that values that were kept together do not end together. Who
//! changes a value leaves a mark in its place: whoever read the old value a moment before finds the mark and
//! does not keep it.

use std::sync::Arc;
use std::time::Duration;

use dashmap::DashMap;
use rand::RngExt;
use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio::sync::Mutex;
use tracing::warn;

use super::shared::{Key, SharedResult, Values};

/// How long a value is kept, a fifth more or less.
const LIFE: Duration = Duration::from_mins(5);
/// How long nothing is kept after a change: longer than any read of the old value takes.
const CHANGED: Duration = Duration::from_secs(30);
/// What stands there then.
const MARK: &str = "";

/// Keeps what the database says. Cheap to clone.
#[derive(Clone)]
pub struct Cache {
    values: Arc<dyn Values>,
    loading: Arc<DashMap<Key, Arc<Mutex<()>>>>,
}

impl Cache {
    /// A cache in shared state.
    #[must_use]
    pub fn new(values: Arc<dyn Values>) -> Self {
        Self { values, loading: Arc::default() }
    }

    /// The value that is kept, else the one that `load` finds. What is not there is not kept. Without shared
    /// state the answer is the database's.
    pub async fn get<T, E, F>(
        &self,
        key: Key,
        load: impl FnOnce() -> F + Send,
    ) -> Result<Option<T>, E>
    where
        T: Serialize + DeserializeOwned + Send + Sync,
        F: Future<Output = Result<Option<T>, E>> + Send,
    {
        if let Ok(Some(kept)) = self.kept(&key).await {
            count(&key, "hit");
            return Ok(Some(kept));
        }
        let turn = self.loading.entry(key.clone()).or_default().clone();
        let loaded = {
            let _turn = turn.lock().await;
            self.load(&key, load).await
        };
        // Two hold it, this caller and the map: nobody else waits for it.
        self.loading.remove_if(&key, |_, turn| Arc::strong_count(turn) <= 2);
        loaded
    }

    async fn load<T, E, F>(
        &self,
        key: &Key,
        load: impl FnOnce() -> F + Send,
    ) -> Result<Option<T>, E>
    where
        T: Serialize + DeserializeOwned + Send + Sync,
        F: Future<Output = Result<Option<T>, E>> + Send,
    {
        // Somebody else may have loaded it meanwhile.
        let may_keep = match self.kept(key).await {
            Ok(Some(kept)) => {
                count(key, "hit");
                return Ok(Some(kept));
            }
            Ok(None) => true,
            Err(error) => {
                warn!(%error, "the cache is not there, the database answers");
                false
            }
        };
        count(key, "miss");
        let loaded = load().await?;
        if let (true, Some(value)) = (may_keep, &loaded)
            && let Ok(text) = serde_json::to_string(value)
        {
            let life = LIFE.mul_f64(rand::rng().random_range(0.8..1.2));
            if let Err(error) = self.values.put_if_absent(key.clone(), text, life).await {
                warn!(%error, "a value could not be kept");
            }
        }
        Ok(loaded)
    }

    /// Forgets a value that was changed.
    pub async fn forget(&self, key: Key) -> SharedResult<()> {
        self.values.put(key, MARK.to_owned(), CHANGED).await
    }

    /// What is kept, if it can be read: an older release may have kept something else.
    async fn kept<T: DeserializeOwned>(&self, key: &Key) -> SharedResult<Option<T>> {
        let kept = self.values.get(key.clone()).await?;
        Ok(kept.and_then(|text| serde_json::from_str(&text).ok()))
    }
}

fn count(key: &Key, outcome: &'static str) {
    metrics::counter!("cache_reads_total", "of" => key.kind(), "outcome" => outcome).increment(1);
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use crate::base::{ManualClock, MemberId, Timestamp};
    use crate::infra::shared::memory::MemoryValues;

    use super::*;

    struct Bench {
        cache: Cache,
        clock: Arc<ManualClock>,
        key: Key,
        /// What the database says, and how often it was asked.
        row: Mutex<&'static str>,
        asked: AtomicUsize,
    }

    impl Bench {
        fn new() -> Self {
            let clock = Arc::new(ManualClock::at(Timestamp::from_micros(0)));
            let values = Arc::new(MemoryValues::new(&(clock.clone() as _)));
            let (row, asked) = (Mutex::new("old"), AtomicUsize::new(0));
            Self { cache: Cache::new(values), clock, key: Key::Face(MemberId::fresh()), row, asked }
        }

        async fn get(&self) -> String {
            let load = || async {
                self.asked.fetch_add(1, Ordering::SeqCst);
                let row = (*self.row.lock().await).to_owned();
                tokio::task::yield_now().await;
                Ok::<_, ()>(Some(row))
            };
            self.cache.get(self.key.clone(), load).await.unwrap().unwrap()
        }

        fn asked(&self) -> usize {
            self.asked.load(Ordering::SeqCst)
        }
    }

    #[tokio::test]
    async fn a_value_is_loaded_once_by_one_of_many_and_again_when_its_life_is_over() {
        let bench = Bench::new();

        let all = futures_util::future::join_all((0..50).map(|_| bench.get())).await;
        assert!(all.iter().all(|value| value == "old"));
        assert_eq!(bench.asked(), 1);
        assert!(bench.cache.loading.is_empty());

        bench.clock.advance(LIFE.mul_f64(1.2));
        bench.get().await;
        assert_eq!(bench.asked(), 2);
    }

    #[tokio::test]
    async fn who_read_the_old_value_while_it_was_changed_does_not_keep_it() {
        let bench = Bench::new();
        let late = async {
            let load = || async {
                let old = (*bench.row.lock().await).to_owned();
                // Somebody changes it now.
                *bench.row.lock().await = "new";
                bench.cache.forget(bench.key.clone()).await.unwrap();
                Ok::<_, ()>(Some(old))
            };
            bench.cache.get(bench.key.clone(), load).await.unwrap().unwrap()
        };
        assert_eq!(late.await, "old");

        assert_eq!(bench.get().await, "new");
        bench.clock.advance(CHANGED);
        assert_eq!(bench.get().await, "new");
        let asked = bench.asked();
        assert_eq!(bench.get().await, "new");
        assert_eq!(bench.asked(), asked, "kept again");
    }
}
