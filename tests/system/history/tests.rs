//! The checker, checked: it accepts what is right and catches every damage done to it.

use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use uuid::Uuid;

use super::{Event, Kept, Line, Micros, Noted, Record, Violation, check};

/// Histories of every test, each damaged once.
const ROUNDS: usize = 1000;

const MS: Micros = 1000;
/// Between two messages: longer than it takes until all is in order again.
const PAUSE: std::ops::Range<Micros> = 1100 * MS..13_000 * MS;
/// Longer than this a page must not be without a message, once it was shown a later one and if it was shown none.
const LIMITS: [Micros; 2] = [1000 * MS, 15_000 * MS];

/// Two members' records of a room, and what was kept of it.
struct Case {
    records: [Record; 2],
    kept: Kept,
    /// The page that was last to be without a message, since when, and which.
    late: Late,
}

struct Late {
    page: usize,
    since: Micros,
    line: Line,
    after_next: bool,
}

/// Two pages while they chat.
#[derive(Default)]
struct Pages {
    notes: [Vec<Noted>; 2],
    /// Messages that did not come.
    missing: [Vec<Line>; 2],
}

impl Pages {
    fn note(&mut self, page: usize, at: Micros, event: Event) {
        self.notes[page].push(Noted { at, event });
    }

    fn show(&mut self, rng: &mut StdRng, page: usize, at: Micros, line: &Line) {
        for _ in 0..rng.random_range(1..3) {
            self.note(page, at, Event::Saw(line.clone()));
        }
    }

    /// What did not come comes before the next message.
    fn repair_before(&mut self, rng: &mut StdRng, page: usize, next: Micros) {
        for line in std::mem::take(&mut self.missing[page]) {
            let at = rng.random_range(line.seq + 1..next - 100 * MS);
            self.show(rng, page, at, &line);
        }
    }

    /// What did not come comes after a later message.
    fn repair_after(&mut self, rng: &mut StdRng, page: usize, next: Micros) {
        for line in std::mem::take(&mut self.missing[page]) {
            let at = next + rng.random_range(1..800 * MS);
            self.show(rng, page, at, &line);
        }
    }

    /// The connection was lost, and the page misses nothing but this message.
    fn come_back(&mut self, rng: &mut StdRng, page: usize, line: &Line) {
        let at = line.seq + 10 * MS;
        self.repair_before(rng, page, line.seq);
        self.note(page, line.seq - 50 * MS, Event::Lost);
        self.note(page, at, Event::Connected);
        let resumed = Event::Resumed { since: line.prev, complete: true, up_to: line.seq };
        self.note(page, at, resumed);
        self.show(rng, page, at + MS, line);
        self.note(page, at + 2 * MS, Event::Answered);
    }
}

