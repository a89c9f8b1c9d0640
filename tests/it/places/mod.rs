//! Nobody's place is found more closely than half a cell, by whatever one asks.
//!
//! Victims wait at places of their own in several cities. Somebody who knows the city looks for each of them with an
//! account of its own: goes somewhere, asks to be matched within some distance, sees whether a proposal comes and what
//! its card says, declines, and goes on, 10,000 questions in all. The attacker has all the time in the world: how often
//! a place may change, a ticket may be asked for and a proposal may be declined is as good as unlimited here, and a
//! declined pair is kept apart for a second, which the clock of the tests lets pass between two questions.

mod attacker;
mod ground;
mod outlook;
mod question;
mod victim;

use std::collections::HashSet;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures_util::future::join_all;
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use rand_chat::app::Substitutes;
use rand_chat::base::{Clock, Kilometres, ManualClock, MemberId, Place, SharedClock, SystemClock};
use rand_chat::config::Config;
use rand_chat::infra::Shared;
use rand_chat::infra::shared::Key;
use tokio::task::spawn_blocking;

use crate::harness::{ALL, TestApp, are_distributed};

use self::attacker::{Attacker, LATTICE};
use self::ground::{edge, grid, lattice, snapped, walk};
use self::question::{Answer, Belief, Question, Sight, Terms};
use self::victim::Victim;

/// Pairs of victims, and questions about each victim: 10,000 in all.
const PAIRS: u8 = 20;
const QUESTIONS: u32 = 250;
/// The attacker knows the victim to be within this of the middle of the city.
const CITY: Kilometres = 50.0;
/// Half a cell.
const HALF_A_CELL: Kilometres = 2.5;

/// Nothing keeps the attacker from asking, and no page is asked whether it is still there. Nobody but who asks searches,
/// so that the order in which things are told is that of the questions.
const UNLIMITED: [(&str, &str); 8] = [
    ("matching__sweep_ms", "3600000"),
    ("member__places_per_hour", "1000000"),
    ("matching__tickets_per_minute", "1000000"),
    ("matching__outlooks_per_minute", "1000000"),
    ("matching__declines_without_pause", "1000000"),
    ("ws_gateway__frames_per_minute", "1000000"),
    ("ws_gateway__heartbeat_ms", "3600000"),
    ("matching__exclusions_s", "1,1"),
];

/// Cities on both sides of every line, and how far the victims there would go themselves.
const CITIES: [(f64, f64, Option<u32>); 8] = [
    (37.5665, 126.978, None),
    (35.1796, 129.0756, Some(100)),
    (33.4996, 126.5312, Some(50)),
    // Where days change, at the equator, in the south, in the far north, on the prime meridian.
    (-16.8, 179.95, None),
    (-0.18, -78.47, Some(25)),
    (-54.8, -68.3, None),
    (78.22, 15.65, Some(100)),
    (51.48, 0.0, None),
];

/// Two victims in one cell, about whom the same is asked.
struct Twins {
    attacker: Arc<Mutex<Attacker>>,
    victims: [Victim; 2],
}

impl Twins {
    /// One is anywhere in its city; the other where it would be told apart most easily.
    async fn wait(app: &TestApp, number: u8) -> Self {
        let (city, terms) = city(number);
        let one = somewhere(number);
        let cell = grid().cell(one);
        let corner = || {
            let lattice = lattice(cell, LATTICE).into_iter();
            lattice.max_by(|a, b| a.distance(snapped(one)).total_cmp(&b.distance(snapped(one))))
        };
        let other = match number % 3 {
            0 => snapped(one),
            1 => corner().unwrap(),
            _ => edge(cell, f64::from(number)),
        };
        let victims = [(2 * number, one), (2 * number + 1, other)];
        let [one, other] =
            victims.map(|(name, place)| Victim::waits(app, name, place, terms.victim_reach));
        Self {
            attacker: Arc::new(Mutex::new(Attacker::new(city, CITY, terms, number.into()))),
            victims: [one.await, other.await],
        }
    }

