//! How long members waited lately, by where they were. Kept by each process for itself, in memory and bounded.

use std::collections::{HashMap, VecDeque};
use std::time::Duration;

use crate::base::{Cell, Grid, TicketId, Timestamp};
use crate::protocol::Sex;

use super::waiting_pool::{Ticket, Wait};

/// What is older than this says little about now.
const RECENT: Duration = Duration::from_mins(10);
/// Side of the cells whose members have waits in common.
const SIDE_KM: f64 = 100.0;
/// Waits kept for a cell, and cells with waits.
const WAITS: usize = 256;
const CELLS: usize = 1_024;
/// Fewer than this say nothing.
const ENOUGH: usize = 5;

/// The waits that ended lately.
#[derive(Default)]
pub(super) struct RecentWaits {
    cells: HashMap<Cell, VecDeque<Ended>>,
}

struct Ended {
    at: Timestamp,
    ticket: TicketId,
    like: Like,
    wait: Wait,
}

/// What makes waits comparable.
type Like = (Option<u32>, Option<Sex>);

impl RecentWaits {
    /// Notes that a wait ended, with a proposal or without. Of one ticket the first proposal counts.
    pub(super) fn note(&mut self, ticket: &Ticket, at: Timestamp, found: bool) {
        let cell = cell(ticket);
        if self.cells.len() >= CELLS && !self.cells.contains_key(&cell) {
            self.cells.retain(|_, ended| ended.back().is_some_and(|last| is_recent(last, at)));
            if self.cells.len() >= CELLS {
                return;
            }
        }
        let ended = self.cells.entry(cell).or_default();
        while ended.len() >= WAITS || ended.front().is_some_and(|first| !is_recent(first, at)) {
            ended.pop_front();
        }
        let wait = Wait { lasted: at.since(ticket.since), found };
        match ended.iter_mut().find(|ended| ended.ticket == ticket.id) {
            Some(known) if known.wait.found => {}
            Some(known) => known.wait = wait,
            None => ended.push_back(Ended { at, ticket: ticket.id, like: like(ticket), wait }),
        }
    }

    /// How long members near this one waited lately: those with the same distance and sex in mind, or, if they are
    /// few, all; none, if they are few too.
    pub(super) fn of(&self, ticket: &Ticket, now: Timestamp) -> Vec<Wait> {
        let Some(ended) = self.cells.get(&cell(ticket)) else { return Vec::new() };
        let recent = || ended.iter().filter(|ended| is_recent(ended, now));
        let like = like(ticket);
        let alike: Vec<Wait> =
            recent().filter(|ended| ended.like == like).map(|ended| ended.wait).collect();
        if alike.len() >= ENOUGH {
            return alike;
        }
        let all: Vec<Wait> = recent().map(|ended| ended.wait).collect();
        if all.len() >= ENOUGH { all } else { Vec::new() }
    }
}

fn cell(ticket: &Ticket) -> Cell {
    Grid::of_side(SIDE_KM).cell(ticket.place)
}

const fn like(ticket: &Ticket) -> Like {
    (ticket.wish.max_distance_km, ticket.wish.sex)
}

fn is_recent(ended: &Ended, now: Timestamp) -> bool {
    now.since(ended.at) < RECENT
}
