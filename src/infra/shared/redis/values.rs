//! Small values with a life, on Redis.

use std::time::Duration;

use async_trait::async_trait;
use deadpool_redis::redis::{AsyncCommands, ExistenceCheck, SetExpiry, SetOptions, pipe};

use crate::infra::shared::{Guess, Key, SharedResult, Values};

use super::{OwnScript, Redis, script, shared};

static GUESS: OwnScript = script!("guess.lua");
static COUNT: OwnScript = script!("count.lua");
static PUT_GREATER: OwnScript = script!("put_greater.lua");
const RIGHT: i64 = -2;

/// Values on Redis. A value is a string, a secret is a hash `{secret, tries}`.
pub struct RedisValues(Redis);

impl RedisValues {
    /// Values on this Redis.
    #[must_use]
    pub const fn new(redis: Redis) -> Self {
        Self(redis)
    }
}

#[async_trait]
impl Values for RedisValues {
    async fn put(&self, key: Key, value: String, life: Duration) -> SharedResult<()> {
        let options = SetOptions::default().with_expiration(SetExpiry::PX(millis(life)));
        let key = self.0.keys.value(&key);
        self.0.link.clone().set_options(key, value, options).await.map_err(shared)
    }

    async fn put_if_absent(&self, key: Key, value: String, life: Duration) -> SharedResult<bool> {
        let options = SetOptions::default()
            .conditional_set(ExistenceCheck::NX)
            .with_expiration(SetExpiry::PX(millis(life)));
        let key = self.0.keys.value(&key);
        let kept: Option<String> =
            self.0.link.clone().set_options(key, value, options).await.map_err(shared)?;
        Ok(kept.is_some())
    }

    async fn put_greater(&self, key: Key, number: i64, life: Duration) -> SharedResult<()> {
        let mut call = PUT_GREATER.key(self.0.keys.value(&key));
        call.arg(number).arg(millis(life));
        call.invoke_async(&mut self.0.link.clone()).await.map_err(shared)
    }

    async fn count(&self, key: Key, life: Duration) -> SharedResult<u32> {
        let mut call = COUNT.key(self.0.keys.value(&key));
        call.arg(millis(life));
        call.invoke_async(&mut self.0.link.clone()).await.map_err(shared)
    }

    async fn get(&self, key: Key) -> SharedResult<Option<String>> {
        self.0.link.clone().get(self.0.keys.value(&key)).await.map_err(shared)
    }

    async fn take(&self, key: Key) -> SharedResult<Option<String>> {
        self.0.link.clone().get_del(self.0.keys.value(&key)).await.map_err(shared)
    }

    async fn put_secret(
        &self,
        key: Key,
        secret: String,
        tries: u32,
        life: Duration,
    ) -> SharedResult<()> {
        let key = self.0.keys.value(&key);
        let mut step = pipe();
        step.atomic().del(&key);
        step.hset_multiple(&key, &[("secret", secret), ("tries", tries.to_string())]);
        step.pexpire(&key, i64::try_from(millis(life)).unwrap_or(i64::MAX));
        step.exec_async(&mut self.0.link.clone()).await.map_err(shared)
    }

    async fn guess(&self, key: Key, guess: &str) -> SharedResult<Guess> {
        let key = self.0.keys.value(&key);
        let mut link = self.0.link.clone();
        let answer: i64 =
            GUESS.key(key).arg(guess).invoke_async(&mut link).await.map_err(shared)?;
        Ok(match u32::try_from(answer) {
            Ok(tries_left) => Guess::Wrong { tries_left },
            Err(_) if answer == RIGHT => Guess::Right,
            Err(_) => Guess::Gone,
        })
    }
}

fn millis(life: Duration) -> u64 {
    u64::try_from(life.as_millis()).unwrap_or(u64::MAX).max(1)
}
