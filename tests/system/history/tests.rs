//! The checker, checked: it accepts what is right and catches every damage done to it.

use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use uuid::Uuid;

use super::{Event, Line, Record, Violation, check};

const ROUNDS: u64 = 1000;

/// Two members' records of a room, and the history as both read it.
struct Case {
    records: [Record; 2],
    histories: [Vec<Line>; 2],
}

impl Case {
    /// A room where everything went right, with resends, repeated frames and resumes.
    fn right(rng: &mut StdRng) -> Self {
        let members = [(); 2].map(|()| Uuid::from_u128(rng.random()));
        let mut events = [Vec::new(), Vec::new()];
        let (mut lines, mut seq, mut unstored) = (Vec::new(), 0, Vec::new());
        for n in 0..rng.random_range(2..40) {
            let author = rng.random_range(0..2);
            let prev = seq;
            seq += rng.random_range(1..1000);
            let (id, text) = (Uuid::from_u128(rng.random()), format!("message {n}"));
            let line = Line { seq, prev, id, from: members[author], text: text.clone() };
            events[author].push(Event::Wrote { id, text });
            for _ in 0..rng.random_range(1..3) {
                events[author].push(Event::Sent { id, seq, prev });
            }
            let partner = &mut events[1 - author];
            if rng.random_bool(0.2) {
                partner.push(Event::Resumed { since: prev, complete: true, up_to: seq });
            }
            for _ in 0..rng.random_range(1..3) {
                partner.push(Event::Saw(line.clone()));
            }
            partner.push(Event::Answered);
            lines.push(line);
            unstored.push(id);
            if rng.random_bool(0.5) {
                let stored = Event::Stored(std::mem::take(&mut unstored));
                for events in &mut events {
                    events.push(stored.clone());
                }
            }
        }
        let [one, other] = events;
        let record = |member, events| Record { member, events, screen: lines.clone() };
        let records = [record(members[0], one), record(members[1], other)];
        Self { records, histories: [lines.clone(), lines] }
    }

    fn violations(&self) -> Vec<Violation> {
        check(&self.records, &self.histories)
    }

    fn len(&self) -> usize {
        self.histories[0].len()
    }

    /// Does the same damage to what the database has, to what one member reads of it, to what one page
    /// shows, or to all that is looked at in the end.
    fn damage(&mut self, rng: &mut StdRng, damage: impl Fn(&mut Vec<Line>)) {
        let [first, second] = &mut self.records;
        let [one, other] = &mut self.histories;
        let damaged = match rng.random_range(0..5) {
            0 => vec![one, other],
            1 => vec![one],
            2 => vec![other],
            3 => vec![&mut first.screen],
            _ => vec![one, other, &mut first.screen, &mut second.screen],
        };
        damaged.into_iter().for_each(damage);
    }

    /// Changes something in what a page was told. False if the event is not one of those.
    fn tell_wrongly(&mut self, rng: &mut StdRng) -> bool {
        let events = &mut self.records[rng.random_range(0..2)].events;
        if events.is_empty() {
            return false;
        }
        let at = rng.random_range(0..events.len());
        match &mut events[at] {
            Event::Wrote { text, .. } => text.push('!'),
            Event::Sent { seq, prev, .. } => *(if rng.random() { seq } else { prev }) += 1,
            Event::Saw(line) => change(line, rng.random_range(0..4)),
            Event::Stored(ids) => ids.push(Uuid::from_u128(rng.random())),
            Event::Resumed { .. } | Event::Answered => return false,
        }
        true
    }
}

fn change(line: &mut Line, what: u8) {
    match what {
        0 => line.text.push('!'),
        1 => line.from = Uuid::from_u128(line.from.as_u128() ^ 1),
        2 => line.seq += 1,
        _ => line.prev += 1,
    }
}

/// Makes every line name the one before it again, so that the places alone give nothing away.
fn mend_chain(lines: &mut [Line]) {
    let mut before = 0;
    for line in lines {
        line.prev = before;
        before = line.seq;
    }
}

/// Many right cases, each damaged once; every one must be noticed.
fn all_are_caught(damage: impl Fn(&mut Case, &mut StdRng)) {
    for seed in 0..ROUNDS {
        let mut rng = StdRng::seed_from_u64(seed);
        let mut case = Case::right(&mut rng);
        assert_eq!(case.violations(), [], "seed {seed}: nothing is wrong yet");

        damage(&mut case, &mut rng);

        assert_ne!(case.violations(), [], "seed {seed}");
    }
}

#[test]
fn a_dropped_message_is_caught() {
    all_are_caught(|case, rng| {
        let (at, mend) = (rng.random_range(0..case.len()), rng.random());
        case.damage(rng, |lines| {
            lines.remove(at);
            if mend {
                mend_chain(lines);
            }
        });
    });
}

#[test]
fn a_doubled_message_is_caught() {
    all_are_caught(|case, rng| {
        let (from, to) = (rng.random_range(0..case.len()), rng.random_range(0..=case.len()));
        let (how, fresh) = (rng.random_range(0..3), Uuid::from_u128(rng.random()));
        case.damage(rng, |lines| {
            let mut again = lines[from].clone();
            if how == 0 {
                lines.insert(to, again);
                return;
            }
            // At a place of its own, or even under an id of its own.
            again.seq = lines[lines.len() - 1].seq + 1;
            again.id = if how == 1 { again.id } else { fresh };
            lines.push(again);
            mend_chain(lines);
        });
    });
}

#[test]
fn swapped_messages_are_caught() {
    all_are_caught(|case, rng| {
        let one = rng.random_range(1..case.len());
        let (other, whole) = (rng.random_range(0..one), rng.random_bool(0.5));
        case.damage(rng, |lines| {
            lines.swap(one, other);
            if !whole {
                // The places stay, the messages change theirs.
                let seq = lines[one].seq;
                lines[one].seq = lines[other].seq;
                lines[other].seq = seq;
                mend_chain(lines);
            }
        });
    });
}

#[test]
fn a_changed_message_is_caught() {
    all_are_caught(|case, rng| {
        let (at, what) = (rng.random_range(0..case.len()), rng.random_range(0..4));
        case.damage(rng, |lines| change(&mut lines[at], what));
    });
}

#[test]
fn a_wrong_word_to_a_page_is_caught() {
    all_are_caught(|case, rng| while !case.tell_wrongly(rng) {});
}

#[test]
fn a_hole_after_a_resume_that_was_called_complete_is_caught() {
    let mut rng = StdRng::seed_from_u64(0);
    let mut case = Case::right(&mut rng);
    let (since, up_to) = (0, case.histories[0][0].seq);
    let resumed = Event::Resumed { since, complete: true, up_to };
    let member = case.records[0].member;

    case.records[0].events.push(resumed);
    assert_eq!(case.violations(), [], "the page may have been cut off");
    case.records[0].events.push(Event::Answered);

    let hole = Violation::SilentHole { member, seq: up_to };
    assert_eq!(
        case.violations(),
        [hole.clone(), hole],
        "for the history as each of the two reads it"
    );
}
