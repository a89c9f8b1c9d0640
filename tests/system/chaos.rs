//! One process after the other is killed while pairs chat, and started again. In the end every message
//! is in the history once, in order, and both pages show just that.

use std::sync::atomic::Ordering;

use tokio::join;
use tokio::time::timeout;

use crate::adapters::Adapter;
use crate::chatters::{Chatters, LONG, get};
use crate::harness::eventually_within;
use crate::processes::{GATEWAYS, MATCHERS, MEMBER, System, WRITERS};

/// What every member writes at least.
const MESSAGES: usize = 200;
/// Less than members write in the time after which a page sends again what it was not told to be stored.
const AT_HAND: (&str, &str) = ("chat__recent_messages", "50");
/// Of a hundred messages, and words that one is stored, so many never come to the gateway they are sent to.
const LOST: (&str, &str) = ("ws_gateway__lose_messages_percent", "5");

/// Lets everybody write enough, and holds what they saw against what was kept.
async fn settle(chatters: Chatters) {
    chatters.all("enough is written", |_, page| get(&page.written) >= MESSAGES).await;
    let mut violations = chatters.settle().await.violations;
    // Other tests use the machine as well, and these pages wait for answers of killed processes before they read on.
    violations.retain(|violation| !violation.is_late());
    assert_eq!(violations, []);
}

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

    settle(chatters).await;
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

    settle(chatters).await;
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
