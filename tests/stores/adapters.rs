//! Every adapter of shared state, each time with nothing in it.

use std::sync::Arc;

use rand_chat::base::{NodeId, SharedClock, SystemClock};
use rand_chat::infra::Shared;

use crate::harness::{config_of, postgres, server};

/// Where shared state is.
#[derive(Clone, Copy, Debug)]
pub enum Adapter {
    InProcess,
    Redis,
    RedisCluster,
}

impl Adapter {
    /// Shared state of its own, with some settings changed.
    pub fn shared(self, settings: &[(&str, &str)]) -> Shared {
        self.processes(1, settings).remove(0)
    }

    /// The settings for a place of its own there.
    pub fn settings(self) -> Vec<(&'static str, String)> {
        let prefix = format!("test-{}", NodeId::fresh());
        let mut all = vec![("redis__prefix", prefix), ("redis__buckets", "8".to_owned())];
        match self {
            Self::InProcess => {}
            Self::Redis => all.push(("redis__urls", server("RAND_CHAT_TEST_REDIS"))),
            Self::RedisCluster => {
                all.push(("redis__urls", server("RAND_CHAT_TEST_REDIS_CLUSTER")));
                all.push(("redis__cluster", "true".to_owned()));
            }
        }
        all
    }

    /// Shared state as so many processes see it, each with connections of its own.
    pub fn processes(self, count: usize, settings: &[(&str, &str)]) -> Vec<Shared> {
        let mut all = self.settings();
        all.extend(settings.iter().map(|(key, value)| (*key, (*value).to_owned())));
        let config = config_of(&all);
        let clock: SharedClock = Arc::new(SystemClock);
        let first = Shared::open(&config, &clock).unwrap();
        let more = (1..count).map(|_| match self {
            Self::InProcess => first.clone(),
            _ => Shared::open(&config, &clock).unwrap(),
        });
        let more: Vec<Shared> = more.collect();
        std::iter::once(first).chain(more).collect()
    }
}

/// Where the relational database is.
#[derive(Clone, Copy, Debug)]
pub enum Engine {
    Sqlite,
    Postgres,
    /// Reads go to its replica where it is fresh enough.
    PostgresWithReplica,
}

impl Engine {
    /// The settings for a database of its own there.
    pub async fn settings(self) -> Vec<(&'static str, String)> {
        match self {
            Self::Sqlite => Vec::new(),
            Self::Postgres => postgres().await[..1].to_vec(),
            Self::PostgresWithReplica => postgres().await.to_vec(),
        }
    }
}

/// Runs a test against every adapter.
macro_rules! on_every_adapter {
    ($($(#[$attribute:meta])* async fn $name:ident($adapter:ident: Adapter) $body:block)*) => {
        $($(#[$attribute])* mod $name {
            use super::*;

            async fn test($adapter: $crate::adapters::Adapter) $body

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn in_process() {
                test($crate::adapters::Adapter::InProcess).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn on_redis() {
                test($crate::adapters::Adapter::Redis).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn on_a_redis_cluster() {
                test($crate::adapters::Adapter::RedisCluster).await;
            }
        })*
    };
}

/// Runs a test against every engine of the database.
macro_rules! on_every_engine {
    ($($(#[$attribute:meta])* async fn $name:ident($engine:ident: Engine) $body:block)*) => {
        $($(#[$attribute])* mod $name {
            use super::*;

            async fn test($engine: Engine) $body

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn on_sqlite() {
                test(Engine::Sqlite).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn on_postgres() {
                test(Engine::Postgres).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn on_postgres_with_a_replica() {
                test(Engine::PostgresWithReplica).await;
            }
        })*
    };
}
