//! What is due: sending, repairing holes, renewing the token, asking for a match, writing.

use std::time::{Duration, Instant};

use reqwest::Method;
use serde_json::json;

use super::{Client, Kept, Ordering};
use crate::harness::PATIENCE;

/// Between two messages of one member.
const WRITE_PAUSE_MS: std::ops::Range<u64> = 20..80;
/// Messages without a place after which a member writes no more until there is one.
const UNSENT_MAX: usize = 5;
/// Before a match is asked for again that was refused.
const SEARCH_PAUSE: Duration = Duration::from_millis(500);

impl Client {
    pub(super) async fn tend(&mut self) {
        self.renew_if_due().await;
        self.search_if_due().await;
        self.write_if_due();
        if self.asked.is_some_and(|(_, since)| since.elapsed() > PATIENCE) {
            return self.on_lost(None);
        }
        if self.send_due().await.is_none() || self.sync_due().await.is_none() {
            self.on_lost(None);
        }
    }

    /// Sends the first message that is due. One at a time, so that they stay in the order they were
    /// written. None if the socket is gone.
    async fn send_due(&mut self) -> Option<()> {
        let now = Instant::now();
        if self.asked.is_some() || now < self.ask_at {
            return Some(());
        }
        let due = self.outbox.iter_mut().find(|kept| kept.due <= now);
        let Some(Kept { id, text, tried, .. }) = due else { return Some(()) };
        let again = std::mem::replace(tried, true);
        let message = json!({"room": self.room, "cid": id, "text": text, "again": again});
        let id = self.page.as_mut()?.try_request("send", message).await?;
        self.asked = Some((id, now));
        Some(())
    }

    /// Asks for what is missing. None if the socket is gone.
    async fn sync_due(&mut self) -> Option<()> {
        if self.syncing.is_some() || Instant::now() < self.ask_at {
            return Some(());
        }
        let Some(after) = self.hole else { return Some(()) };
        let asked = json!({"room": self.room, "after": after});
        self.syncing = Some(self.page.as_mut()?.try_request("sync", asked).await?);
        Some(())
    }

    async fn search_if_due(&mut self) {
        if self.search_at.is_none_or(|at| Instant::now() < at) {
            return;
        }
        let asked = json!({"max_distance_km": 5});
        let answer = self.insist(Method::PUT, "/api/v1/match/ticket", asked).await;
        self.search_at = match answer.status {
            200 => None,
            // A proposal is on its way here, or about to end.
            409 => Some(Instant::now() + SEARCH_PAUSE),
            _ => panic!("{answer:?}"),
        };
        self.progress.searching.store(true, Ordering::Relaxed);
    }

    fn write_if_due(&mut self) {
        if self.writing && Instant::now() >= self.write_at && self.unsent() < UNSENT_MAX {
            self.write(format!("{} says {}", self.person.name, self.written));
            let pause = Duration::from_millis(rand::random_range(WRITE_PAUSE_MS));
            self.write_at = Instant::now() + pause;
        }
    }
}
