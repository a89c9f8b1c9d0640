//! Checks what two members experienced in a room against what the service kept of it.
//!
//! Each page notes what it wrote, what it was told and when, and what it shows in the end; the history is
//! read as both members read it, and as it is in the table. [`check`] knows nothing else of the service, and
//! takes nothing on trust: what a page wrote is the only source of what must be there.

mod gaps;

use std::collections::{HashMap, HashSet};
use std::ops::Range;

use serde::Deserialize;
use uuid::Uuid;

pub use gaps::{Gap, gaps};

/// A time in microseconds since 1970, as places are.
pub type Micros = i64;

/// A message as it is shown or kept.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Line {
    pub seq: i64,
    pub prev: i64,
    pub id: Uuid,
    pub from: Uuid,
    pub text: String,
}

/// Something that a page did or was told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// The member wrote a message; it may be sent any number of times from here on.
    Wrote { id: Uuid, text: String },
    /// `sent`: the message has its place.
    Sent { id: Uuid, seq: i64, prev: i64 },
    /// A message came, pushed or in an answer.
    Saw(Line),
    /// `stored`, or another word that these messages are committed.
    Stored(Vec<Uuid>),
    /// The page is back. With `complete`, what is after `since` and up to `up_to` follows.
    Resumed { since: i64, complete: bool, up_to: i64 },
    /// A request was answered, so everything that `Resumed` promised has come.
    Answered,
    /// The page was greeted: from here on it hears what is said.
    Connected,
    /// The socket is gone, or the page does not listen any more.
    Lost,
}

/// An event, and when it was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Noted {
    pub at: Micros,
    pub event: Event,
}

/// What one member's page has to tell.
#[derive(Clone, Debug)]
pub struct Record {
    pub member: Uuid,
    /// In the order they happened.
    pub notes: Vec<Noted>,
    /// What the page shows in the end.
    pub screen: Vec<Line>,
}

impl Record {
    fn events(&self) -> impl Iterator<Item = &Event> {
        self.notes.iter().map(|noted| &noted.event)
    }
}

/// What the service kept of a room.
#[derive(Clone, Debug)]
pub struct Kept {
    /// The history as each of the two reads it.
    pub histories: [Vec<Line>; 2],
    /// The rows of the table.
    pub rows: Vec<Line>,
}

/// A broken promise.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Violation {
    /// Written, and not in the history.
    Missing(Uuid),
    /// Told to be stored, and not in the history.
    StoredButMissing(Uuid),
    /// More than once in the history.
    Doubled(Uuid),
    /// In the history, and written by nobody.
    WrittenByNobody(Uuid),
    /// In the history with another text or another sender.
    Changed(Uuid),
    /// Not after the message before it.
    NotRising { before: i64, seq: i64 },
    /// Does not name the message before it.
    BrokenChain { seq: i64, prev: i64, before: i64 },
    /// The messages of one member are not in the order they were written.
    NotAsWritten(Uuid),
    /// The history has the message at another place than `sent` said.
    Moved(Uuid),
    /// A page was shown something else than the history has.
    ShownOtherwise(Uuid),
    /// What a page shows in the end differs from the history, first at this index.
    ScreenDiffers { member: Uuid, at: usize },
    /// The members read different histories, first at this index.
    HistoriesDiffer { at: usize },
    /// A member reads something else than is in the table, first at this index.
    RowsDiffer { at: usize },
    /// A page was told that it has everything, and was not given this place.
    SilentHole { member: Uuid, seq: i64 },
    /// A page was shown a later message, and this one too long after that.
    LateAfterNext { member: Uuid, seq: i64, took: Micros },
    /// A page was shown no later message, and this one too long after it had its place.
    LateWithoutNext { member: Uuid, seq: i64, took: Micros },
}

impl Violation {
    /// Whether it is about time only.
    pub const fn is_late(&self) -> bool {
        matches!(self, Self::LateAfterNext { .. } | Self::LateWithoutNext { .. })
    }
}

/// Every broken promise. While the machine stood still, nobody is late.
pub fn check(records: &[Record; 2], kept: &Kept, still: &[Range<Micros>]) -> Vec<Violation> {
    let mut found = Vec::new();
    let Kept { histories, rows } = kept;
    if let Some(at) = first_difference(&histories[0], &histories[1]) {
        found.push(Violation::HistoriesDiffer { at });
    }
    check_chain(rows, &mut found);
    for record in records {
        found.extend(gaps(record, rows, still).iter().filter_map(Gap::violation));
    }
    for history in histories {
        if let Some(at) = first_difference(history, rows) {
            found.push(Violation::RowsDiffer { at });
        }
        check_chain(history, &mut found);
        check_authors(records, history, &mut found);
        for record in records {
            check_record(record, history, &mut found);
        }
    }
    found
}

