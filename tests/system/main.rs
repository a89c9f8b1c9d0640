//! The whole system: real processes of the built program, each with roles of its own, which share one
//! Redis or one cluster and one database; killed and started again while members chat.
//!
//! The stores are started by `.ci/with-stores`: `.ci/with-stores cargo test --test system`.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    unreachable_pub,
    reason = "a test that cannot go on should stop loudly"
)]

#[expect(dead_code, unused_macros, reason = "these tests need the settings only")]
#[path = "../stores/adapters.rs"]
mod adapters;
mod chaos;
mod chatters;
mod client;
mod crowd;
mod database;
#[expect(dead_code, unused_imports, reason = "these tests need less of it than the others")]
#[path = "../it/harness/mod.rs"]
mod harness;
mod history;
mod left_behind;
mod ordinary;
mod processes;
mod rooms;
mod stopwatch;
