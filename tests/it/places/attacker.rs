//! Somebody who wants to find a stranger, knows the program by heart and has all the time in the world.

use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use rand_chat::base::{Cell, Kilometres, Place};

use super::ground::{Point, edge, grid, lattice, middle, walk};
use super::question::{Answer, Belief, Question, TURNS, Terms};

/// The lattice on which a victim is looked for.
pub const LATTICE: Kilometres = 0.1;
/// A suspect is let go when it explains so many answers fewer than the best, and one more for so many that were given:
/// some may be wrong.
const SLACK: u32 = 2;
const ONE_WRONG_IN: u32 = 8;
/// Questions that are thought of before one is asked, and on how many suspects they are tried.
const THOUGHTS: usize = 24;
const TRIED_ON: usize = 128;

/// A place where the victim may be.
#[derive(Clone, Copy)]
struct Suspect {
    place: Place,
    /// The place as it is compared.
    compared: Point,
    /// Answers that would have been others if the victim were there.
    misses: u32,
}

impl Suspect {
    fn new(belief: Belief, place: Place) -> Self {
        Self { place, compared: Point::of(belief.compared(place)), misses: 0 }
    }
}

/// The places where a victim may be if a belief is right, with the best of them.
struct Hunt {
    belief: Belief,
    terms: Terms,
    suspects: Vec<Suspect>,
    asked: u32,
}

impl Hunt {
    fn new(belief: Belief, terms: Terms, places: Vec<Place>) -> Self {
        let suspects = places.into_iter().map(|place| Suspect::new(belief, place)).collect();
        Self { belief, terms, suspects, asked: 0 }
    }

    fn learn(&mut self, question: Question, answer: Answer) {
        let from = self.compared(question);
        for suspect in &mut self.suspects {
            let expected = self.terms.answer(from.distance(suspect.compared), question.reach);
            suspect.misses += u32::from(expected != answer);
        }
        self.asked += 1;
        let most = self.fewest_misses() + SLACK + self.asked / ONE_WRONG_IN;
        self.suspects.retain(|suspect| suspect.misses <= most);
    }

    fn fewest_misses(&self) -> u32 {
        self.suspects.iter().map(|suspect| suspect.misses).min().unwrap_or_default()
    }

    /// Those who explain the most answers.
    fn best(&self) -> Vec<Place> {
        let fewest = self.fewest_misses();
        let best = self.suspects.iter().filter(|suspect| suspect.misses == fewest);
        best.map(|suspect| suspect.place).collect()
    }

    /// The question, of some that come to mind, whose answer splits the best in the smallest parts; none if
    /// no answer would tell anything.
    fn question(&self, random: &mut StdRng) -> Option<Question> {
        let best = self.best();
        let tried: Vec<Suspect> = (0..best.len().min(TRIED_ON))
            .map(|at| if best.len() <= TRIED_ON { at } else { random.random_range(0..best.len()) })
            .map(|at| Suspect::new(self.belief, best[at]))
            .collect();
        let thoughts = (0..THOUGHTS).map(|_| {
            let (one, other) =
                (random.random_range(0..tried.len()), random.random_range(0..tried.len()));
            let question = between(tried[one].place, tried[other].place, random);
            (self.largest_part(question, &tried), question)
        });
        let (part, question) = thoughts.min_by_key(|(part, _)| *part)?;
        (part < tried.len()).then_some(question)
    }

    /// How many suspects the most frequent answer would leave.
    fn largest_part(&self, question: Question, suspects: &[Suspect]) -> usize {
        let from = self.compared(question);
        let mut parts = [0; 6];
        for suspect in suspects {
            let answer = self.terms.answer(from.distance(suspect.compared), question.reach);
            parts[answer.map_or(0, |band| band as usize + 1)] += 1;
        }
        parts.into_iter().max().unwrap_or_default()
    }

    fn compared(&self, question: Question) -> Point {
        Point::of(self.belief.compared(question.from))
    }
}