impl Case {
    /// A room where everything went right, with resends, repeated frames, resumes, and messages that came late.
    fn right(rng: &mut StdRng) -> Self {
        let members = [(); 2].map(|()| Uuid::from_u128(rng.random()));
        let mut pages = Pages::default();
        for page in 0..2 {
            pages.note(page, 0, Event::Connected);
        }
        let (mut lines, mut unstored) = (Vec::<Line>::new(), Vec::new());
        let (length, after_next) = (rng.random_range(2..40), rng.random());
        let last_missing = if after_next { length - 2 } else { length - 1 };
        let mut late = None;
        let mut seq = 0;
        for n in 0..length {
            let author = rng.random_range(0..2);
            let partner = 1 - author;
            let prev = seq;
            seq += rng.random_range(PAUSE);
            let (id, text) = (Uuid::from_u128(rng.random()), format!("message {n}"));
            let line = Line { seq, prev, id, from: members[author], text: text.clone() };
            pages.note(author, seq - MS, Event::Wrote { id, text });
            let sent = seq + rng.random_range(1..100 * MS);
            for _ in 0..rng.random_range(1..3) {
                pages.note(author, sent, Event::Sent { id, seq, prev });
            }
            let shown = seq + rng.random_range(1..100 * MS);
            if n == last_missing {
                late = Some(Late { page: partner, since: seq, line: line.clone(), after_next });
            }
            if n >= last_missing || rng.random_bool(0.6) {
                for (page, at) in [(author, sent), (partner, shown)] {
                    if n > last_missing {
                        late = late.map(|late| {
                            if late.page == page { Late { since: at, ..late } } else { late }
                        });
                        pages.repair_after(rng, page, at);
                    } else if rng.random() {
                        pages.repair_before(rng, page, seq);
                    } else {
                        pages.repair_after(rng, page, at);
                    }
                }
                if n == last_missing || rng.random_bool(0.3) && n < last_missing {
                    pages.missing[partner].push(line.clone());
                } else {
                    pages.show(rng, partner, shown, &line);
                }
            } else {
                pages.repair_before(rng, author, seq);
                pages.come_back(rng, partner, &line);
            }
            lines.push(line);
            unstored.push(id);
            if rng.random_bool(0.5) {
                let stored = Event::Stored(std::mem::take(&mut unstored));
                for page in 0..2 {
                    pages.note(page, seq + 100 * MS, stored.clone());
                }
            }
        }
        let end = seq + rng.random_range(PAUSE);
        for page in 0..2 {
            pages.repair_before(rng, page, end);
            pages.note(page, end, Event::Lost);
        }
        let [one, other] = pages.notes.map(in_order);
        let record = |member, notes| Record { member, notes, screen: lines.clone() };
        let records = [record(members[0], one), record(members[1], other)];
        let kept = Kept { histories: [lines.clone(), lines.clone()], rows: lines };
        Self { records, kept, late: late.unwrap() }
    }

    fn violations(&self) -> Vec<Violation> {
        check(&self.records, &self.kept, &[])
    }

    fn len(&self) -> usize {
        self.kept.rows.len()
    }

    /// Does the same damage to what the database has, to what one member reads of it, to what one page
    /// shows, or to all that is looked at in the end.
    fn damage(&mut self, rng: &mut StdRng, damage: impl Fn(&mut Vec<Line>)) {
        let [first, second] = &mut self.records;
        let Kept { histories: [one, other], rows } = &mut self.kept;
        let damaged = match rng.random_range(0..6) {
            0 => vec![one, other, rows],
            1 => vec![one],
            2 => vec![other],
            3 => vec![rows],
            4 => vec![&mut first.screen],
            _ => vec![one, other, rows, &mut first.screen, &mut second.screen],
        };
        damaged.into_iter().for_each(damage);
    }

    /// Changes something in what a page was told. False if the event is not one of those.
    fn tell_wrongly(&mut self, rng: &mut StdRng) -> bool {
        let notes = &mut self.records[rng.random_range(0..2)].notes;
        let at = rng.random_range(0..notes.len());
        match &mut notes[at].event {
            Event::Wrote { text, .. } => text.push('!'),
            Event::Sent { seq, prev, .. } => *(if rng.random() { seq } else { prev }) += 1,
            Event::Saw(line) => change(line, rng.random_range(0..4)),
            Event::Stored(ids) => ids.push(Uuid::from_u128(rng.random())),
            Event::Resumed { .. } | Event::Answered | Event::Connected | Event::Lost => {
                return false;
            }
        }
        true
    }

    /// Has the message that came late come too late, or never.
    fn delay(&mut self, rng: &mut StdRng) -> Violation {
        let Late { page, since, ref line, after_next } = self.late;
        let limit = LIMITS[usize::from(!after_next)];
        let came = since + limit + rng.random_range(1..1000 * MS);
        // The page was there all the time.
        let end = came + rng.random_range(1..PAUSE.end);
        let record = &mut self.records[page];
        let (member, notes, seq) = (record.member, &mut record.notes, line.seq);
        notes.last_mut().unwrap().at = end;
        let is_it = |noted: &Noted| matches!(&noted.event, Event::Saw(saw) if saw == line);
        let never = rng.random();
        if never {
            notes.retain(|noted| !is_it(noted));
        } else {
            notes.iter_mut().filter(|noted| is_it(noted)).for_each(|noted| noted.at = came);
        }
        *notes = in_order(std::mem::take(notes));
        let took = if never { end } else { came } - since;
        if after_next {
            Violation::LateAfterNext { member, seq, took }
        } else {
            Violation::LateWithoutNext { member, seq, took }
        }
    }

