//! Section `[images]`.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::at_least_one;

/// Pictures that members send.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct ImagesConfig {
    /// Largest file.
    pub bytes_max: usize,
    /// Most pixels, width times height.
    pub pixels_max: u64,
    /// How long a file may take to come.
    pub receive_within_ms: u64,
    /// Files received at once.
    pub receive_at_once: usize,
    /// Pictures read at once.
    pub at_once: usize,
    /// Pictures that may wait for their turn.
    pub queue: usize,
    /// How long one may wait.
    pub wait_ms: u64,
    /// Longer side of the picture of a member.
    pub large_px: u32,
    /// Side of its small square.
    pub small_px: u32,
    /// Longer side of a picture in a room.
    pub room_large_px: u32,
    /// Longer side of its small one.
    pub room_small_px: u32,
    /// Quality of all, 1 to 100.
    pub quality: u8,
    /// Life of a link to a picture.
    pub link_s: u64,
    /// How often is looked for objects that nobody needs any more.
    pub delete_poll_ms: u64,
    /// Pause after one could not be deleted: from.
    pub delete_retry_from_s: u64,
    /// Growing to.
    pub delete_retry_to_s: u64,
}

impl ImagesConfig {
    /// How long a file may take to come.
    #[must_use]
    pub const fn receive_within(&self) -> Duration {
        Duration::from_millis(self.receive_within_ms)
    }

    /// How long a picture may wait for its turn.
    #[must_use]
    pub const fn wait(&self) -> Duration {
        Duration::from_millis(self.wait_ms)
    }

    /// Life of a link to a picture.
    #[must_use]
    pub const fn link(&self) -> Duration {
        Duration::from_secs(self.link_s)
    }

    /// How often is looked for objects that nobody needs any more.
    #[must_use]
    pub const fn delete_poll(&self) -> Duration {
        Duration::from_millis(self.delete_poll_ms)
    }

    /// Pause after an object could not be deleted: from, growing to.
    #[must_use]
    pub const fn delete_retry(&self) -> (Duration, Duration) {
        (Duration::from_secs(self.delete_retry_from_s), Duration::from_secs(self.delete_retry_to_s))
    }

    pub(super) fn check(&self, wrong: &mut Vec<String>) {
        at_least_one(
            wrong,
            [
                ("images.bytes_max", self.bytes_max as u64),
                ("images.pixels_max", self.pixels_max),
                ("images.receive_within_ms", self.receive_within_ms),
                ("images.receive_at_once", self.receive_at_once as u64),
                ("images.at_once", self.at_once as u64),
                ("images.wait_ms", self.wait_ms),
                ("images.large_px", self.large_px.into()),
                ("images.small_px", self.small_px.into()),
                ("images.room_large_px", self.room_large_px.into()),
                ("images.room_small_px", self.room_small_px.into()),
                ("images.delete_poll_ms", self.delete_poll_ms),
                ("images.delete_retry_from_s", self.delete_retry_from_s),
                ("images.delete_retry_to_s", self.delete_retry_to_s),
            ],
        );
        for (key, px) in [
            ("large_px", self.large_px),
            ("small_px", self.small_px),
            ("room_large_px", self.room_large_px),
            ("room_small_px", self.room_small_px),
        ] {
            // What a JPEG can be.
            if px > 65_535 {
                wrong.push(format!("images.{key} must be at most 65535, got {px}"));
            }
        }
        if !(1..=100).contains(&self.quality) {
            wrong.push(format!("images.quality must be 1 to 100, got {}", self.quality));
        }
        // Half of it may be over when it is given out again; a week is what S3 allows.
        if !(60..=604_800).contains(&self.link_s) {
            wrong.push(format!("images.link_s must be 60 to 604800, got {}", self.link_s));
        }
    }
}
