//! Small values with a life, in this process.

use std::sync::Mutex;
use std::time::Duration;

use async_trait::async_trait;
use subtle::ConstantTimeEq;

use crate::base::SharedClock;
use crate::infra::shared::{Guess, Key, SharedResult, Values};

use super::{Expiring, lock};

/// Values in this process.
pub struct MemoryValues {
    clock: SharedClock,
    values: Mutex<Expiring<Key, String>>,
    secrets: Mutex<Expiring<Key, Secret>>,
}

struct Secret {
    secret: String,
    tries_left: u32,
}

impl MemoryValues {
    /// No values.
    #[must_use]
    pub fn new(clock: &SharedClock) -> Self {
        Self { clock: clock.clone(), values: Mutex::default(), secrets: Mutex::default() }
    }
}

#[async_trait]
impl Values for MemoryValues {
    async fn put(&self, key: Key, value: String, life: Duration) -> SharedResult<()> {
        lock(&self.values).insert(key, value, self.clock.now(), life);
        Ok(())
    }

    async fn put_if_absent(&self, key: Key, value: String, life: Duration) -> SharedResult<bool> {
        let now = self.clock.now();
        let mut values = lock(&self.values);
        let is_absent = values.get(&key, now).is_none();
        if is_absent {
            values.insert(key, value, now, life);
        }
        Ok(is_absent)
    }

    async fn put_greater(&self, key: Key, number: i64, life: Duration) -> SharedResult<()> {
        let now = self.clock.now();
        let mut values = lock(&self.values);
        let kept = values.get(&key, now).and_then(|kept| kept.parse::<i64>().ok());
        let greatest = kept.map_or(number, |kept| kept.max(number));
        values.insert(key, greatest.to_string(), now, life);
        Ok(())
    }

    async fn count(&self, key: Key, life: Duration) -> SharedResult<u32> {
        let now = self.clock.now();
        let mut values = lock(&self.values);
        if let Some(kept) = values.get_mut(&key, now) {
            let count = kept.parse::<u32>().unwrap_or(0).saturating_add(1);
            *kept = count.to_string();
            return Ok(count);
        }
        values.insert(key, "1".to_owned(), now, life);
        Ok(1)
    }

    async fn get(&self, key: Key) -> SharedResult<Option<String>> {
        Ok(lock(&self.values).get(&key, self.clock.now()).cloned())
    }

    async fn take(&self, key: Key) -> SharedResult<Option<String>> {
        Ok(lock(&self.values).remove(&key, self.clock.now()))
    }

    async fn put_secret(
        &self,
        key: Key,
        secret: String,
        tries: u32,
        life: Duration,
    ) -> SharedResult<()> {
        let secret = Secret { secret, tries_left: tries };
        lock(&self.secrets).insert(key, secret, self.clock.now(), life);
        Ok(())
    }

    async fn guess(&self, key: Key, guess: &str) -> SharedResult<Guess> {
        let now = self.clock.now();
        let mut secrets = lock(&self.secrets);
        let Some(kept) = secrets.get_mut(&key, now) else { return Ok(Guess::Gone) };
        if kept.secret.as_bytes().ct_eq(guess.as_bytes()).into() {
            secrets.remove(&key, now);
            return Ok(Guess::Right);
        }
        kept.tries_left -= 1;
        let tries_left = kept.tries_left;
        if tries_left == 0 {
            secrets.remove(&key, now);
        }
        Ok(Guess::Wrong { tries_left })
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use crate::base::{ManualClock, Timestamp};

    use super::*;

    const LIFE: Duration = Duration::from_mins(3);

    fn values() -> (Arc<ManualClock>, MemoryValues) {
        let clock = Arc::new(ManualClock::at(Timestamp::from_micros(0)));
        let shared: SharedClock = clock.clone();
        (clock, MemoryValues::new(&shared))
    }

    fn key() -> Key {
        Key::Code("a@example.com".to_owned())
    }

    #[tokio::test]
    async fn a_secret_can_be_guessed_so_often_and_no_more() {
        let (_, values) = values();
        values.put_secret(key(), "123456".to_owned(), 2, LIFE).await.unwrap();

        assert_eq!(values.guess(key(), "000000").await.unwrap(), Guess::Wrong { tries_left: 1 });
        assert_eq!(values.guess(key(), "000000").await.unwrap(), Guess::Wrong { tries_left: 0 });
        assert_eq!(values.guess(key(), "123456").await.unwrap(), Guess::Gone);
    }

    #[tokio::test]
    async fn a_secret_is_used_up_by_the_right_guess_and_by_time() {
        let (clock, values) = values();
        values.put_secret(key(), "123456".to_owned(), 5, LIFE).await.unwrap();
        assert_eq!(values.guess(key(), "123456").await.unwrap(), Guess::Right);
        assert_eq!(values.guess(key(), "123456").await.unwrap(), Guess::Gone);

        values.put_secret(key(), "123456".to_owned(), 5, LIFE).await.unwrap();
        clock.advance(LIFE);
        assert_eq!(values.guess(key(), "123456").await.unwrap(), Guess::Gone);
    }

    #[tokio::test]
    async fn a_value_is_taken_once() {
        let (_, values) = values();
        values.put(key(), "x".to_owned(), LIFE).await.unwrap();

        assert_eq!(values.get(key()).await.unwrap().as_deref(), Some("x"));
        assert_eq!(values.take(key()).await.unwrap().as_deref(), Some("x"));
        assert_eq!(values.take(key()).await.unwrap(), None);
    }
}
