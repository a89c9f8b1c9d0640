//! Sockets that never read, while their members get messages; and others beside them.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::time::{Duration, Instant};

use futures_util::future::join_all;
use futures_util::{StreamExt, stream};
use tokio::time::sleep;

use crate::figures::Spread;
use crate::harness::{Page, Person, SEOUL, TestApp, eventually_within};
use crate::idle::kib;
use crate::raw::RawPage;
use crate::server::Server;

/// One of each member.
const SOCKETS: usize = 1_000;
/// Pairs who chat meanwhile, each of them twice a second.
const OTHERS: usize = 20;
/// More than a connection and a queue hold.
const MESSAGES: usize = 45;
const AT_ONCE: usize = 64;
/// What must be, for each.
const CLOSED_WITHIN: Duration = Duration::from_secs(10);

const SETTINGS: [(&str, &str); 4] = [
    ("ws_gateway__messages_per_10s", "1000000"),
    ("ws_gateway__frames_per_minute", "1000000"),
    // They answer no pings either.
    ("ws_gateway__heartbeat_ms", "600000"),
    // The log of the rooms is in the same memory, and not what is measured.
    ("chat__recent_messages", "1"),
];

pub async fn measure() {
    let pairs = SOCKETS + OTHERS;
    let (server, people, rooms) = Server::with_members(2 * pairs, &SETTINGS, all_meet).await;
    println!("\n{SOCKETS} sockets that never read, one of each member");
    let mut rooms = rooms.into_iter();
    let over = Arc::new(AtomicBool::new(false));
    let mut chats = Vec::new();
    for (room, [one, other]) in rooms.by_ref().take(OTHERS) {
        let pages = [people[one].page().await, people[other].page().await];
        chats.push(tokio::spawn(chat(room, pages, over.clone())));
    }
    let opening = stream::iter(rooms).map(async |(room, [one, other])| {
        let unread = RawPage::greeted_narrow(&server.doors, &people[one].access).await;
        (room, people[other].page().await, unread)
    });
    let mut talks: Vec<_> = opening.buffer_unordered(AT_ONCE).collect().await;
    let (before, descriptors) = (server.memory(), server.descriptors());

    let text = "\u{1F600}".repeat(2000);
    let (mut peak, begun) = (0, Instant::now());
    for round in 1..=MESSAGES {
        let sending = stream::iter(&mut talks).map(|(room, page, _)| page.send(room, &text));
        sending.buffer_unordered(AT_ONCE).for_each(async |_| ()).await;
        // What is not stored is in the same memory, too.
        eventually_within(Duration::from_secs(30), "they are stored", || async {
            let stored = server.metric("messages_stored_total ").await;
            (stored >= round * SOCKETS).then_some(())
        })
        .await;
        peak = peak.max(server.memory());
    }
    let (sent, took) = (Instant::now(), begun.elapsed());
    println!("  {MESSAGES} messages of 8 KB to each in {took:.1?}");
    let closed = "sockets_closed_total{code=\"4408\"} ";
    eventually_within(CLOSED_WITHIN, "all are closed with 4408", || {
        peak = peak.max(server.memory());
        let server = &server;
        async move { (server.metric(closed).await == SOCKETS).then_some(()) }
    })
    .await;
    println!("  all closed with 4408 {:.1?} after the last message", sent.elapsed());
    eventually_within(Duration::from_secs(30), "their connections end", async || {
        (server.descriptors() <= descriptors - SOCKETS).then_some(())
    })
    .await;
    println!("  all connections gone {:.1?} after it", sent.elapsed());
    println!("  at most {:.0} KiB of the process each", kib(peak.saturating_sub(before) / SOCKETS));
    over.store(true, Relaxed);
    let mut all = Spread::default();
    for chat in join_all(chats).await {
        all.take(chat.unwrap());
    }
    println!("  {OTHERS} pairs beside them, send → partner  {all}");
}

/// Has everybody meet somebody. Who met in which room.
async fn all_meet(_: &TestApp, people: &[Person]) -> Vec<(String, [usize; 2])> {
    let meeting = people.iter().enumerate().map(async |(number, person)| {
        let mut page = person.page().await;
        person.place(SEOUL).await;
        person.search(None).await;
        let proposal = page.push("match.proposed").await;
        person.answer(&proposal, "accept").await;
        let opened = page.push("room.opened").await;
        (opened["room"]["id"].as_str().unwrap().to_owned(), number)
    });
    let met: Vec<_> = stream::iter(meeting).buffer_unordered(AT_ONCE).collect().await;
    let mut rooms: HashMap<String, Vec<usize>> = HashMap::new();
    for (room, number) in met {
        rooms.entry(room).or_default().push(number);
    }
    rooms.into_iter().map(|(room, members)| (room, members.try_into().unwrap())).collect()
}

/// Writes until it is over, and says how long each message took.
async fn chat(room: String, [mut one, mut other]: [Page; 2], over: Arc<AtomicBool>) -> Spread {
    let mut spread = Spread::default();
    while !over.load(Relaxed) {
        let begun = Instant::now();
        let id = one.send(&room, "hello").await["cid"].clone();
        while other.push("message").await["id"] != id {}
        spread.add(begun.elapsed());
        sleep(Duration::from_millis(500)).await;
    }
    spread
}
