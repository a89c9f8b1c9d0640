//! A map whose entries have a life.

use std::collections::HashMap;
use std::hash::Hash;
use std::time::Duration;

use crate::base::Timestamp;

/// How many insertions pass between two clearings.
const CLEAR_EVERY: usize = 1024;

/// A map that forgets entries whose life is over. Memory is bounded by what is alive, plus what was
/// inserted since the last clearing.
#[derive(Debug)]
pub(super) struct Expiring<K, V> {
    entries: HashMap<K, (Timestamp, V)>,
    until_clearing: usize,
}

impl<K, V> Default for Expiring<K, V> {
    fn default() -> Self {
        Self { entries: HashMap::new(), until_clearing: CLEAR_EVERY }
    }
}

impl<K: Eq + Hash, V> Expiring<K, V> {
    pub(super) fn insert(&mut self, key: K, value: V, now: Timestamp, life: Duration) {
        self.until_clearing -= 1;
        if self.until_clearing == 0 {
            self.entries.retain(|_, (end, _)| *end > now);
            self.until_clearing = CLEAR_EVERY.max(self.entries.len() / 2);
        }
        self.entries.insert(key, (now + life, value));
    }

    pub(super) fn get(&self, key: &K, now: Timestamp) -> Option<&V> {
        self.entries.get(key).filter(|(end, _)| *end > now).map(|(_, value)| value)
    }

    pub(super) fn get_mut(&mut self, key: &K, now: Timestamp) -> Option<&mut V> {
        self.entries.get_mut(key).filter(|(end, _)| *end > now).map(|(_, value)| value)
    }

    pub(super) fn remove(&mut self, key: &K, now: Timestamp) -> Option<V> {
        self.entries.remove(key).filter(|(end, _)| *end > now).map(|(_, value)| value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_over_is_not_seen_and_does_not_pile_up() {
        let mut map = Expiring::default();
        let at = |second: i64| Timestamp::from_micros(second * 1_000_000);

        for key in 0..10_000_i64 {
            map.insert(key, (), at(key), Duration::from_secs(10));
        }

        assert!(map.get(&9_999, at(10_000)).is_some());
        assert!(map.get(&9_000, at(10_000)).is_none());
        assert!(map.entries.len() < 2 * CLEAR_EVERY, "{}", map.entries.len());
    }
}
