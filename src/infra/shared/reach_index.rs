//! Where tickets stand that wait, and where a seeker looks for them, as far as distance goes: an index of
//! grid cells.
//!
//! A ticket that reaches `r` kilometres stands
//! - among the *equals* of `r`, on the grid of side `r`;
//! - among the *wider* of every smaller reach `g`, on the grid of side `g`.
//!
//! A pair fits only within the smaller of both reaches. So who reaches `r` looks among the equals of
//! every reach up to `r`, each within that reach, and among the wider of `r`, within `r`: at most nine
//! cells each, however large the distances and however many wait elsewhere.

use crate::base::{Cell, Grid, Place};

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
    pub(super) fn standing(&self, place: Place, reach: Option<u32>) -> Vec<(Spot, Point)> {
        let point = Point::of(place);
        let mut spots: Vec<(Spot, Point)> = self
            .distances
            .iter()
            .filter(|side| reach.is_none_or(|reach| **side < reach))
            .map(|side| (Spot::Wider(*side, grid(*side).cell(place)), point))
            .collect();
        spots.push(match reach {
            Some(reach) => (Spot::Equals(reach, grid(reach).cell(place)), point),
            // One place for all: from anywhere to anywhere no distance counts.
            None => (Spot::Anywhere, Point(0, 0)),
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
