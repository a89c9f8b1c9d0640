//! Members who chat, two and two, and whether all was well in the end.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use futures_util::{StreamExt, stream};
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::timeout;

use crate::client::{Client, Phase, Progress};
use crate::harness::eventually_within;
use crate::history::{Gap, Kept, Violation, check, gaps};
use crate::processes::{GATEWAYS, System};
use crate::stopwatch::Stillness;

/// How long anything may take, on a machine that does other things too.
pub const LONG: Duration = Duration::from_mins(1);
/// Within what time a page shows everything once all is stored.
const CONVERGED: Duration = Duration::from_secs(15);
/// Members who read their history at the same time.
const READ_AT_ONCE: usize = 4;

/// Members who chat, two and two.
pub struct Chatters {
    pub system: System,
    pub progress: Vec<Arc<Progress>>,
    tell: watch::Sender<Phase>,
    pairs: Vec<[JoinHandle<Client>; 2]>,
    stillness: Stillness,
}

/// How it was in the end.
pub struct Settled {
    pub violations: Vec<Violation>,
    pub gaps: Vec<Gap>,
    /// How often, and for how long in all, the machine stood still.
    pub still: (usize, Duration),
}

impl Chatters {
    pub fn on(system: System) -> Self {
        let (tell, _) = watch::channel(Phase::Write);
        let (progress, pairs, stillness) = (Vec::new(), Vec::new(), Stillness::watch());
        Self { system, progress, tell, pairs, stillness }
    }

    /// Two new members who begin on different gateways.
    pub async fn new_pair(&self) -> [Client; 2] {
        let [one, other] = GATEWAYS;
        let number = self.pairs.len();
        let system = &self.system;
        [
            Client::sign_up(system, &format!("jimin{number}"), &[one, other]).await,
            Client::sign_up(system, &format!("oliver{number}"), &[other, one]).await,
        ]
    }

    /// They are in a room; from now on they chat.
    pub fn let_chat(&mut self, pair: [Client; 2]) {
        assert_eq!(pair[0].room, pair[1].room);
        self.progress.extend(pair.iter().map(|client| client.progress.clone()));
        let chat = |client: Client| tokio::spawn(client.chat(self.tell.subscribe()));
        self.pairs.push(pair.map(chat));
    }

    /// Waits until something is so for every page.
    pub async fn all(&self, what: &str, so: impl Fn(usize, &Progress) -> bool) {
        eventually_within(LONG, what, || async { self.are(&so).then_some(()) }).await;
    }

    /// Whether something is so for every page.
    pub fn are(&self, so: impl Fn(usize, &Progress) -> bool) -> bool {
        let goes_on = |chat: &JoinHandle<Client>| !chat.is_finished();
        assert!(self.pairs.iter().flatten().all(goes_on), "a page has failed");
        self.progress.iter().enumerate().all(|(n, page)| so(n, page))
    }

    pub fn counts(&self, count: impl Fn(&Progress) -> usize) -> Vec<usize> {
        self.progress.iter().map(|page| count(page)).collect()
    }

    /// Waits until every member has sent so many more messages.
    pub async fn chat_goes_on(&self, more: usize) {
        let sent = self.counts(|page| get(&page.sent));
        self.all("every member has sent more", |n, page| get(&page.sent) >= sent[n] + more).await;
    }

    /// Waits until what has been written so far is told to be stored.
    pub async fn is_stored(&self) {
        let written = self.counts(|page| get(&page.written));
        self.all("what was written is stored", |n, page| get(&page.stored) >= written[n]).await;
    }

    /// Lets everything be stored and shown, and holds what everybody saw against what was kept.
    pub async fn settle(self) -> Settled {
        self.tell.send_replace(Phase::Settle);
        self.all("everything is stored", |_, page| get(&page.waiting) == 0).await;
        // If it does not come to that, the check says what is missing where.
        let _ = timeout(
            CONVERGED,
            self.all("everything is shown", |n, page| {
                let pair = n / 2 * 2;
                let both = &self.progress[pair..pair + 2];
                get(&page.shown) == both.iter().map(|page| get(&page.written)).sum::<usize>()
            }),
        )
        .await;
        self.tell.send_replace(Phase::End);
        let still = self.stillness.noted().await;

        let mut rows = self.system.rows().await;
        let reading = stream::iter(self.pairs).map(|[one, other]| async {
            let mut pair = [one.await.unwrap(), other.await.unwrap()];
            let histories = [pair[0].history().await, pair[1].history().await];
            (pair, histories)
        });
        let mut reading = reading.buffer_unordered(READ_AT_ONCE);
        let (mut violations, mut all_gaps) = (Vec::new(), Vec::new());
        while let Some((pair, histories)) = reading.next().await {
            let room = pair[0].room.as_ref().unwrap();
            let kept = Kept { histories, rows: rows.remove(room).unwrap_or_default() };
            let records = pair.map(Client::into_record);
            violations.extend(check(&records, &kept, &still));
            all_gaps.extend(records.iter().flat_map(|record| gaps(record, &kept.rows, &still)));
        }
        assert_eq!(rows.len(), 0, "rows of rooms that nobody is in");
        let stood = still.iter().map(|still| still.end - still.start).sum::<i64>();
        let stood = Duration::from_micros(stood.cast_unsigned());
        Settled { violations, gaps: all_gaps, still: (still.len(), stood) }
    }
}

pub fn get(count: &AtomicUsize) -> usize {
    count.load(Ordering::Relaxed)
}
