//! Small values with a life.

use std::time::Duration;

use async_trait::async_trait;

use super::{Key, SharedResult};

/// What came of a guess at a secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Guess {
    /// Right; the secret is used up.
    Right,
    /// Wrong, with so many tries left.
    Wrong {
        /// Tries left.
        tries_left: u32,
    },
    /// There is no such secret, or its life or tries are over.
    Gone,
}

/// Keeps small values for a while.
#[async_trait]
pub trait Values: Send + Sync {
    /// Keeps a value; an earlier one is replaced.
    async fn put(&self, key: Key, value: String, life: Duration) -> SharedResult<()>;
    /// Keeps a value, unless there is one that is alive. Whether it is kept.
    async fn put_if_absent(&self, key: Key, value: String, life: Duration) -> SharedResult<bool>;
    /// Keeps a number, unless a greater one is alive. Either way it lives on for `life`.
    async fn put_greater(&self, key: Key, number: i64, life: Duration) -> SharedResult<()>;
    /// Counts one more, from 1; the count lives for `life` after its first.
    async fn count(&self, key: Key, life: Duration) -> SharedResult<u32>;
    /// The value, if it is alive.
    async fn get(&self, key: Key) -> SharedResult<Option<String>>;
    /// The value, if it is alive, and forgets it: of many callers exactly one gets it.
    async fn take(&self, key: Key) -> SharedResult<Option<String>>;
    /// Keeps a secret that may be guessed at `tries` times.
    async fn put_secret(
        &self,
        key: Key,
        secret: String,
        tries: u32,
        life: Duration,
    ) -> SharedResult<()>;
    /// Guesses at a secret.
    async fn guess(&self, key: Key, guess: &str) -> SharedResult<Guess>;
}
