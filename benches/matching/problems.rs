//! What went wrong, and how often.

use std::collections::BTreeMap;
use std::fmt;

/// Counts by what it was.
#[derive(Default)]
pub struct Problems(BTreeMap<String, usize>);

impl Problems {
    pub fn add(&mut self, problem: String) {
        *self.0.entry(problem).or_default() += 1;
    }

    pub fn add_all(&mut self, count: usize, problem: &str) {
        if count > 0 {
            self.0.insert(problem.to_owned(), count);
        }
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let counted = self.0.iter().map(|(problem, count)| format!("{count} × {problem}"));
        write!(f, "problems: {}", counted.collect::<Vec<_>>().join(", "))
    }
}
