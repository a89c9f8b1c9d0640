//! Shared state on Redis 7, one node or a cluster: what several processes stand on.
//!
//! Every atomic step is one script, and every script touches keys of one slot ([`keys`]). Redis may
//! forget its last second when it fails over: nothing here is the only place of anything stored.

mod inboxes;
mod keys;
mod link;
mod nodes;
mod pool_copy;
mod pool_texts;
mod presence;
mod rate_limits;
mod room_log;
mod subscription;
mod values;
mod waiting_pool;

use std::fmt::Display;
use std::sync::{LazyLock, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use deadpool_redis::redis::Script;

use crate::config::Config;

use super::SharedError;

pub use self::inboxes::RedisInboxes;
pub use self::nodes::RedisNodes;
pub use self::presence::RedisPresence;
pub use self::rate_limits::RedisRateLimits;
pub use self::room_log::RedisRoomLog;
pub use self::values::RedisValues;
pub use self::waiting_pool::RedisWaitingPool;

use self::keys::Keys;
use self::link::{BulkPool, Link, Opener};

/// The way to Redis, for every adapter. Cheap to clone.
#[derive(Clone)]
pub struct Redis {
    opener: Opener,
    link: Link,
    bulk: BulkPool,
    keys: Keys,
}

impl Redis {
    /// Connects when it is first used, and again whenever the connection is lost.
    pub fn open(config: &Config) -> anyhow::Result<Self> {
        let redis = &config.redis;
        let opener = Opener::new(redis)?;
        Ok(Self {
            link: opener.link()?,
            bulk: opener.bulk_pool(redis.connections)?,
            keys: Keys::new(&redis.prefix, redis.buckets),
            opener,
        })
    }
}

/// A script that is part of the program.
type OwnScript = LazyLock<Script>;

/// A script out of files of `scripts/`, one after the other.
macro_rules! script {
    ($($file:expr),+) => {
        std::sync::LazyLock::new(|| {
            deadpool_redis::redis::Script::new(concat!(
                $(include_str!(concat!("scripts/", $file))),+
            ))
        })
    };
}
use script;

/// A span as the scripts take it.
fn micros(span: Duration) -> u64 {
    u64::try_from(span.as_micros()).unwrap_or(u64::MAX)
}

/// A life as Redis takes it.
fn millis(span: Duration) -> u64 {
    u64::try_from(span.as_millis()).unwrap_or(u64::MAX)
}

/// Locks. What is kept under these locks is whole at any time.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn not_understood() -> SharedError {
    SharedError("an answer of Redis is not understood".to_owned())
}

fn shared(error: impl Display) -> SharedError {
    SharedError(error.to_string())
}
