//! How fast one chat-writer moves messages from Redis into `PostgreSQL`: `make bench`.
//!
//! Puts messages of many rooms into the room log, then starts a process with the role chat-writer and
//! nothing else, and waits until all of them are stored. The servers run on the same machine, started by
//! `.ci/with-stores`, with fsync on.
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
#[path = "../../tests/system/rooms.rs"]
mod rooms;

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::{Duration, Instant};

use futures_util::{StreamExt, stream};
use rand_chat::app::{App, Role};
use rand_chat::base::{MemberId, MessageId, RoomId, SharedClock, SystemClock};
use rand_chat::infra::Db;
use rand_chat::infra::shared::{Append, NewMessage, RoomEntry, Said, Shared};
use tokio_postgres::{Client, NoTls};

use figures::{on_this_machine, per_second};
use harness::{config_of, eventually_within, postgres, server};
use rooms::open_rooms;

const ROOMS: usize = 200;
const MESSAGES: usize = 100_000;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[tokio::main]
async fn main() {
    on_this_machine(measure_both()).await;
}

async fn measure_both() {
    for (name, replica) in [("without a replica", false), ("with a replica", true)] {
        measure(name, replica).await;
    }
}

async fn measure(name: &str, replica: bool) {
    let folder = tempfile::tempdir().unwrap();
    let mut settings = postgres().await.to_vec();
    settings.truncate(if replica { 2 } else { 1 });
    let url = settings[0].1.clone();
    settings.extend([
        ("storage__data_dir", folder.path().join("data").display().to_string()),
        ("http__port", "0".to_owned()),
        ("internal__port", "0".to_owned()),
        ("redis__urls", server("RAND_CHAT_TEST_REDIS")),
        ("redis__prefix", format!("bench-{}", uuid::Uuid::now_v7())),
        // Shared evenly by the parts of the log, and the rooms are not spread evenly.
        ("chat__backlog_max", (MESSAGES * 64).to_string()),
    ]);
    let config = config_of(&settings);
    let clock: SharedClock = Arc::new(SystemClock);
    let shared = Shared::open(&config, &clock).unwrap();
    Db::open(&config, &shared).unwrap().migrate().await.unwrap();
    let (client, connection) = tokio_postgres::connect(&url, NoTls).await.unwrap();
    tokio::spawn(connection);
    let rooms = rooms_at_hand(&client, &shared).await;

    let begun = Instant::now();
    let appended: Vec<()> = stream::iter(0..MESSAGES)
        .map(|number| say(&shared, rooms[number % ROOMS], number))
        .buffer_unordered(64)
        .collect()
        .await;
    let rate = per_second(appended.len(), begun.elapsed());
    println!("\n{name}: {MESSAGES} messages of {ROOMS} rooms put into the room log: {rate:.0}/s");

    let app = App::build(config, &BTreeSet::from([Role::ChatWriter])).unwrap();
    let lifecycle = app.lifecycle();
    let begun = Instant::now();
    let running = tokio::spawn(app.run());
    eventually_within(Duration::from_mins(2), "everything is stored", || async {
        (shared.rooms.backlog().await.unwrap() == 0).then_some(())
    })
    .await;
    println!("{name}: stored by one chat-writer: {:.0}/s", per_second(MESSAGES, begun.elapsed()));
    lifecycle.request_stop();
    running.await.unwrap().unwrap();
    let rows: i64 = client.query_one("SELECT count(*) FROM messages", &[]).await.unwrap().get(0);
    assert_eq!(usize::try_from(rows), Ok(MESSAGES), "each once");
}

/// Rooms in the database and at hand, each with one of its members.
async fn rooms_at_hand(client: &Client, shared: &Shared) -> Vec<(RoomId, MemberId)> {
    let rooms = open_rooms(client, ROOMS).await;
    for (room, members) in &rooms {
        let (room, members) = (*room, *members);
        let entry = RoomEntry { room, members, open: true, recent: Vec::new() };
        shared.rooms.fill(entry).await.unwrap();
    }
    rooms.into_iter().map(|(room, [low, _])| (room, low)).collect()
}

async fn say(shared: &Shared, (room, from): (RoomId, MemberId), number: usize) {
    let text = format!(
        "{number:06} a message of about ninety bytes, as people write them, 안녕하세요, in the middle"
    );
    let new =
        NewMessage { room, id: MessageId::fresh(), from, said: Said::Text(text), again: false };
    match shared.rooms.append(new).await.unwrap() {
        Append::Placed { .. } => {}
        other => panic!("not placed: {other:?}"),
    }
}
