//! Every pair talks at a common rate.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::time::Duration;

use futures_util::StreamExt;
use futures_util::future::join_all;
use tokio::time::{Instant, interval, sleep_until};

use crate::figures::Spread;
use crate::page::Page;
use crate::service::{PAIRS, Service};

/// What is on its way at the end may take so long.
const LAST: Duration = Duration::from_secs(20);
/// How often a page looks whether it is done.
const LOOK: Duration = Duration::from_millis(50);

/// What came of it.
#[derive(Default)]
pub struct Outcome {
    pub sent: usize,
    pub to_sent: Spread,
    pub to_partner: Spread,
    pub to_stored: Spread,
    /// Pages that were refused something or lost their socket.
    pub failed: usize,
}

impl Outcome {
    /// Whether every message was sent, came once and was stored.
    pub fn is_whole(&self) -> bool {
        self.failed == 0 && self.counts() == [self.sent; 3]
    }

    /// How many were sent, came and were stored.
    pub fn counts(&self) -> [usize; 3] {
        [self.to_sent.len(), self.to_partner.len(), self.to_stored.len()]
    }

    fn take(&mut self, other: Self) {
        self.sent += other.sent;
        self.failed += other.failed;
        self.to_sent.take(other.to_sent);
        self.to_partner.take(other.to_partner);
        self.to_stored.take(other.to_stored);
    }
}

/// Opens a page for everybody, has all together say so many messages a second, and waits for what is on its way.
pub async fn talk(service: &Service, rate: u32, length: Duration) -> Outcome {
    let since = Instant::now();
    let mut pages = Vec::with_capacity(2 * PAIRS);
    for pair in &service.pairs {
        let on_the_way = Arc::<AtomicUsize>::default();
        for (side, token) in pair.tokens.iter().enumerate() {
            let gateway = &service.gateways[side % service.gateways.len()];
            let page = Page::open(gateway, pair.room.to_string(), token, since).await;
            pages.push((page, on_the_way.clone()));
        }
    }
    let members = u32::try_from(2 * PAIRS).unwrap();
    let every = Duration::from_secs(1) * members / rate;
    let begun = Instant::now() + LOOK;
    let talks = pages.into_iter().enumerate().map(|(number, (page, on_the_way))| {
        // Members do not write in step.
        let first = begun + every * u32::try_from(number).unwrap() / members;
        tokio::spawn(one(page, on_the_way, first, every, begun + length))
    });
    let mut all = Outcome::default();
    for outcome in join_all(talks.collect::<Vec<_>>()).await {
        all.take(outcome.unwrap());
    }
    all
}

/// One page talks until `end`, and listens until all its messages are stored and nothing of the pair is on its way.
async fn one(
    mut page: Page,
    on_the_way: Arc<AtomicUsize>,
    first: Instant,
    every: Duration,
    end: Instant,
) -> Outcome {
    let (mut due, mut looks) = (first, interval(LOOK));
    loop {
        let (now, is_over) = (Instant::now(), due >= end);
        // By then the partner has said its last, too.
        let is_done = now > end + every && page.is_done() && on_the_way.load(Relaxed) == 0;
        if is_over && (is_done || now > end + LAST) {
            return page.outcome;
        }
        tokio::select! {
            () = sleep_until(due), if !is_over => {
                on_the_way.fetch_add(1, Relaxed);
                if !page.say(due).await {
                    page.outcome.failed += 1;
                    return page.outcome;
                }
                due += every;
            }
            message = page.read.next() => {
                let heard = page.outcome.to_partner.len();
                let is_good = message.and_then(Result::ok).is_some_and(|message| page.note(&message));
                if !is_good {
                    page.outcome.failed += 1;
                    return page.outcome;
                }
                on_the_way.fetch_sub(page.outcome.to_partner.len() - heard, Relaxed);
            }
            _ = looks.tick() => {}
        }
    }
}