    /// A page comes back once more, is told that it gets everything after a place, and gets all but one.
    fn leave_a_hole(&mut self, rng: &mut StdRng) -> Violation {
        let rows = &self.kept.rows;
        let from = rng.random_range(0..rows.len());
        let to = rng.random_range(from..rows.len());
        let hole = rng.random_range(from..=to);
        let (since, up_to) = (rows[from].prev, rows[to].seq);
        let record = &mut self.records[rng.random_range(0..2)];
        let at = record.notes.last().unwrap().at + MS;
        let mut note = |event| record.notes.push(Noted { at, event });
        note(Event::Connected);
        note(Event::Resumed { since, complete: true, up_to });
        for (_, line) in
            rows.iter().enumerate().filter(|(n, _)| (from..=to).contains(n) && *n != hole)
        {
            note(Event::Saw(line.clone()));
        }
        note(Event::Answered);
        note(Event::Lost);
        Violation::SilentHole { member: record.member, seq: rows[hole].seq }
    }
}

/// What was noted at the same time stays as it is.
fn in_order(mut notes: Vec<Noted>) -> Vec<Noted> {
    notes.sort_by_key(|noted| noted.at);
    notes
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
    all_are_caught_as(|case, rng| {
        damage(case, rng);
        None
    });
}

/// The same, and perhaps a certain violation must be among those that are noticed.
fn all_are_caught_as(damage: impl Fn(&mut Case, &mut StdRng) -> Option<Violation>) {
    let is_caught = |seed: &usize| {
        let mut rng = StdRng::seed_from_u64(*seed as u64);
        let mut case = Case::right(&mut rng);
        assert_eq!(case.violations(), [], "seed {seed}: nothing is wrong yet");

        let expected = damage(&mut case, &mut rng);

        let found = case.violations();
        expected.map_or(!found.is_empty(), |expected| found.contains(&expected))
    };
    let missed: Vec<usize> = (0..ROUNDS).filter(|seed| !is_caught(seed)).collect();
    let caught = ROUNDS - missed.len();
    assert_eq!(caught, ROUNDS, "caught {caught} of {ROUNDS}, not those of the seeds {missed:?}");
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
    all_are_caught_as(|case, rng| Some(case.leave_a_hole(rng)));
}

#[test]
fn a_page_that_was_cut_off_before_any_answer_may_have_a_hole() {
    let mut rng = StdRng::seed_from_u64(0);
    let mut case = Case::right(&mut rng);

    case.leave_a_hole(&mut rng);
    for record in &mut case.records {
        let added = record.notes.iter().rposition(|noted| noted.event == Event::Connected).unwrap();
        let mut n = 0;
        record.notes.retain(|noted| {
            n += 1;
            n <= added || noted.event != Event::Answered
        });
    }

    assert_eq!(case.violations(), []);
}

#[test]
fn a_message_that_comes_too_late_is_caught() {
    all_are_caught_as(|case, rng| Some(case.delay(rng)));
}

#[test]
fn nobody_is_late_while_the_machine_stands_still() {
    let mut rng = StdRng::seed_from_u64(0);
    let mut case = Case::right(&mut rng);
    let late = case.delay(&mut rng);
    assert_eq!(case.violations(), [late]);

    // All but what it may take.
    let since = case.late.since;
    let limit = LIMITS[usize::from(!case.late.after_next)];
    let still = since + limit / 2..Micros::MAX / 2;

    assert_eq!(check(&case.records, &case.kept, &[still]), []);
}
