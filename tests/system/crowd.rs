//! Many rooms at once: members come and go, gateways and chat-writers are killed, messages and words that they are
//! stored are lost on the way, and many are sent again without a need. In the end every message is in the table once, in
//! order, both pages show just that, and nobody was without a message for long.
//!
//! `RAND_CHAT_TEST_ROOMS=500 .ci/with-stores cargo test --release --test system crowd` is ten times as many as without
//! the variable: as much as two cores carry, and not in a debug build. With `RAND_CHAT_TEST_SEED`, everybody does the
//! same again, as far as that can be said of many processes.

use std::fmt::{Debug, Display};
use std::io::{Write, stderr};
use std::ops::Range;
use std::str::FromStr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use rand::rngs::StdRng;
use rand::seq::SliceRandom;
use rand::{RngExt, SeedableRng};
use rand_chat::base::SessionId;
use tokio::time::sleep;

use crate::adapters::Adapter;
use crate::chatters::{Chatters, Settled, get};
use crate::client::{Client, Habits, Progress};
use crate::harness::Person;
use crate::history::Gap;
use crate::processes::{GATEWAYS, System, WRITERS};
use crate::rooms::open_rooms;

/// Rooms, if `RAND_CHAT_TEST_ROOMS` says nothing else.
const ROOMS: usize = 50;
/// What each of the two writes.
const MESSAGES: usize = 100;
/// Between two messages of one member, unless the room is silent.
const PAUSE: Range<Duration> = Duration::from_millis(300)..Duration::from_millis(1700);
/// A room talks for so long, and is silent for so long: longer than a page may be without a message.
const TALK: Range<Duration> = Duration::from_secs(15)..Duration::from_secs(45);
const SILENCE: Range<Duration> = Duration::from_secs(16)..Duration::from_secs(20);
/// How long a page stays.
const STAY: Range<Duration> = Duration::from_secs(5)..Duration::from_mins(1);
/// Of a hundred messages so many are sent again.
const REPEATED: u32 = 10;

/// How long a process is there before one is killed, and how long that one is gone.
const THERE: Range<Duration> = Duration::from_secs(4)..Duration::from_secs(12);
const GONE: Range<Duration> = Duration::from_millis(500)..Duration::from_secs(5);

/// Everything has to be written within this time.
const WHOLE: Duration = Duration::from_mins(15);
const TOKEN: Duration = Duration::from_hours(1);

const SETTINGS: [(&str, &str); 4] = [
    ("ws_gateway__lose_messages_percent", "5"),
    // Some absences are longer than what is replayed.
    ("ws_gateway__resume_messages_max", "10"),
    // So that a message may be sent again that is only in the table.
    ("chat__recent_messages", "50"),
    ("auth__access_token_s", "3600"),
];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_crowd_loses_nothing_and_nobody_waits_long() {
    let seed = told("RAND_CHAT_TEST_SEED").unwrap_or_else(rand::random);
    let rooms = told("RAND_CHAT_TEST_ROOMS").unwrap_or(ROOMS);
    say(format!("seed {seed}: {rooms} rooms, {} messages", rooms * 2 * MESSAGES));
    let mut random = StdRng::seed_from_u64(seed);
    let mut chatters = Chatters::on(System::start_alone(Adapter::Redis, &SETTINGS).await);
    let begun = Instant::now();
    for pair in pairs(&chatters.system, rooms, &mut random).await {
        chatters.let_chat(pair);
    }
    let kills = kill_until_all_is_written(&mut chatters, begun, &mut random).await;
    let (written, progress) = (begun.elapsed(), chatters.progress.clone());
    let Settled { violations, gaps, still } = chatters.settle().await;

    report(&progress, written, &kills, &gaps, still);
    assert_eq!(violations, []);
    let all =
        |count: fn(&Progress) -> usize| progress.iter().map(|page| count(page)).sum::<usize>();
    assert_eq!(all(|page| get(&page.shown)), rooms * MESSAGES * 4, "two show each message");
    // What was to happen did.
    assert!(kills.iter().all(|kills| *kills >= 2), "each was killed several times: {kills:?}");
    assert!(all(|page| get(&page.leaves)) > rooms * 2);
    assert!(all(|page| get(&page.repeats_elsewhere)) > rooms);
    assert!(all(|page| get(&page.reloads)) > 0);
    assert!(gaps.iter().filter(|gap| gap.after_next).count() > rooms);
}

/// What the test command says.
#[expect(clippy::disallowed_methods, reason = "so that a test that failed can be played again")]
fn told<T: FromStr<Err: Debug>>(variable: &str) -> Option<T> {
    std::env::var(variable).ok().map(|told| told.parse().unwrap())
}

