//! One process after the other is killed while pairs chat, and started again. In the end every message
//! is in the history once, in order, and both pages show just that.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use tokio::join;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::timeout;

use crate::adapters::Adapter;
use crate::client::{Client, Phase, Progress};
use crate::harness::eventually_within;
use crate::history::check;
use crate::processes::{GATEWAYS, MATCHERS, MEMBER, System, WRITERS};

/// What every member writes at least.
const MESSAGES: usize = 200;
/// How long anything may take, on a machine that does other things too.
const LONG: Duration = Duration::from_mins(1);
/// Less than members write in the time after which a page sends again what it was not told to be stored.
const AT_HAND: (&str, &str) = ("chat__recent_messages", "50");
/// Within what time a page shows everything once all is stored.
const CONVERGED: Duration = Duration::from_secs(15);

/// Members who chat, two and two.
struct Chatters {
    system: System,
    tell: watch::Sender<Phase>,
    pairs: Vec<[JoinHandle<Client>; 2]>,
    progress: Vec<Arc<Progress>>,
}

impl Chatters {
    fn on(system: System) -> Self {
        let (tell, _) = watch::channel(Phase::Write);
        Self { system, tell, pairs: Vec::new(), progress: Vec::new() }
    }

    /// Two new members who begin on different gateways.
    async fn new_pair(&self) -> [Client; 2] {
        let [one, other] = GATEWAYS;
        let number = self.pairs.len();
        let system = &self.system;
        [
            Client::sign_up(system, &format!("jimin{number}"), &[one, other]).await,
            Client::sign_up(system, &format!("oliver{number}"), &[other, one]).await,
        ]
    }

    /// They are in a room; from now on they chat.
    fn let_chat(&mut self, pair: [Client; 2]) {
        assert_eq!(pair[0].room, pair[1].room);
        self.progress.extend(pair.iter().map(|client| client.progress.clone()));
        let chat = |client: Client| tokio::spawn(client.chat(self.tell.subscribe()));
        self.pairs.push(pair.map(chat));
    }

    /// Waits until something is so for every page.
    async fn all(&self, what: &str, so: impl Fn(usize, &Progress) -> bool) {
        eventually_within(LONG, what, || async {
            let goes_on = |chat: &JoinHandle<Client>| !chat.is_finished();
            assert!(self.pairs.iter().flatten().all(goes_on), "a page has failed");
            self.progress.iter().enumerate().all(|(n, page)| so(n, page)).then_some(())
        })
        .await;
    }

    fn counts(&self, count: impl Fn(&Progress) -> usize) -> Vec<usize> {
        self.progress.iter().map(|page| count(page)).collect()
    }

    /// Waits until every member has sent so many more messages.
    async fn chat_goes_on(&self, more: usize) {
        let sent = self.counts(|page| get(&page.sent));
        self.all("every member has sent more", |n, page| get(&page.sent) >= sent[n] + more).await;
    }

    /// Waits until what has been written so far is told to be stored.
    async fn is_stored(&self) {
        let written = self.counts(|page| get(&page.written));
        self.all("what was written is stored", |n, page| get(&page.stored) >= written[n]).await;
    }

    /// Lets everything be stored and shown, and holds what everybody saw against the history.
    async fn settle(self) {
        self.all("enough is written", |_, page| get(&page.written) >= MESSAGES).await;
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

        let mut violations = Vec::new();
        for pair in self.pairs {
            let [one, other] = pair;
            let (mut one, mut other) = (one.await.unwrap(), other.await.unwrap());
            let histories = [one.history().await, other.history().await];
            violations.extend(check(&[one.into_record(), other.into_record()], &histories));
        }
        assert_eq!(violations, []);
    }
}

fn get(count: &AtomicUsize) -> usize {
    count.load(Ordering::Relaxed)
}

/// Of a hundred messages, and words that one is stored, so many never come to the gateway they are sent to.
const LOST: (&str, &str) = ("ws_gateway__lose_messages_percent", "5");

async fn every_process_dies_once(redis: Adapter) {
    // Some absences are longer than what is replayed.
    let settings = [("ws_gateway__resume_messages_max", "10"), AT_HAND, LOST];
    let mut chatters = Chatters::on(System::start(redis, &settings).await);
    for _ in 0..2 {
        let [mut one, mut other] = chatters.new_pair().await;
        join!(one.find_room(), other.find_room());
        chatters.let_chat([one, other]);
    }

    for matcher in MATCHERS {
        let [mut one, mut other] = chatters.new_pair().await;
        let seen = [one.progress.clone(), other.progress.clone()];
        let meeting = tokio::spawn(async move {
            join!(one.find_room(), other.find_room());
            [one, other]
        });
        eventually_within(LONG, "they are about to meet", || async {
            seen[0].searching.load(Ordering::Relaxed).then_some(())
        })
        .await;
        chatters.system.kill(matcher);
        let pair = timeout(LONG, meeting).await;
        let pair = pair.unwrap_or_else(|_| panic!("the other matcher goes on: {seen:?}")).unwrap();
        chatters.let_chat(pair);
        chatters.system.start_again(matcher).await;
    }

    for writer in WRITERS {
        chatters.system.kill(writer);
        chatters.is_stored().await;
        chatters.system.start_again(writer).await;
    }

    for gateway in GATEWAYS {
        chatters.system.kill(gateway);
        chatters
            .all("every page is elsewhere", |_, page| ![0, gateway].contains(&get(&page.gateway)))
            .await;
        chatters.chat_goes_on(10).await;
        chatters.system.start_again(gateway).await;
    }

    chatters.system.kill(MEMBER);
    chatters.chat_goes_on(20).await;
    let renewals = chatters.counts(|page| get(&page.renewals));
    chatters.system.start_again(MEMBER).await;
    chatters.all("every session goes on", |n, page| get(&page.renewals) > renewals[n]).await;

    chatters.settle().await;
}

async fn chat_goes_on_without_writers(redis: Adapter) {
    let mut chatters = Chatters::on(System::start(redis, &[AT_HAND]).await);
    for _ in 0..2 {
        let [mut one, mut other] = chatters.new_pair().await;
        join!(one.find_room(), other.find_room());
        chatters.let_chat([one, other]);
    }
    chatters.is_stored().await;

    for writer in WRITERS {
        chatters.system.kill(writer);
    }
    // What they said last has arrived by then.
    chatters.chat_goes_on(5).await;
    let before = chatters.counts(|page| get(&page.stored));
    chatters.chat_goes_on(50).await;
    assert_eq!(
        chatters.counts(|page| get(&page.stored)),
        before,
        "nobody is there who could store"
    );
    for writer in WRITERS {
        chatters.system.start_again(writer).await;
    }
    chatters.is_stored().await;

    chatters.settle().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_process_dies_once_on_one_redis() {
    every_process_dies_once(Adapter::Redis).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_process_dies_once_on_a_redis_cluster() {
    every_process_dies_once(Adapter::RedisCluster).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn chat_goes_on_without_writers_on_one_redis() {
    chat_goes_on_without_writers(Adapter::Redis).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn chat_goes_on_without_writers_on_a_redis_cluster() {
    chat_goes_on_without_writers(Adapter::RedisCluster).await;
}
