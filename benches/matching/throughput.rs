//! How many matches one matcher makes in a second, from asking to the room, when everybody fits who comes.

use std::sync::Arc;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::time::Duration;

use rand_chat::protocol::ServerFrame;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep, timeout};

use crate::crowd::gather;
use crate::figures::{Spread, per_second};
use crate::newcomers::{Newcomer, easy_going, prepare};
use crate::problems::Problems;
use crate::processor::Used;
use crate::service::{Service, Store, Way};

const CROWDS: [usize; 2] = [0, 10_000];
/// Members on their way at the same time.
const AT_ONCE: usize = 128;
/// Members who may come: more than a matcher is expected to match.
const ALL: usize = 60_000;
const WARM_UP: Duration = Duration::from_secs(2);
const LENGTH: Duration = Duration::from_secs(10);
/// How long anybody may be on the way.
const PATIENCE: Duration = Duration::from_secs(20);

/// Measures in each crowd; in those of the benchmark if none is given.
pub async fn measure(store: Store, ways: &[Way], crowds: &[usize]) {
    let crowds = if crowds.is_empty() { &CROWDS } else { crowds };
    println!("  asks → is in a room, {} pairs on their way at any time", AT_ONCE / 2);
    for crowd in crowds {
        println!("    {crowd} wait who do not fit");
        for way in ways {
            measure_in(store, *way, *crowd).await;
        }
    }
}

async fn measure_in(store: Store, way: Way, crowd: usize) {
    let begun = Instant::now();
    let service = Arc::new(Service::start(store, way).await);
    let newcomers = prepare(&service, (0..ALL).map(easy_going).collect()).await;
    gather(&service, crowd).await;
    let prepared_in = begun.elapsed();

    let flow = Arc::new(Flow { coming: Mutex::new(newcomers), ..Flow::default() });
    let mut ways = JoinSet::new();
    for _ in 0..AT_ONCE {
        ways.spawn(go_on(service.clone(), flow.clone()));
    }
    sleep(WARM_UP).await;
    flow.done.lock().unwrap().clear();
    let (used, begun) = (Used::begin(store).await, Instant::now());
    while begun.elapsed() < LENGTH && !flow.coming.lock().unwrap().is_empty() {
        sleep(Duration::from_millis(10)).await;
    }
    let took = begun.elapsed();
    let done = std::mem::take(&mut *flow.done.lock().unwrap());
    flow.is_over.store(true, Relaxed);
    let used = used.so_far().await;

    let mut problems = Problems::default();
    for problem in ways.join_all().await.into_iter().flatten() {
        problems.add(problem);
    }
    service.gateway.report(&mut problems);
    let matches = per_second(done.len(), took) / 2.0;
    let mut times = Spread::default();
    for time in done {
        times.add(time);
    }
    println!("      {}: {matches:.0} matches/s", way.name());
    println!("           {times}");
    if !problems.is_empty() {
        println!("           {problems}");
    }
    println!("           {used} (prepared in {prepared_in:.0?})");
    Arc::into_inner(service).expect("nobody is there any more").stop().await;
}

/// What those on their way share.
#[derive(Default)]
struct Flow {
    coming: Mutex<Vec<Newcomer>>,
    /// How long each took who is in a room.
    done: Mutex<Vec<Duration>>,
    is_over: AtomicBool,
}

/// Has one after the other be matched. What went wrong.
async fn go_on(service: Arc<Service>, flow: Arc<Flow>) -> Vec<String> {
    let mut problems = Vec::new();
    while !flow.is_over.load(Relaxed) {
        let Some(newcomer) = flow.coming.lock().unwrap().pop() else { break };
        let begun = Instant::now();
        match timeout(PATIENCE, meet(&service, &newcomer, &flow)).await {
            Ok(Ok(true)) => flow.done.lock().unwrap().push(begun.elapsed()),
            Ok(Ok(false)) => {}
            Ok(Err(problem)) => problems.push(problem),
            Err(_) => problems.push("never".to_owned()),
        }
    }
    problems
}

/// Whether it came into a room before it was over.
async fn meet(service: &Service, newcomer: &Newcomer, flow: &Flow) -> Result<bool, String> {
    let mut page = service.gateway.page(newcomer.id);
    service.join(newcomer).await?;
    let proposal = page.next(|frame| match frame {
        ServerFrame::MatchProposed(proposal) => Some(proposal.clone()),
        _ => None,
    });
    let (_, proposal) = tokio::select! {
        proposal = proposal => proposal,
        () = over(flow) => return Ok(false),
    };
    service.gateway.note_seen(newcomer.id, proposal.id).await;
    service.accept(newcomer, &proposal).await?;
    let opened = page.next(|frame| matches!(frame, ServerFrame::RoomOpened { .. }).then_some(()));
    tokio::select! {
        _ = opened => Ok(true),
        () = over(flow) => Ok(false),
    }
}

async fn over(flow: &Flow) {
    while !flow.is_over.load(Relaxed) {
        sleep(Duration::from_millis(100)).await;
    }
}
