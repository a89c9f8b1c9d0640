//! Sockets on which nothing happens.

use std::time::Instant;

use futures_util::{StreamExt, stream};
use serde_json::json;
use tokio::task::JoinSet;

use crate::figures::per_second;
use crate::harness::Page;
use crate::server::Server;

const SOCKETS: usize = 9_950;
/// As many as a member may have.
const EACH: usize = 5;
/// What is there before it is measured how much comes on top.
const WARM: usize = 500;
const AT_ONCE: usize = 16;

pub async fn measure() {
    let (server, people, ()) = Server::with_members(SOCKETS / EACH, &[], async |_, _| ()).await;
    println!("\nidle sockets, {EACH} of each member");
    let mut pages = JoinSet::new();
    let turns: Vec<_> = people.iter().cycle().take(SOCKETS).collect();
    let (first, rest) = turns.split_at(WARM);
    let (mut before, mut begun) = (0, Instant::now());
    for turns in [first, rest] {
        let opening = stream::iter(turns).map(|person| person.page()).buffer_unordered(AT_ONCE);
        let mut opening = std::pin::pin!(opening);
        (before, begun) = (server.memory(), Instant::now());
        while let Some(page) = opening.next().await {
            pages.spawn(stay(page));
        }
    }
    let opened = per_second(SOCKETS - WARM, begun.elapsed());
    assert_eq!(server.metric("sockets ").await, SOCKETS);
    let each = (server.memory() - before) / (SOCKETS - WARM);
    println!("  {SOCKETS} sockets, {} descriptors", server.descriptors());
    println!("  {:.1} KiB of the process each, {opened:.0} opened a second", kib(each));
    // One round of pings and pongs.
    tokio::time::sleep(std::time::Duration::from_secs(26)).await;
    let each = (server.memory() - before) / (SOCKETS - WARM);
    println!("  {:.1} KiB each after every one was pinged", kib(each));
    assert_eq!(server.metric("sockets ").await, SOCKETS);
}

/// Does what a page must do to stay.
async fn stay(mut page: Page) {
    while let Ok(frame) = page.frame_or_end().await {
        if frame["t"] == "ping" {
            page.say(json!({"t": "pong", "d": {"since": 0}}).to_string()).await;
        }
    }
}

#[expect(clippy::cast_precision_loss, reason = "a figure for people")]
pub fn kib(bytes: usize) -> f64 {
    bytes as f64 / 1024.0
}