    async fn ask(&mut self) {
        let question = self.think(Attacker::next_question).await;
        let [one, other] = &mut self.victims;
        let [(answer, told), (_, told_of_other)] =
            tokio::join!(one.ask(question), other.ask(question)).into();
        let places = (one.place, other.place);
        assert_eq!(told, told_of_other, "{question:?} tells the two at {places:?} apart");
        self.think(move |attacker| attacker.learn(question, answer)).await;
    }

    /// Lets the attacker think where that keeps no request waiting.
    async fn think<T: Send + 'static>(
        &self,
        thought: impl FnOnce(&mut Attacker) -> T + Send + 'static,
    ) -> T {
        let attacker = self.attacker.clone();
        spawn_blocking(move || thought(&mut attacker.lock().unwrap())).await.unwrap()
    }
}

/// The middle of the city of this number, and the terms on which its victim is sought.
fn city(number: u8) -> (Place, Terms) {
    let (latitude, longitude, victim_reach) = CITIES[usize::from(number) % CITIES.len()];
    (Place { latitude, longitude }, Terms { victim_reach, sight: Sight::Card })
}

/// A place in the city of this number.
fn somewhere(number: u8) -> Place {
    nearby(city(number).0, CITY - 5.0, &mut StdRng::seed_from_u64(number.into()))
}

/// A place that may be as far away, anywhere on that ground.
fn nearby(place: Place, radius: Kilometres, random: &mut StdRng) -> Place {
    let far = radius * random.random_range(0.0..1.0_f64).sqrt();
    walk(place, random.random_range(0.0..std::f64::consts::TAU), far)
}

#[tokio::test]
async fn ten_thousand_questions_find_nobody_more_closely_than_half_a_cell() {
    if are_distributed() {
        return;
    }
    let clock = Arc::new(ManualClock::at(SystemClock.now()));
    let shared_clock: SharedClock = clock.clone();
    let config = Config::load(None, []).unwrap();
    let shared = Shared::in_process(&config, &shared_clock);
    let substitutes =
        Substitutes { clock: Some(shared_clock), shared: Some(shared.clone()), mailer: None };
    let app = TestApp::start_on(&[&ALL], &UNLIMITED, substitutes).await;
    let mut all = Vec::new();
    for number in 0..PAIRS {
        all.push(Twins::wait(&app, number).await);
    }

    for _ in 0..QUESTIONS {
        join_all(all.iter_mut().map(Twins::ask)).await;
        clock.advance(Duration::from_secs(2));
    }

    for twins in &all {
        nothing_finer_than_the_cell_is_known(twins);
        nothing_finer_than_the_cell_is_kept(&shared, &twins.victims).await;
    }
    let errors = |estimate: fn(&Attacker) -> Place| {
        let named = |twins: &Twins| estimate(&twins.attacker.lock().unwrap());
        errors(all.iter().map(|twins| (named(twins), twins.victims[0].place)))
    };
    report("the middle of what remains", &errors(Attacker::by_cells));
    report("as if nothing were snapped", &errors(Attacker::by_points));
    assert!(median(&errors(Attacker::by_cells)) >= 1.5);
    assert!(median(&errors(Attacker::by_points)) >= 1.5);
    let victims = all.iter().flat_map(|twins| &twins.victims);
    no_file_holds_a_place(&app.data_dir(), victims);
}

/// The attack was strong, and yet the whole cell remains.
fn nothing_finer_than_the_cell_is_known(Twins { attacker, victims: [victim, _] }: &Twins) {
    let attacker = attacker.lock().unwrap();
    let cell = grid().cell(victim.place);
    assert_eq!(attacker.cells(), (vec![cell], 0), "the attacker finds the cell");
    let remains = lattice(cell, LATTICE);
    assert!(remains.iter().all(|point| attacker.is_possible(*point)), "all of it");
    // Of these two, one is as far away as half their distance, whatever place is named.
    let one = furthest(attacker.by_cells(), &remains);
    let other = furthest(one, &remains);
    assert!(one.distance(other) / 2.0 >= HALF_A_CELL, "{remains:?}");
}

fn furthest(from: Place, places: &[Place]) -> Place {
    let by_distance = |a: &&Place, b: &&Place| from.distance(**a).total_cmp(&from.distance(**b));
    *places.iter().max_by(by_distance).unwrap()
}

