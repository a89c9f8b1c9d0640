//! Where tickets stand that wait, and where a seeker looks for them: an index of grid cells.
//!
//! A ticket that reaches `r` kilometres stands
//! - among the *equals* of `r`, on the grid of side `r`;
//! - among the *wider* of every smaller reach `g`, on the grid of side `g`.
//!
//! A pair fits only within the smaller of both reaches. So who reaches `r` looks among the equals of
//! every reach up to `r`, each within that reach, and among the wider of `r`, within `r`: at most nine
//! cells each, however large the distances and however many wait elsewhere. Within a cell, tickets
//! stand in lines: one for each place, sex, and sex that is wished for. Places are centres of small cells, so
//! there are few lines, and those out of reach or that do not suit are passed over as a whole.

use std::fmt;

use crate::base::{Cell, Grid, Place};
use crate::protocol::Sex;

use super::Ticket;

/// A place that can be a key: the bits of its two numbers. Equal places are equal to the bit, since all
/// are centres of cells.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Point(u64, u64);

impl Point {
    pub(super) const fn of(place: Place) -> Self {
        Self(place.latitude.to_bits(), place.longitude.to_bits())
    }

    pub(super) const fn place(self) -> Place {
        Place { latitude: f64::from_bits(self.0), longitude: f64::from_bits(self.1) }
    }
}

/// A sex and the sex that is wished for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Group {
    sex: Sex,
    wishes: Option<Sex>,
}

impl Group {
    pub(super) const fn of(ticket: &Ticket) -> Self {
        Self { sex: ticket.face.sex, wishes: ticket.wish.sex }
    }

    /// Whether each is of the sex that the other wishes for.
    pub(super) fn suits(self, other: Self) -> bool {
        let takes = |one: Self, other: Self| one.wishes.is_none_or(|sex| sex == other.sex);
        takes(self, other) && takes(other, self)
    }

    /// Every group that suits this one.
    pub(super) fn suitable(self) -> impl Iterator<Item = Self> {
        let sexes = [Sex::Female, Sex::Male, Sex::Undisclosed];
        let wishes = [None, Some(Sex::Female), Some(Sex::Male)];
        let all = sexes.into_iter().flat_map(move |sex| wishes.map(|wishes| Self { sex, wishes }));
        all.filter(move |other| self.suits(*other))
    }
}

/// As two letters.
impl fmt::Display for Group {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let letter = |sex: Sex| match sex {
            Sex::Female => 'f',
            Sex::Male => 'm',
            Sex::Undisclosed => 'u',
        };
        write!(f, "{}{}", letter(self.sex), self.wishes.map_or('a', letter))
    }
}

/// Where a line stands within a cell of the index.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Line {
    pub(super) point: Point,
    pub(super) group: Group,
}

/// A cell of the index.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Spot {
    /// Tickets of exactly this reach.
    Equals(u32, Cell),
    /// Tickets that reach further than this.
    Wider(u32, Cell),
    /// Tickets that reach anywhere.
    Anywhere,
}

/// As short text.
impl fmt::Display for Spot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Equals(reach, cell) => write!(f, "e{reach}:{cell}"),
            Self::Wider(reach, cell) => write!(f, "w{reach}:{cell}"),
            Self::Anywhere => write!(f, "a"),
        }
    }
}

/// Where tickets stand, for the distances of the settings.
#[derive(Clone)]
pub(super) struct ReachIndex {
    distances: Vec<u32>,
}

impl ReachIndex {
    pub(super) fn new(distances: &[u32]) -> Self {
        Self { distances: distances.to_vec() }
    }

    /// Where a ticket stands in the index.
    pub(super) fn standing(&self, ticket: &Ticket) -> Vec<(Spot, Line)> {
        let (reach, group) = (ticket.wish.max_distance_km, Group::of(ticket));
        let line = Line { point: Point::of(ticket.place), group };
        let mut spots: Vec<(Spot, Line)> = self
            .distances
            .iter()
            .filter(|side| reach.is_none_or(|reach| **side < reach))
            .map(|side| (Spot::Wider(*side, grid(*side).cell(ticket.place)), line))
            .collect();
        spots.push(match reach {
            Some(reach) => (Spot::Equals(reach, grid(reach).cell(ticket.place)), line),
            // One place for all: from anywhere to anywhere no distance counts.
            None => (Spot::Anywhere, Line { point: Point(0, 0), group }),
        });
        spots
    }

    /// Where tickets stand that a seeker may reach, each with the reach that counts there.
    pub(super) fn looking(&self, place: Place, reach: Option<u32>) -> Vec<(Spot, Option<u32>)> {
        let mut spots = Vec::new();
        let around = |side: u32| grid(side).cells_within(place, f64::from(side));
        for side in self.distances.iter().filter(|side| reach.is_none_or(|r| **side <= r)) {
            let equals = around(*side).into_iter().map(|cell| Spot::Equals(*side, cell));
            spots.extend(equals.map(|spot| (spot, Some(*side))));
        }
        match reach {
            Some(reach) => {
                let wider = around(reach).into_iter().map(|cell| Spot::Wider(reach, cell));
                spots.extend(wider.map(|spot| (spot, Some(reach))));
            }
            None => spots.push((Spot::Anywhere, None)),
        }
        spots
    }
}

fn grid(side: u32) -> Grid {
    Grid::of_side(f64::from(side))
}