/// A question whose answer may turn between two places, asked from any direction. Every third is asked from a few
/// centimetres beside an edge of the grid.
fn between(one: Place, other: Place, random: &mut StdRng) -> Question {
    let mut bearing = || random.random_range(0.0..std::f64::consts::TAU);
    let (way, side) = (bearing(), bearing());
    let turn = TURNS[random.random_range(0..TURNS.len())];
    let mut from = walk(middle(&[one, other]), way, turn);
    if random.random_ratio(1, 3) {
        from = edge(grid().cell(from), side);
    }
    let reaches = [None, Some(5), Some(10), Some(25), Some(50), Some(100)];
    Question { from, reach: reaches[random.random_range(0..reaches.len())] }
}

/// What somebody knows of a victim, and what it asks next.
///
/// First it believes what is documented, and finds the cell. When no question tells more about that, it hopes that the
/// documentation is wrong somewhere, and looks for the victim in the cell and around it as if nothing were snapped. All
/// answers count for both beliefs, and one wrong answer does not rule out a place, so that a place which is hidden by
/// noise is found as well.
pub struct Attacker {
    terms: Terms,
    asked: Vec<(Question, Answer)>,
    cells: Hunt,
    points: Option<Hunt>,
    random: StdRng,
}

impl Attacker {
    /// Of somebody who is within `radius` of a place.
    pub fn new(around: Place, radius: Kilometres, terms: Terms, seed: u64) -> Self {
        let cells = grid().cells_within(around, radius);
        let centres = cells.into_iter().map(|cell| grid().centre(cell)).collect();
        Self {
            terms,
            asked: Vec::new(),
            cells: Hunt::new(Belief::Snapped, terms, centres),
            points: None,
            random: StdRng::seed_from_u64(seed),
        }
    }

    pub fn next_question(&mut self) -> Question {
        if self.points.is_none() {
            if let Some(question) = self.cells.question(&mut self.random) {
                return question;
            }
            self.points = Some(self.hunt_for_points());
        }
        let points = self.points.as_ref().and_then(|points| points.question(&mut self.random));
        points.unwrap_or_else(|| {
            let guess = middle(&self.cells.best());
            between(guess, walk(guess, 0.0, 5.0), &mut self.random)
        })
    }

    pub fn learn(&mut self, question: Question, answer: Answer) {
        self.asked.push((question, answer));
        self.cells.learn(question, answer);
        if let Some(points) = &mut self.points {
            points.learn(question, answer);
        }
    }

    fn hunt_for_points(&self) -> Hunt {
        let suspects = self.cells.suspects.iter();
        let mut cells: Vec<Cell> =
            suspects.flat_map(|suspect| grid().cells_within(suspect.place, 5.0)).collect();
        cells.sort_unstable();
        cells.dedup();
        let places = cells.into_iter().flat_map(|cell| lattice(cell, LATTICE)).collect();
        let mut hunt = Hunt::new(Belief::Bare, self.terms, places);
        for (question, answer) in &self.asked {
            hunt.learn(*question, *answer);
        }
        hunt
    }

    /// The cells that explain the most answers, and how many answers they do not explain.
    pub fn cells(&self) -> (Vec<Cell>, u32) {
        let best = self.cells.best();
        (best.into_iter().map(|place| grid().cell(place)).collect(), self.cells.fewest_misses())
    }

    /// Whether every answer can be what it is with the victim there, if places are snapped.
    pub fn is_possible(&self, place: Place) -> bool {
        let expected = |question| Belief::Snapped.answer(question, place, self.terms);
        self.asked.iter().all(|(question, answer)| expected(*question) == *answer)
    }

    /// Where the victim is, if places are snapped: the middle of what remains.
    pub fn by_cells(&self) -> Place {
        middle(&self.cells.best())
    }

    /// Where the victim is, if they are not.
    pub fn by_points(&self) -> Place {
        self.points.as_ref().map_or_else(|| self.by_cells(), |points| middle(&points.best()))
    }
}
