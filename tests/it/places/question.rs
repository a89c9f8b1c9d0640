//! What an attacker may ask the service, and how the answer follows from places, as it believes.

use rand_chat::base::{Kilometres, Place};
use rand_chat::protocol::DistanceBand;

use super::ground::snapped;

/// "Is somebody within `reach` of this place?" Without a reach, anywhere.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Question {
    pub from: Place,
    pub reach: Option<u32>,
}

/// The band on the card of the proposal that came; none if none came.
pub type Answer = Option<DistanceBand>;

/// Every distance at which an answer may turn into another.
pub const TURNS: [Kilometres; 5] = [5.0, 10.0, 25.0, 50.0, 100.0];

/// On what an answer depends besides the places.
#[derive(Clone, Copy, Debug)]
pub struct Terms {
    /// How far the victim would go itself.
    pub victim_reach: Option<u32>,
    pub sight: Sight,
}

/// What is seen of a victim in reach.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sight {
    /// The card of a proposal.
    Card,
    /// One more in a count. Stands as [`DistanceBand::Far`], whatever the distance.
    Count,
}

/// What happens to a place before it is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Belief {
    /// It is replaced by the centre of its cell, as the program's documentation says.
    Snapped,
    /// Nothing.
    Bare,
}

impl Belief {
    /// What a place is compared as.
    pub fn compared(self, place: Place) -> Place {
        match self {
            Self::Snapped => snapped(place),
            Self::Bare => place,
        }
    }

    /// The answer, if the victim is there.
    pub fn answer(self, question: Question, victim: Place, terms: Terms) -> Answer {
        let distance = self.compared(question.from).distance(self.compared(victim));
        terms.answer(distance, question.reach)
    }
}

impl Terms {
    /// The answer at a distance, by the rules of the product.
    pub fn answer(self, distance: Kilometres, reach: Option<u32>) -> Answer {
        let reaches = [reach, self.victim_reach];
        if reaches.iter().flatten().any(|reach| distance > f64::from(*reach)) {
            return None;
        }
        Some(match distance {
            _ if self.sight == Sight::Count => DistanceBand::Far,
            d if d < 10.0 => DistanceBand::Lt10,
            d if d < 25.0 => DistanceBand::Lt25,
            d if d < 50.0 => DistanceBand::Lt50,
            d if d < 100.0 => DistanceBand::Lt100,
            _ => DistanceBand::Far,
        })
    }
}
