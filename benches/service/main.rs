//! How fast the whole service is on one machine: `make bench`.
//!
//! Starts the program with every role on the embedded stores, lets 400 members meet while 10,000
//! wait who do not fit, and has the 200 pairs chat over real sockets; then has 64 clients log in as fast as
//! they can. The clients run in the same process and take part of the same cores.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    unreachable_pub,
    reason = "a benchmark stops loudly, and prints"
)]

mod chat;
mod figures;
#[expect(dead_code, unused_imports, reason = "a benchmark needs less of it than the tests")]
#[path = "../../tests/it/harness/mod.rs"]
mod harness;
mod log_in;
mod meeting;

use std::collections::HashSet;
use std::sync::Arc;
use std::time::{Duration, Instant};

use futures_util::future::join_all;
use rand_chat::app::Substitutes;
use rand_chat::base::{Clock, MemberId, Place, SharedClock, SystemClock, TicketId};
use rand_chat::config::Config;
use rand_chat::infra::Shared;
use rand_chat::infra::shared::{Face, Revision, Ticket};
use rand_chat::protocol::{Sex, Wish};

use chat::{Pace, WINDOW, chat};
use figures::{Spread, on_this_machine, per_second};
use harness::{ALL, SEOUL, TestApp};
use meeting::Visitor;

const PAIRS: usize = 200;
const STRANGERS: usize = 10_000;
/// Strangers stand on a lattice of so many rows and columns ...
const LATTICE: usize = 100;
/// ... about 12 km from each other, so that nobody is within the 5 km of a stranger.
const SPACING_DEGREES: f64 = 0.11;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[tokio::main]
async fn main() {
    on_this_machine(measure_all()).await;
}

async fn measure_all() {
    // `cargo bench --bench service log-ins` leaves out the rest.
    if !std::env::args().any(|argument| argument == "log-ins") {
        matching_and_chat().await;
    }
    log_in::log_ins().await;
}

async fn matching_and_chat() {
    let clock: SharedClock = Arc::new(SystemClock);
    let shared = Shared::in_process(&Config::load(None, Vec::new()).unwrap(), &clock);
    let app = start(&shared, &clock).await;
    let mut visitors = Vec::with_capacity(2 * PAIRS);
    for number in 0..2 * PAIRS {
        visitors.push(Visitor::arrive(&app, number).await);
    }

    match_all(&mut visitors, &shared).await;
    let pace = Pace { every: Some(Duration::from_millis(500)), length: Duration::from_secs(10) };
    let visitors = chat("2 a second by each", visitors, pace).await;
    let pace = Pace { every: None, length: Duration::from_secs(5) };
    chat(&format!("flat out, {WINDOW} unstored messages of each"), visitors, pace).await;

    app.request_stop();
    assert!(app.stopped().await, "every task finished");
}

async fn start(shared: &Shared, clock: &SharedClock) -> TestApp {
    let settings = [
        ("matching__sweep_ms", "500"),
        ("matching__tickets_per_minute", "100000"),
        // Pages that only wait for a match answer no pings here.
        ("ws_gateway__heartbeat_ms", "600000"),
        ("ws_gateway__frames_per_minute", "1000000"),
        ("ws_gateway__messages_per_10s", "1000000"),
    ];
    let substitutes =
        Substitutes { clock: Some(clock.clone()), mailer: None, shared: Some(shared.clone()) };
    TestApp::start_on(&[&ALL], &settings, substitutes).await
}

/// Has everybody meet: all at once, then pair after pair. Leaves each pair in a room.
async fn match_all(visitors: &mut [Visitor], shared: &Shared) {
    add_strangers(shared).await;
    println!("\nmatching, {STRANGERS} wait who do not fit");
    for (reach, name) in [(Some(10), "within 10 km"), (None, "anywhere, but they want nearer")] {
        let begun = Instant::now();
        join_all(visitors.iter_mut().map(|visitor| visitor.meet(reach))).await;
        let rate = per_second(PAIRS, begun.elapsed());
        println!("  {PAIRS} pairs at once, {name}: {rate:.0} matches/s");
        join_all(visitors.iter_mut().map(Visitor::leave)).await;
    }

    let mut waits = Spread::default();
    for pair in visitors.as_chunks_mut::<2>().0 {
        let [one, other] = pair;
        one.person.search(Some(10)).await;
        let begun = Instant::now();
        other.person.search(Some(10)).await;
        let (to_one, to_other) = (one.proposal().await, other.proposal().await);
        waits.add(begun.elapsed());
        one.person.answer(&to_one, "accept").await;
        other.person.answer(&to_other, "accept").await;
        assert_eq!(one.enter().await, other.enter().await);
    }
    println!("  pair after pair: the second asks → both have the proposal");
    println!("    {waits}");
    assert_eq!(shared.pool.census().await.unwrap().waiting, STRANGERS, "no stranger was matched");
}

/// Puts tickets into the pool that fit nobody: each has a reach of 5 km.
async fn add_strangers(shared: &Shared) {
    // Whoever has no socket anywhere is not kept waiting.
    let gateway = shared.nodes.alive().await.unwrap()[0].id;
    for number in 0..STRANGERS {
        let face = Face {
            nickname: format!("stranger{number}"),
            image: None,
            sex: Sex::Undisclosed,
            age: 30,
            interests: Vec::new(),
            languages: Vec::new(),
        };
        let ticket = Ticket {
            id: TicketId::fresh(),
            revision: Revision::now_v7(),
            member: MemberId::fresh(),
            since: SystemClock.now(),
            place: on_the_lattice(number),
            wish: Wish { max_distance_km: Some(5), ..Wish::default() },
            face,
            never: HashSet::new(),
        };
        shared.inboxes.connect(ticket.member, gateway).await.unwrap();
        shared.pool.join(ticket, None, None).await.unwrap();
    }
}

#[expect(clippy::cast_precision_loss, reason = "small numbers")]
fn on_the_lattice(number: usize) -> Place {
    let step = |count: usize| (count as f64 - 49.5) * SPACING_DEGREES;
    let latitude = SEOUL.0 + step(number / LATTICE);
    // Degrees of longitude shrink towards the poles.
    let longitude = SEOUL.1 + step(number % LATTICE) / latitude.to_radians().cos();
    Place::new(latitude, longitude).unwrap()
}
