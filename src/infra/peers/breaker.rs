//! Which nodes are passed over for a while, because they did not answer: a circuit breaker for each.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

/// Counts failures in a row, by address.
#[derive(Debug)]
pub(super) struct Breakers {
    break_after: u32,
    rest: Duration,
    failing: Mutex<HashMap<String, Failing>>,
}

#[derive(Clone, Copy, Debug)]
struct Failing {
    in_a_row: u32,
    rests_until: Instant,
}

impl Breakers {
    pub(super) fn new(break_after: u32, rest: Duration) -> Self {
        Self { break_after, rest, failing: Mutex::default() }
    }

    /// The first of `addresses`, from number `turn` on, that may be asked. One that has rested may be asked by
    /// one caller, who finds out.
    pub(super) fn first_to_ask(&self, addresses: &[String], turn: usize) -> Option<String> {
        let mut failing = self.lock();
        failing.retain(|address, _| addresses.contains(address));
        let now = Instant::now();
        for step in 0..addresses.len() {
            let address = &addresses[(turn + step) % addresses.len()];
            match failing.get_mut(address) {
                Some(known) if known.in_a_row >= self.break_after => {
                    if known.rests_until <= now {
                        known.rests_until = now + self.rest;
                        return Some(address.clone());
                    }
                }
                _ => return Some(address.clone()),
            }
        }
        None
    }

    /// Notes that a node answered.
    pub(super) fn answered(&self, address: &str) {
        self.lock().remove(address);
    }

    /// Notes that a node did not answer.
    pub(super) fn failed(&self, address: &str) {
        let mut failing = self.lock();
        let now = Instant::now();
        let known =
            failing.entry(address.to_owned()).or_insert(Failing { in_a_row: 0, rests_until: now });
        known.in_a_row = known.in_a_row.saturating_add(1);
        known.rests_until = now + self.rest;
        if known.in_a_row == self.break_after {
            metrics::counter!("peers_broken_total").increment(1);
        }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, Failing>> {
        self.failing.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use tokio::time::advance;

    use super::*;

    fn breakers() -> (Breakers, Vec<String>) {
        (Breakers::new(2, Duration::from_secs(1)), vec!["a".to_owned(), "b".to_owned()])
    }

    #[tokio::test(start_paused = true)]
    async fn a_node_that_fails_again_and_again_is_passed_over_until_it_has_rested() {
        let (breakers, all) = breakers();
        breakers.failed("a");
        assert_eq!(
            breakers.first_to_ask(&all, 0).as_deref(),
            Some("a"),
            "one failure is no pattern"
        );
        breakers.failed("a");

        assert_eq!(breakers.first_to_ask(&all, 0).as_deref(), Some("b"));
        advance(Duration::from_secs(1)).await;
        assert_eq!(breakers.first_to_ask(&all, 0).as_deref(), Some("a"), "one caller finds out");
        assert_eq!(
            breakers.first_to_ask(&all, 0).as_deref(),
            Some("b"),
            "the others do not wait for it"
        );

        breakers.answered("a");
        assert_eq!(breakers.first_to_ask(&all, 0).as_deref(), Some("a"));
    }

    #[tokio::test(start_paused = true)]
    async fn when_all_rest_nobody_is_asked() {
        let (breakers, all) = breakers();
        for address in ["a", "a", "b", "b"] {
            breakers.failed(address);
        }

        assert_eq!(breakers.first_to_ask(&all, 0), None);
        assert_eq!(breakers.first_to_ask(&[], 0), None);
    }
}
