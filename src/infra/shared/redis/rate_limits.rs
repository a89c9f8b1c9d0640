//! Rate limits on Redis, by the clock of Redis.

use std::time::Duration;

use async_trait::async_trait;

use crate::infra::shared::{Rate, RateLimits, RetryAfter, SharedResult};

use super::{OwnScript, Redis, micros, script, shared};

static RATE: OwnScript = script!("rate.lua");

/// Rate limits on Redis.
pub struct RedisRateLimits(Redis);

impl RedisRateLimits {
    /// Rate limits on this Redis.
    #[must_use]
    pub const fn new(redis: Redis) -> Self {
        Self(redis)
    }
}

#[async_trait]
impl RateLimits for RedisRateLimits {
    async fn check(
        &self,
        what: &'static str,
        whom: &str,
        rate: Rate,
    ) -> SharedResult<Result<(), RetryAfter>> {
        let step = rate.period / rate.count.max(1);
        let pause: String = RATE
            .key(self.0.keys.rate(what, whom))
            .arg(micros(step))
            .arg(micros(rate.period))
            .invoke_async(&mut self.0.link.clone())
            .await
            .map_err(shared)?;
        let pause: u64 = pause.parse().map_err(shared)?;
        Ok(if pause == 0 { Ok(()) } else { Err(RetryAfter(Duration::from_micros(pause))) })
    }
}
