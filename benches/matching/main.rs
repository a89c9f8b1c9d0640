//! How soon members who fit are proposed to each other, and how many in a second: `make bench`.
//!
//! Starts the program with the role matcher, on the embedded stores and then with shared state on Redis (the
//! database is `SQLite` both times), among a crowd who fit nobody ([`crowd`]). The benchmark itself is the
//! gateway of all members ([`gateway`]) and asks over HTTP for those who come ([`newcomers`]): it takes part of the
//! same cores.
//!
//! `cargo bench --bench matching in-process` leaves out Redis, `redis` leaves out the rest; so do `latency` and
//! `throughput`, and of the latter `http` and `direct`. Numbers are crowds to measure in instead.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    unreachable_pub,
    reason = "a benchmark stops loudly, and prints"
)]

#[expect(dead_code, reason = "a benchmark needs less of it than the other")]
#[path = "../service/cpu.rs"]
mod cpu;
mod crowd;
#[expect(dead_code, reason = "a benchmark needs less of it than the other")]
#[path = "../service/figures.rs"]
mod figures;
mod gateway;
#[expect(dead_code, unused_imports, reason = "a benchmark needs less of it than the tests")]
#[path = "../../tests/it/harness/mod.rs"]
mod harness;
mod latency;
mod newcomers;
mod problems;
mod processor;
#[path = "../service/redis.rs"]
mod redis;
mod service;
mod throughput;

use figures::on_this_machine;
use service::{Store, Way};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[tokio::main]
async fn main() {
    on_this_machine(measure_wanted()).await;
}

async fn measure_wanted() {
    let wanted: Vec<String> = std::env::args().skip(1).collect();
    // Whether a word is there, or none that would leave it out.
    let is_wanted = |one: &str, other: &str| {
        let is_named = |name: &str| wanted.iter().any(|word| word == name);
        is_named(one) || !is_named(other)
    };
    let crowds: Vec<usize> = wanted.iter().filter_map(|word| word.parse().ok()).collect();
    let stores = [
        (Store::InProcess, is_wanted("in-process", "redis")),
        (Store::Redis, is_wanted("redis", "in-process")),
    ];
    let ways =
        [(Way::Http, is_wanted("http", "direct")), (Way::Direct, is_wanted("direct", "http"))];
    for store in stores.into_iter().filter_map(|(store, is_wanted)| is_wanted.then_some(store)) {
        println!("\n{}", store.name().await);
        if is_wanted("latency", "throughput") {
            latency::measure(store, &crowds).await;
        }
        if is_wanted("throughput", "latency") {
            let ways = ways.iter().filter_map(|(way, is_wanted)| is_wanted.then_some(*way));
            throughput::measure(store, &ways.collect::<Vec<_>>(), &crowds).await;
        }
    }
}
