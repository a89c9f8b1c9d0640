//! Matching as a whole, driven through its use cases by several matchers at once: whatever they and the members do, in
//! whatever order, and wherever a matcher dies, what was promised holds.
//!
//! Redis is started by `.ci/with-stores`: `.ci/with-stores cargo test --test matching`. It takes some minutes.
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
#[expect(dead_code, unused_imports, reason = "these tests need less of it than the others")]
#[path = "../it/harness/mod.rs"]
mod harness;
mod ledger;
mod rivals;
mod world;

use rand::rngs::StdRng;
use rand::seq::IndexedRandom;
use rand::{RngExt, SeedableRng};

use crate::adapters::Adapter;

use ledger::Ledger;
use world::{Step, World};

/// Between two rounds in which everything comes to rest.
const ROUNDS_UNTIL_REST: usize = 400;

/// So many random steps of a dozen members. Several are taken at once, by different matchers, and some of the matchers
/// die while they take one.
async fn walk(adapter: Adapter, matchers: usize, at_once: usize, steps: usize, seed: u64) {
    let mut world = World::new(adapter, matchers).await;
    let mut ledger = Ledger::default();
    let mut random = StdRng::seed_from_u64(seed);
    let (mut taken, mut round) = (0, 0);
    while taken < steps {
        round += 1;
        let size = random.random_range(1..=at_once);
        let mut now: Vec<Step> = (0..size).map(|_| step(&mut random)).collect();
        // Time passes between the rounds, so that a round has one time.
        if let Some(tick) = now.iter().find(|step| matches!(step, Step::Tick(_))) {
            now = vec![*tick];
        }
        taken += now.len();
        let lives: Vec<Option<u32>> = now
            .iter()
            .map(|_| random.random_bool(0.15).then(|| random.random_range(1..40)))
            .collect();
        world.take(&now, &lives, &mut random).await;
        let snapshot = world.snapshot().await;
        if let Err(wrong) = ledger.check(&world, &now, snapshot).await {
            panic!("{wrong}\nseed {seed}, round {round}, after {taken} steps: {now:?}");
        }
        if round % ROUNDS_UNTIL_REST == 0 {
            world.come_to_rest(&mut ledger).await;
        }
    }
    let (proposals, rooms) = ledger.totals();
    assert!(proposals * 50 > steps, "the walk led somewhere: {proposals} proposals");
    assert!(rooms * 400 > steps, "the walk led somewhere: {rooms} rooms");
}

fn step(random: &mut StdRng) -> Step {
    let who = random.random_range(0..world::MEMBERS);
    match random.random_range(0..100) {
        0..24 => Step::Join(who, random.random_range(0..world::WISHES)),
        24..28 => Step::Leave(who),
        28..46 => Step::Accept(who),
        46..51 => Step::Decline(who),
        51..68 => Step::See(who),
        68..73 => Step::Lose(who),
        73..80 => Step::ComeBack(who),
        80..90 => Step::Sweep,
        90..95 => Step::LeaveRoom(who),
        _ => {
            let often = [100, 500, 1_000, 1_000, 3_000, 3_000, 6_000, 20_000];
            let seldom = [31_000, 31_000, 65_000, 400_000, 2_000_000, 90_000_000];
            let from: &[u64] = if random.random_bool(0.9) { &often } else { &seldom };
            Step::Tick(*from.choose(random).unwrap())
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_million_random_steps_in_process() {
    walk(Adapter::InProcess, 1, 3, 1_000_000, 20_261_125).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hundred_thousand_random_steps_of_three_matchers_on_redis() {
    walk(Adapter::Redis, 3, 8, 100_000, 20_261_126).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ten_thousand_random_steps_of_three_matchers_on_a_redis_cluster() {
    walk(Adapter::RedisCluster, 3, 8, 10_000, 20_261_127).await;
}
