//! What is due: sending, repairing holes, renewing the token, asking for a match, writing.

use std::time::{Duration, Instant};

use reqwest::Method;
use serde_json::json;

use super::{Client, Kept, Ordering, Repeat};
use crate::harness::PATIENCE;

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
        if self.leave_at.is_some_and(|at| at <= Instant::now()) {
            return self.leave().await;
        }
        let due = async {
            self.send_due().await?;
            self.repeat_due().await?;
            self.sync_due().await
        };
        if due.await.is_none() {
            self.on_lost(None);
        }
    }

    /// When something is to be done, if nothing is heard before.
    pub(super) fn next_due(&self) -> Instant {
        let sends = self.outbox.iter().map(|kept| kept.due).min();
        let sends = sends.filter(|_| self.asked.is_none()).map(|due| due.max(self.ask_at));
        let syncs = (self.hole.is_some() && self.syncing.is_none()).then_some(self.ask_at);
        let repeats = self.repeats.iter().map(|repeat| repeat.due).min();
        let writes = self.may_write().then_some(self.write_at);
        let others = [sends, syncs, repeats, writes, self.search_at, self.leave_at];
        others.into_iter().flatten().fold(self.renew_at, Instant::min)
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
        if !again {
            let (id, text, gateway) = (*id, text.clone(), self.gateways[self.at].0);
            let repeat = |pause| Repeat { id, text: text.clone(), due: now + pause, gateway };
            self.repeats.extend(self.habits.repeats().into_iter().map(repeat));
        }
        let id = self.page.as_mut()?.try_request("send", message).await?;
        self.asked = Some((id, now));
        Some(())
    }

    /// Sends once more what has been sent. None if the socket is gone.
    async fn repeat_due(&mut self) -> Option<()> {
        let now = Instant::now();
        while let Some(at) = self.repeats.iter().position(|repeat| repeat.due <= now) {
            let Repeat { id, text, gateway, .. } = self.repeats.swap_remove(at);
            let message = json!({"room": self.room, "cid": id, "text": text, "again": true});
            self.page.as_mut()?.try_request("send", message).await?;
            self.progress.repeats.fetch_add(1, Ordering::Relaxed);
            if gateway != self.gateway() {
                self.progress.repeats_elsewhere.fetch_add(1, Ordering::Relaxed);
            }
        }
        Some(())
    }

    /// Asks for what is missing. None if the socket is gone.
    async fn sync_due(&mut self) -> Option<()> {
        if self.syncing.is_some() || Instant::now() < self.ask_at {
            return Some(());
        }
        let Some(after) = self.hole else { return Some(()) };
        let asked = json!({"room": self.room, "after": after});
        self.progress.syncs.fetch_add(1, Ordering::Relaxed);
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
        if Instant::now() >= self.write_at && self.may_write() {
            self.write(format!("{} says {}", self.person.name, self.written));
            self.write_at = self.habits.write_at();
        }
    }

    fn may_write(&self) -> bool {
        self.writing && self.written < self.habits.messages && self.unsent() < UNSENT_MAX
    }
}
