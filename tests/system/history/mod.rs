//! Checks what two members experienced in a room against what the service kept of it.
//!
//! Each page notes what it wrote, what it was told and what it shows in the end; the history is read as
//! both members read it. [`check`] knows nothing else of the service, and takes nothing on trust: what a
//! page wrote is the only source of what must be there.

use std::collections::{HashMap, HashSet};

use serde::Deserialize;
use uuid::Uuid;

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
}

/// What one member's page has to tell.
#[derive(Clone, Debug)]
pub struct Record {
    pub member: Uuid,
    /// In the order they happened.
    pub events: Vec<Event>,
    /// What the page shows in the end.
    pub screen: Vec<Line>,
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
    /// A page was told that it has everything, and was not given this place.
    SilentHole { member: Uuid, seq: i64 },
}

/// Every broken promise, given the history as each of the two reads it.
pub fn check(records: &[Record; 2], histories: &[Vec<Line>; 2]) -> Vec<Violation> {
    let mut found = Vec::new();
    if let Some(at) = first_difference(&histories[0], &histories[1]) {
        found.push(Violation::HistoriesDiffer { at });
    }
    for history in histories {
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
    for event in &record.events {
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
            Event::Wrote { .. } | Event::Resumed { .. } | Event::Answered => {}
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
    let mut resumes = record.events.split(|event| matches!(event, Event::Resumed { .. })).skip(1);
    for event in &record.events {
        let Event::Resumed { since, complete, up_to } = event else { continue };
        let connected = resumes.next().unwrap_or_default();
        let Some(answered) = connected.iter().position(|event| *event == Event::Answered) else {
            continue;
        };
        if !complete {
            continue;
        }
        let shown: HashSet<i64> = connected[..answered]
            .iter()
            .filter_map(|event| if let Event::Saw(line) = event { Some(line.seq) } else { None })
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
    record.events.iter().filter_map(|event| match event {
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
