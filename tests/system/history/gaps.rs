//! How long a page that was connected waited for a message that it did not have.

use std::collections::HashMap;
use std::ops::Range;

use uuid::Uuid;

use super::{Event, Line, Micros, Record, Violation};

/// How long a page may be without a message after it was shown a later one ...
const AFTER_NEXT: Micros = 1_000_000;
/// ... and if it was shown none: after the message had its place.
const WITHOUT_NEXT: Micros = 15_000_000;

/// The time between a place and the moment a page that was connected had the message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Gap {
    pub member: Uuid,
    pub seq: i64,
    /// Whether a later message was shown first. Then the time counts from there.
    pub after_next: bool,
    /// Without the time in which the machine stood still.
    pub took: Micros,
    /// Whether the message came, before the connection ended.
    pub closed: bool,
}

impl Gap {
    pub(super) fn violation(&self) -> Option<Violation> {
        let Self { member, seq, after_next, took, .. } = *self;
        if after_next {
            (took > AFTER_NEXT).then_some(Violation::LateAfterNext { member, seq, took })
        } else {
            (took > WITHOUT_NEXT).then_some(Violation::LateWithoutNext { member, seq, took })
        }
    }
}

/// A page between two losses of its connection.
struct Span {
    time: Range<Micros>,
    /// When each place was shown first.
    shown: HashMap<i64, Micros>,
}

/// What a page waited for in each of its connections. What it did not have when it connected counts from then on: that it
/// gets what it was promised is another rule.
pub fn gaps(record: &Record, rows: &[Line], still: &[Range<Micros>]) -> Vec<Gap> {
    let (mut found, mut had) = (Vec::new(), HashMap::new());
    for Span { time, shown } in spans(record) {
        // The first time that something later was shown; from the last message on backwards.
        let mut next: Option<Micros> = None;
        for seq in rows.iter().rev().map(|line| line.seq) {
            let (came, later) = (shown.get(&seq).copied(), next);
            next = [came, next].into_iter().flatten().min();
            let placed = seq.max(time.start);
            if had.contains_key(&seq) || placed >= time.end {
                continue;
            }
            let until = came.unwrap_or(time.end);
            // One that came after a later one was without any until then.
            let with_next = later.filter(|later| *later < until);
            let mut note = |after_next: bool, waited: Range<Micros>, closed: bool| {
                let took = lasted(&waited, still);
                found.push(Gap { member: record.member, seq, after_next, took, closed });
            };
            if let Some(later) = with_next {
                note(true, later..until, came.is_some());
                note(false, placed..later, false);
            } else {
                note(false, placed..until, came.is_some());
            }
        }
        had.extend(shown);
    }
    found
}

fn spans(record: &Record) -> Vec<Span> {
    let mut spans = Vec::new();
    let mut open: Option<Span> = None;
    for noted in &record.notes {
        let at = noted.at;
        let mut show = |seq: i64| {
            if let Some(span) = &mut open {
                span.shown.entry(seq).or_insert(at);
            }
        };
        match &noted.event {
            Event::Saw(line) => show(line.seq),
            Event::Sent { seq, .. } => show(*seq),
            Event::Connected => open = Some(Span { time: at..at, shown: HashMap::new() }),
            Event::Lost => {
                spans.extend(open.take().map(|span| Span { time: span.time.start..at, ..span }));
            }
            _ => {}
        }
    }
    spans
}

/// How long it was, without the time in which the machine stood still.
fn lasted(time: &Range<Micros>, still: &[Range<Micros>]) -> Micros {
    let stood =
        |still: &Range<Micros>| (still.end.min(time.end) - still.start.max(time.start)).max(0);
    time.end - time.start - still.iter().map(stood).sum::<Micros>()
}
