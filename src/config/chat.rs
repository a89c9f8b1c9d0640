//! Sections `[chat]` and `[chat_writer]`.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::at_least_one;

/// Rooms and messages.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct ChatConfig {
    /// Characters a message may have.
    pub text_chars_max: usize,
    /// Messages kept at hand per room.
    pub recent_messages: usize,
    /// How long a silent room is kept at hand.
    pub recent_s: u64,
    /// Messages that may wait to be stored.
    pub backlog_max: usize,
    /// How old a message may be to be taken back.
    pub retract_within_s: u64,
    /// Pictures that a member sends.
    pub images_per_minute: u32,
}

impl ChatConfig {
    /// How long a silent room is kept at hand.
    #[must_use]
    pub const fn recent(&self) -> Duration {
        Duration::from_secs(self.recent_s)
    }

    /// How old a message may be to be taken back.
    #[must_use]
    pub const fn retract_within(&self) -> Duration {
        Duration::from_secs(self.retract_within_s)
    }

    pub(super) fn check(&self, wrong: &mut Vec<String>) {
        at_least_one(
            wrong,
            [
                ("chat.text_chars_max", self.text_chars_max as u64),
                ("chat.recent_messages", self.recent_messages as u64),
                ("chat.recent_s", self.recent_s),
                ("chat.backlog_max", self.backlog_max as u64),
                ("chat.retract_within_s", self.retract_within_s),
                ("chat.images_per_minute", self.images_per_minute.into()),
            ],
        );
    }
}

/// Moving messages to the database.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct ChatWriterConfig {
    /// Rows in one statement.
    pub batch_max: usize,
    /// After how long what a writer took and did not store is taken by another.
    pub take_over_ms: u64,
    /// First pause after a failed batch.
    pub retry_from_ms: u64,
    /// Longest pause after a failed batch.
    pub retry_to_ms: u64,
    /// Tries before a message is put aside.
    pub tries: u32,
}

impl ChatWriterConfig {
    /// After how long what a writer took and did not store is taken by another.
    #[must_use]
    pub const fn take_over(&self) -> Duration {
        Duration::from_millis(self.take_over_ms)
    }

    /// First pause after a failed batch.
    #[must_use]
    pub const fn retry_from(&self) -> Duration {
        Duration::from_millis(self.retry_from_ms)
    }

    /// Longest pause after a failed batch.
    #[must_use]
    pub const fn retry_to(&self) -> Duration {
        Duration::from_millis(self.retry_to_ms)
    }

    pub(super) fn check(&self, wrong: &mut Vec<String>) {
        if !(1..=4000).contains(&self.batch_max) {
            wrong.push(format!("chat_writer.batch_max must be 1 to 4000, got {}", self.batch_max));
        }
        at_least_one(
            wrong,
            [
                ("chat_writer.take_over_ms", self.take_over_ms),
                ("chat_writer.retry_from_ms", self.retry_from_ms),
                ("chat_writer.retry_to_ms", self.retry_to_ms),
                ("chat_writer.tries", self.tries.into()),
            ],
        );
    }
}
