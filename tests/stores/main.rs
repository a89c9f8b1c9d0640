//! One suite per seam, run against every adapter: in this process, on one Redis, on a Redis Cluster;
//! in a folder, on S3. And mail, against a mail server.
//!
//! The stores are started by `.ci/with-stores`, which `make test` calls:
//! `.ci/with-stores cargo test --test stores`.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    unreachable_pub,
    reason = "a test that cannot go on should stop loudly"
)]

#[macro_use]
mod adapters;
mod database;
mod failover;
#[expect(dead_code, unused_imports, reason = "these tests need less of it than the others")]
#[path = "../it/harness/mod.rs"]
mod harness;
mod images;
mod inboxes;
mod key_lives;
mod layouts;
mod mail;
mod migrations;
mod nodes;
mod object_keys;
mod objects;
mod presence;
mod rate_limits;
mod redis_access;
mod room_log;
mod values;
mod waiting_pool;
#[path = "../it/walkthrough_one_match.rs"]
mod walkthrough_one_match;
#[path = "../it/walkthrough_one_message.rs"]
mod walkthrough_one_message;