/// Each message once, at a rising place, naming the one before it.
fn check_chain(history: &[Line], found: &mut Vec<Violation>) {
    let (mut before, mut ids) = (0, HashSet::new());
    for line in history {
        if line.seq <= before {
            found.push(Violation::NotRising { before, seq: line.seq });
        }
        if line.prev != before {
            found.push(Violation::BrokenChain { seq: line.seq, prev: line.prev, before });
        }
        if !ids.insert(line.id) {
            found.push(Violation::Doubled(line.id));
        }
        before = line.seq;
    }
}

/// Nothing that nobody wrote, nothing changed.
fn check_authors(records: &[Record; 2], history: &[Line], found: &mut Vec<Violation>) {
    let mut written = HashMap::new();
    for record in records {
        written.extend(texts(record).map(|(id, text)| (id, (record.member, text))));
    }
    for line in history {
        match written.get(&line.id) {
            None => found.push(Violation::WrittenByNobody(line.id)),
            Some(source) if *source != (line.from, &*line.text) => {
                found.push(Violation::Changed(line.id));
            }
            Some(_) => {}
        }
    }
}

/// What one page wrote, was told and shows, against the history.
fn check_record(record: &Record, history: &[Line], found: &mut Vec<Violation>) {
    let kept: HashMap<Uuid, (usize, &Line)> =
        history.iter().enumerate().map(|(at, line)| (line.id, (at, line))).collect();
    let mut last_at = None;
    for (id, _) in texts(record) {
        let at = kept.get(&id).map(|(at, _)| *at);
        if at.is_none() {
            found.push(Violation::Missing(id));
        } else if at < last_at {
            found.push(Violation::NotAsWritten(id));
        }
        last_at = at.max(last_at);
    }
    for event in record.events() {
        match event {
            Event::Sent { id, seq, prev } => {
                let place = kept.get(id).map(|(_, line)| (line.seq, line.prev));
                if place.is_some_and(|place| place != (*seq, *prev)) {
                    found.push(Violation::Moved(*id));
                }
            }
            Event::Saw(line) => {
                if kept.get(&line.id).is_none_or(|(_, kept)| *kept != line) {
                    found.push(Violation::ShownOtherwise(line.id));
                }
            }
            Event::Stored(ids) => {
                let missing = ids.iter().filter(|id| !kept.contains_key(id));
                found.extend(missing.copied().map(Violation::StoredButMissing));
            }
            Event::Wrote { .. }
            | Event::Resumed { .. }
            | Event::Answered
            | Event::Connected
            | Event::Lost => {}
        }
    }
    check_resumes(record, history, found);
    if let Some(at) = first_difference(&record.screen, history) {
        found.push(Violation::ScreenDiffers { member: record.member, at });
    }
}

/// After every resume that was called complete, everything newer came. A page that was cut off before
/// it had an answer to anything may not have got there.
fn check_resumes(record: &Record, history: &[Line], found: &mut Vec<Violation>) {
    let is_resume = |noted: &Noted| matches!(noted.event, Event::Resumed { .. });
    let mut connections = record.notes.split(is_resume).skip(1);
    for event in record.events() {
        let Event::Resumed { since, complete, up_to } = event else { continue };
        let connected = connections.next().unwrap_or_default();
        let answer = connected.iter().position(|noted| noted.event == Event::Answered);
        let Some(answered) = answer else { continue };
        if !complete {
            continue;
        }
        let shown: HashSet<i64> = connected[..answered]
            .iter()
            .filter_map(|noted| match &noted.event {
                Event::Saw(line) => Some(line.seq),
                _ => None,
            })
            .collect();
        for line in history.iter().filter(|line| line.seq > *since && line.seq <= *up_to) {
            if !shown.contains(&line.seq) {
                found.push(Violation::SilentHole { member: record.member, seq: line.seq });
            }
        }
    }
}

/// What a member wrote, in order.
fn texts(record: &Record) -> impl Iterator<Item = (Uuid, &str)> {
    record.events().filter_map(|event| match event {
        Event::Wrote { id, text } => Some((*id, &**text)),
        _ => None,
    })
}

fn first_difference(one: &[Line], other: &[Line]) -> Option<usize> {
    let same = one.iter().zip(other).take_while(|(one, other)| one == other).count();
    (same < one.len().max(other.len())).then_some(same)
}

#[cfg(test)]
mod tests;