/// Two members in each room, who begin on different gateways.
async fn pairs(system: &System, rooms: usize, random: &mut StdRng) -> Vec<[Client; 2]> {
    let rooms = open_rooms(&system.database().await, rooms).await;
    let tokens = system.tokens();
    let mut pairs = Vec::with_capacity(rooms.len());
    for (room, members) in rooms {
        let quiet = silences(random);
        let mut gateways = GATEWAYS;
        pairs.push(members.map(|member| {
            let access = tokens.access(member, SessionId::fresh(), TOKEN).unwrap();
            let id = member.to_string();
            let person = Person::with_token(system.doors(), id.clone(), id, access);
            let habits = Habits {
                messages: MESSAGES,
                pause: PAUSE,
                quiet: quiet.clone(),
                repeated_percent: REPEATED,
                stays: Some(STAY),
                random: StdRng::seed_from_u64(random.random()),
            };
            gateways.reverse();
            let mut client = Client::with(system, person, TOKEN, habits, &gateways);
            client.room = Some(room.to_string());
            client
        }));
    }
    pairs
}

/// When a room is silent.
fn silences(random: &mut StdRng) -> Vec<Range<Instant>> {
    let mut silences = Vec::new();
    let begun = Instant::now();
    let mut at = begun;
    while at < begun + WHOLE {
        let from = at + random.random_range(TALK);
        at = from + random.random_range(SILENCE);
        silences.push(from..at);
    }
    silences
}

/// Kills one process after the other, and starts it again; says how often each.
async fn kill_until_all_is_written(
    chatters: &mut Chatters,
    begun: Instant,
    random: &mut StdRng,
) -> [usize; 4] {
    let [one, other] = GATEWAYS;
    let [third, last] = WRITERS;
    let mut kills = [0; 4];
    loop {
        let mut order = [(0, one), (1, other), (2, third), (3, last)];
        order.shuffle(random);
        for (n, process) in order {
            sleep(random.random_range(THERE)).await;
            if chatters.are(|_, page| get(&page.written) == MESSAGES) {
                return kills;
            }
            assert!(begun.elapsed() < WHOLE, "everything is written in time");
            chatters.system.kill(process);
            kills[n] += 1;
            sleep(random.random_range(GONE)).await;
            chatters.system.start_again(process).await;
        }
    }
}

fn report(
    progress: &[Arc<Progress>],
    written: Duration,
    kills: &[usize; 4],
    gaps: &[Gap],
    still: (usize, Duration),
) {
    let all =
        |count: fn(&Progress) -> usize| progress.iter().map(|page| count(page)).sum::<usize>();
    let count = all(|page| get(&page.written));
    say(format!(
        "{count} messages within {written:.0?}, {:.0} a second; sent again without a need: {}, {} of them over another gateway",
        f64::from(u32::try_from(count).unwrap()) / written.as_secs_f64(),
        all(|page| get(&page.repeats)),
        all(|page| get(&page.repeats_elsewhere)),
    ));
    say(format!(
        "pages left {} times, tried to connect {} times, loaded afresh {} times, asked {} times for what they missed",
        all(|page| get(&page.leaves)),
        all(|page| get(&page.greetings)),
        all(|page| get(&page.reloads)),
        all(|page| get(&page.syncs)),
    ));
    say(format!("killed: gateways {:?}, chat-writers {:?}", &kills[..2], &kills[2..]));
    let closed = || gaps.iter().filter(|gap| gap.closed);
    let after = closed().filter(|gap| gap.after_next).map(|gap| gap.took);
    say(format!("after a later message: {}", spread(after.collect())));
    let without = || closed().filter(|gap| !gap.after_next).map(|gap| gap.took);
    say(format!("without a later one:   {}", spread(without().collect())));
    let found = without().filter(|took| *took > 1_000_000).collect();
    say(format!("  of them over 1 s:    {}", spread(found)));
    say(format!("the machine stood still {} times, for {:.1?} in all", still.0, still.1));
}

fn spread(mut all: Vec<i64>) -> String {
    all.sort_unstable();
    let at = |percent: usize| {
        let took = all.get(all.len() * percent / 100).or(all.last());
        format!(
            "{:.1?}",
            Duration::from_micros(took.map_or(0, |took| took.max(&0).cast_unsigned()))
        )
    };
    format!("{} messages, p50 {}, p99 {}, max {}", all.len(), at(50), at(99), at(100))
}

/// Says it even if the test passes.
fn say(what: impl Display) {
    stderr().write_all(format!("{what}\n").as_bytes()).unwrap();
}
