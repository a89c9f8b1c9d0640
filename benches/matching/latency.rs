//! How long members wait for a proposal who come at a steady pace, whatever becomes of those before them.
//!
//! They come as couples ([`couple`]): the one, and a second later the other, so that a partner waits when the other
//! asks. The time is from when the other was to ask until its proposal is in the inbox of its gateway. Both accept at
//! once, so that rooms are opened beside it as fast.

use std::sync::Arc;
use std::time::Duration;

use rand_chat::protocol::ServerFrame;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep_until, timeout_at};

use crate::crowd::gather;
use crate::figures::Spread;
use crate::newcomers::{Newcomer, couple, prepare};
use crate::problems::Problems;
use crate::processor::Used;
use crate::service::{Service, Store, Way};

const CROWDS: [usize; 3] = [1_000, 10_000, 100_000];
/// Between two members who come: 500 a second.
const EVERY: Duration = Duration::from_millis(2);
/// What is not measured: connections are made, and nobody's partner is there.
const WARM_UP: usize = 1_500;
/// Members who come in all.
const ALL: usize = WARM_UP + 7_500;
/// The other of a couple comes so many members after the one. Odd: they take turns.
const LATER: usize = 501;
/// How long who comes last may wait.
const LAST: Duration = Duration::from_secs(5);

/// Measures in each crowd; in those of the benchmark if none is given.
pub async fn measure(store: Store, crowds: &[usize]) {
    let crowds = if crowds.is_empty() { &CROWDS } else { crowds };
    println!("  asks → has the proposal, {:.0} members a second", 1.0 / EVERY.as_secs_f64());
    let mut slowest = Vec::with_capacity(crowds.len());
    for crowd in crowds {
        slowest.push(measure_in(store, *crowd).await.as_secs_f64());
    }
    if let ([first, .., last], [few, .., many]) = (slowest.as_slice(), crowds) {
        println!("    p99 with {many} waiting is {:.2} times that with {few}", last / first);
    }
}

/// The p99 among so many who do not fit.
async fn measure_in(store: Store, crowd: usize) -> Duration {
    let begun = Instant::now();
    let service = Arc::new(Service::start(store, Way::Http).await);
    let order = in_order(&service).await;
    gather(&service, crowd).await;
    let prepared_in = begun.elapsed();

    let used = Used::begin(store).await;
    let begun = Instant::now() + EVERY;
    let last = begun + EVERY * u32::try_from(ALL).unwrap() + LAST;
    let mut visits = JoinSet::new();
    for (turn, newcomer) in order {
        let due = begun + EVERY * u32::try_from(turn).unwrap();
        sleep_until(due).await;
        let is_measured = turn >= WARM_UP && turn % 2 == LATER % 2;
        let visit = visit(service.clone(), newcomer, due, last);
        visits.spawn(async move { (is_measured, visit.await) });
    }
    let (mut waits, mut never, mut problems) = (Spread::default(), 0, Problems::default());
    for (is_measured, visit) in visits.join_all().await {
        for problem in visit.problems {
            problems.add(problem);
        }
        if is_measured {
            never += usize::from(visit.waited.is_none());
            waits.add(visit.waited.unwrap_or(LAST));
        }
    }
    println!("    {crowd:>6} wait who do not fit: {waits}");
    service.gateway.report(&mut problems);
    problems.add_all(never, "never");
    if !problems.is_empty() {
        println!("           {problems}");
    }
    println!("           {} (prepared in {prepared_in:.0?})", used.so_far().await);
    let p99 = waits.percentile(99);
    Arc::into_inner(service).expect("nobody is there any more").stop().await;
    p99
}

/// Those who come, each with its turn.
async fn in_order(service: &Service) -> Vec<(usize, Newcomer)> {
    let characters = (0..ALL / 2).flat_map(couple).collect();
    let newcomers = prepare(service, characters).await.into_iter().enumerate();
    let mut turns: Vec<(usize, Newcomer)> = newcomers
        .map(|(number, newcomer)| (number / 2 * 2 + number % 2 * LATER, newcomer))
        .filter(|(turn, _)| *turn < ALL)
        .collect();
    turns.sort_by_key(|(turn, _)| *turn);
    turns
}

/// What became of somebody.
#[derive(Default)]
struct Visit {
    /// None if there was no proposal.
    waited: Option<Duration>,
    /// With requests that were not taken.
    problems: Vec<String>,
}

async fn visit(service: Arc<Service>, newcomer: Newcomer, due: Instant, last: Instant) -> Visit {
    let mut page = service.gateway.page(newcomer.id);
    let mut visit = Visit::default();
    visit.problems.extend(service.join(&newcomer).await.err());
    let proposal = page.next(|frame| match frame {
        ServerFrame::MatchProposed(proposal) => Some(proposal.clone()),
        _ => None,
    });
    let Ok((at, proposal)) = timeout_at(last, proposal).await else { return visit };
    visit.waited = Some(at - due);
    service.gateway.note_seen(newcomer.id, proposal.id).await;
    visit.problems.extend(service.accept(&newcomer, &proposal).await.err());
    visit
}
