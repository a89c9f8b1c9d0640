//! What a message costs, and how many the service carries: `make bench`.
//!
//! Real processes, one gateway or two, on the embedded stores (where there can be one only) or on Redis and `PostgreSQL`
//! with fsync. Two hundred pairs chat over real sockets; with two gateways every message goes from one to the other.
//! Times count from when a message was to be sent, so a message that has to wait for its turn is late.
//!
//! The pages run in this process, on the same cores as the servers.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    unreachable_pub,
    reason = "a benchmark stops loudly, and prints"
)]

#[path = "../service/cpu.rs"]
mod cpu;
#[path = "../service/figures.rs"]
mod figures;
#[expect(dead_code, unused_imports, reason = "a benchmark needs less of it than the tests")]
#[path = "../../tests/it/harness/mod.rs"]
mod harness;
#[path = "../rooms/members.rs"]
mod members;
mod page;
#[expect(dead_code, reason = "a benchmark needs less of it than the other")]
#[path = "../sockets/process.rs"]
mod process;
#[path = "../service/redis.rs"]
mod redis;
mod service;
mod talk;

use std::time::Duration;

use figures::{on_this_machine, per_second};
use service::{Service, Stores};
use talk::{Outcome, talk};

/// Messages a second at which the times and the costs are measured, and for how long.
const RATE: u32 = 1_000;
const LENGTH: Duration = Duration::from_secs(10);
/// What the highest rate is to keep: so long may the slowest message but one of a hundred take to its partner.
const DELIVERED: Duration = Duration::from_millis(50);
/// The search for the highest rate: where it begins, how long each try takes, by how much the next is higher, and how
/// often the gap between the last two is halved.
const FROM: u32 = 2_000;
const TRY: Duration = Duration::from_secs(4);
const GROWTH: f64 = 1.5;
const HALVINGS: usize = 3;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[tokio::main]
async fn main() {
    on_this_machine(measure_all()).await;
}

async fn measure_all() {
    for (name, stores, gateways) in [
        ("embedded stores, one process", Stores::Embedded, 1),
        ("Redis and PostgreSQL, one gateway", Stores::Distributed, 1),
        ("Redis and PostgreSQL, two gateways", Stores::Distributed, 2),
    ] {
        println!("\n{name}");
        let service = Service::start(stores, gateways).await;
        at_a_fixed_rate(&service).await;
        highest_rate(&service).await;
    }
}

async fn at_a_fixed_rate(service: &Service) {
    let before = service.cpu();
    let outcome = talk(service, RATE, LENGTH).await;
    let Outcome { sent, failed, .. } = outcome;
    assert!(outcome.is_whole(), "{:?} of {sent}, {failed} pages failed", outcome.counts());
    let Outcome { to_sent, to_partner, to_stored, .. } = outcome;
    println!("  {RATE} messages/s for {LENGTH:?}");
    println!("    send → sent     {to_sent}");
    println!("    send → partner  {to_partner}");
    println!("    send → stored   {to_stored}");
    for ((who, before), (_, after)) in before.into_iter().zip(service.cpu()) {
        let each = after.saturating_sub(before) / u32::try_from(sent).unwrap();
        println!("    {who:<14}{:>5} µs of a core a message", each.as_micros());
    }
}

async fn highest_rate(service: &Service) {
    let (mut kept, mut high) = (None, FROM);
    while let Some(outcome) = at_rate(service, high).await {
        kept = Some((high, outcome));
        high = grown(high);
    }
    for _ in 0..HALVINGS {
        let Some((low, _)) = &kept else { break };
        let middle = low.midpoint(high);
        match at_rate(service, middle).await {
            Some(outcome) => kept = Some((middle, outcome)),
            None => high = middle,
        }
    }
    match kept {
        Some((_, outcome)) => {
            let rate = per_second(outcome.sent, TRY);
            println!("  at most, with p99 ≤ {DELIVERED:?} to the partner: {rate:.0} messages/s");
            println!("    send → partner  {}", outcome.to_partner);
            println!("    send → stored   {}", outcome.to_stored);
        }
        None => println!("  not even {FROM} messages/s with p99 ≤ {DELIVERED:?} to the partner"),
    }
}

/// What came of a try, if it was as it is to be.
async fn at_rate(service: &Service, rate: u32) -> Option<Outcome> {
    let outcome = talk(service, rate, TRY).await;
    let is_kept = outcome.is_whole() && outcome.to_partner.percentile(99) <= DELIVERED;
    is_kept.then_some(outcome)
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "small and positive")]
fn grown(rate: u32) -> u32 {
    (f64::from(rate) * GROWTH) as u32
}