/// The pool and the memory of places have the centre of the cell, the same for both to the last bit.
async fn nothing_finer_than_the_cell_is_kept(shared: &Shared, victims: &[Victim; 2]) {
    let mut kept = Vec::new();
    for victim in victims {
        let member: MemberId = victim.person.id.parse().unwrap();
        let joined = shared.pool.ticket(member).await.unwrap().expect("the victim waits");
        let value = shared.values.get(Key::Place(member)).await.unwrap().expect("a place is kept");
        // A number that was written and read again is another in the last bit.
        assert!(joined.ticket.place.distance(snapped(victim.place)) < 0.000_001);
        kept.push((joined.ticket.place, value));
    }
    assert_eq!(kept[0], kept[1]);
}

/// No file has a number of a place, as text or as the database writes numbers, though it has the names.
fn no_file_holds_a_place<'a>(folder: &Path, victims: impl Iterator<Item = &'a Victim>) {
    let files = files_below(folder);
    let parts: HashSet<[u8; 8]> =
        files.iter().flat_map(|file| file.array_windows()).copied().collect();
    let has = |text: &str| parts.contains(&text.as_bytes()[..8]);
    for victim in victims {
        assert!(has(&format!("{}_01", victim.person.name)), "the files are those of the program");
        for degrees in [victim.place.latitude, victim.place.longitude] {
            // Eight characters are eleven metres at most.
            assert!(!has(&format!("{degrees:.9}")), "{degrees} is in a file");
            assert!(!parts.contains(&degrees.to_be_bytes()), "{degrees} is in a file");
            assert!(!parts.contains(&degrees.to_le_bytes()), "{degrees} is in a file");
        }
    }
}

fn files_below(folder: &Path) -> Vec<Vec<u8>> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let of = |path: std::path::PathBuf| {
        if path.is_dir() { files_below(&path) } else { vec![std::fs::read(path).unwrap()] }
    };
    entries.flat_map(of).collect()
}

/// How far from the true places the named ones are, the nearest first.
fn errors(named: impl Iterator<Item = (Place, Place)>) -> Vec<Kilometres> {
    let mut errors: Vec<Kilometres> = named.map(|(place, truth)| place.distance(truth)).collect();
    errors.sort_by(f64::total_cmp);
    errors
}

fn median(sorted: &[Kilometres]) -> Kilometres {
    sorted[sorted.len() / 2]
}

#[expect(clippy::print_stderr, reason = "the figures of the product's promise")]
fn report(how: &str, errors: &[Kilometres]) {
    let (best, worst) = (errors[0], errors[errors.len() - 1]);
    let median = median(errors);
    eprintln!("{how}: median error {median:.2} km, best {best:.2} km, worst {worst:.2} km");
}

/// What the attacker finds of victims when the service is like this, with as many questions.
fn found_if(
    like: &str,
    mut serve: impl FnMut(Question, Place, Terms) -> Answer,
) -> Vec<Kilometres> {
    let found = errors((0..PAIRS / 2).map(|number| {
        let ((city, terms), victim) = (city(number), somewhere(number));
        let mut attacker = Attacker::new(city, CITY, terms, number.into());
        for _ in 0..QUESTIONS {
            let question = attacker.next_question();
            attacker.learn(question, serve(question, victim, terms));
        }
        (attacker.by_points(), victim)
    }));
    report(like, &found);
    found
}

#[test]
fn the_same_attack_finds_whoever_is_not_snapped() {
    let found = found_if("a service that does not snap", |question, victim, terms| {
        Belief::Bare.answer(question, victim, terms)
    });
    assert!(found.iter().all(|error| *error < 0.2), "{found:?}");

    let found = found_if("one that snaps, but not for the card", |question, victim, terms| {
        Belief::Snapped.answer(question, victim, terms)?;
        let question = Question { reach: None, ..question };
        Belief::Bare.answer(question, victim, Terms { victim_reach: None, ..terms })
    });
    assert!(median(&found) < 0.5, "{found:?}");

    let mut random = StdRng::seed_from_u64(1);
    let found = found_if("one that adds noise of half a cell", |question, victim, terms| {
        Belief::Bare.answer(question, nearby(victim, HALF_A_CELL, &mut random), terms)
    });
    assert!(median(&found) < 1.0, "{found:?}");
}
