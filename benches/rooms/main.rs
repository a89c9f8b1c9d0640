//! Whether the rooms of a member answer as fast when there are many: `make bench`.
//!
//! The use cases are called as the role chat-writer calls them, on both engines and on their side of shared state:
//! first for a member of few rooms with few messages, then for one of many with many.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    unreachable_pub,
    reason = "a benchmark stops loudly, and prints"
)]

#[expect(dead_code, reason = "a benchmark needs less of it than the other")]
#[path = "../service/figures.rs"]
mod figures;
#[expect(dead_code, unused_imports, reason = "a benchmark needs less of it than the tests")]
#[path = "../../tests/it/harness/mod.rs"]
mod harness;
mod members;
mod neighbourhood;

use std::future::Future;
use std::sync::Arc;
use std::time::Instant;

use rand_chat::base::{SharedClock, SystemClock};
use rand_chat::chat::{Range, history, list_rooms, resume, show_room, stored_message};
use rand_chat::infra::{Infra, Shared};
use tempfile::TempDir;

use figures::{Spread, on_this_machine};
use harness::{config_of, postgres, server};
use neighbourhood::{Neighbourhood, settle};

/// Rooms of a member, and messages in each.
const SIZES: [(usize, usize); 2] = [(10, 100), (1_000, 1_000)];
const TIMES: usize = 300;
const PAGE: usize = 50;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[tokio::main]
async fn main() {
    on_this_machine(measure_all()).await;
}

async fn measure_all() {
    for distributed in [false, true] {
        let name = if distributed { "PostgreSQL and Redis" } else { "SQLite and in process" };
        println!("\n{name}");
        let (infra, _folder) = open(distributed).await;
        for (rooms, messages) in SIZES {
            let begun = Instant::now();
            let lives_in = settle(&infra, rooms, messages).await;
            let all = rooms * messages;
            println!("  {rooms} rooms, {all} messages (made in {:.0?})", begun.elapsed());
            measure(&infra, &lives_in).await;
        }
    }
}

async fn open(distributed: bool) -> (Infra, TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let mut settings =
        vec![("storage__data_dir", folder.path().join("data").display().to_string())];
    if distributed {
        settings.extend(postgres().await.into_iter().take(1));
        settings.push(("redis__urls", server("RAND_CHAT_TEST_REDIS")));
        settings.push(("redis__prefix", format!("bench-{}", uuid::Uuid::now_v7())));
    }
    let config = config_of(&settings);
    let clock: SharedClock = Arc::new(SystemClock);
    let shared = Shared::open(&config, &clock).unwrap();
    let infra = Infra::open(&config, shared, &clock).unwrap();
    infra.db.migrate().await.unwrap();
    (infra, folder)
}

async fn measure(infra: &Infra, lives_in: &Neighbourhood) {
    let Neighbourhood { member, middle, newest_room, early, late, message } = lives_in;
    let (member, room) = (*member, *newest_room);
    time("the newest 20 rooms", async || list_rooms(infra, member, None, 20).await).await;
    let middle = || Some(middle.clone());
    time("20 rooms from the middle", async || list_rooms(infra, member, middle(), 20).await).await;
    time("one room", async || show_room(infra, room, member).await).await;
    for (name, range) in [
        ("the newest page", Range::Newest),
        ("the oldest page", Range::Before(*early)),
        ("what is newer than a place", Range::After(*late)),
    ] {
        let page = async || history(&infra.db, &infra.shared, room, member, range, PAGE).await;
        time(name, page).await;
    }
    let find = async || stored_message(&infra.db, room, member, *message).await;
    time("a message by its id", find).await;
    time("coming back, with a page of news", async || {
        resume(infra, member, Some(*late), 500).await
    })
    .await;
    time("a fresh page", async || resume(infra, member, None, 500).await).await;
}

async fn time<T, E, F>(what: &str, ask: impl Fn() -> F)
where
    F: Future<Output = Result<T, E>>,
    E: std::fmt::Debug,
{
    let mut spread = Spread::default();
    for _ in 0..TIMES {
        let begun = Instant::now();
        ask().await.expect("it answers");
        spread.add(begun.elapsed());
    }
    println!("    {what:<34}{spread}");
}
