//! Who waits, arranged so that a seeker finds those who fit without a look at the others.
//!
//! In each place of each spot of the [`ReachIndex`], tickets stand in lines: one for each [`Group`] and [`Ages`]. All
//! tickets of a line are the same to the conditions, so a line suits a seeker as a whole or not at all, and a search
//! costs as much as there are different lines in reach, not as there are tickets.

use std::cmp::Reverse;
use std::collections::{BTreeSet, BinaryHeap, HashMap, HashSet};
use std::ops::RangeInclusive;
use std::sync::Arc;

use crate::base::{MemberId, Place, Timestamp};
use crate::protocol::{Condition, Sex, Wish};

use super::reach_index::{Point, ReachIndex, Spot};
use super::waiting_pool::{Census, Face, Surroundings, Ticket, Wait};

/// Who waits. In memory.
pub(super) struct WaitingIndex {
    reach: ReachIndex,
    tickets: HashMap<MemberId, Arc<Ticket>>,
    by_age: Queue,
    by_wish: HashMap<(Option<u32>, Option<Sex>), usize>,
    spots: HashMap<Spot, HashMap<Point, Lines>>,
}

/// Every line of a place.
type Lines = HashMap<Group, HashMap<Ages, Queue>>;

/// Tickets in the order in which they came to wait.
type Queue = BTreeSet<(Timestamp, MemberId)>;

/// What the conditions look at, on both sides, but for distance and age.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Group {
    sex: Sex,
    languages: Vec<String>,
    /// Without distance and ages.
    wish: Wish,
}

impl Group {
    fn of(face: &Face, wish: &Wish) -> Self {
        let mut languages = face.languages.clone();
        languages.sort_unstable();
        let wish = Wish { sex: wish.sex, language: wish.language.clone(), ..Wish::default() };
        Self { sex: face.sex, languages, wish }
    }

    fn suits(&self, other: &Self) -> bool {
        let takes = |one: &Self, other: &Self| {
            one.wish.takes_sex(other.sex) && one.wish.takes_languages(&other.languages)
        };
        takes(self, other) && takes(other, self)
    }
}

/// An age and the ages that are wished for.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Ages {
    age: u32,
    wished: RangeInclusive<u32>,
}

impl Ages {
    fn of(face: &Face, wish: &Wish) -> Self {
        Self { age: face.age, wished: wish.ages() }
    }

    fn suits(&self, other: &Self) -> bool {
        self.wished.contains(&other.age) && other.wished.contains(&self.age)
    }
}

impl WaitingIndex {
    /// Nobody, who may wish for one of these distances, or anywhere.
    pub(super) fn new(distances: &[u32]) -> Self {
        Self {
            reach: ReachIndex::new(distances),
            tickets: HashMap::new(),
            by_age: Queue::new(),
            by_wish: HashMap::new(),
            spots: HashMap::new(),
        }
    }

    /// Nobody any more.
    pub(super) fn clear(&mut self) {
        self.tickets.clear();
        self.by_age.clear();
        self.by_wish.clear();
        self.spots.clear();
    }

    pub(super) fn len(&self) -> usize {
        self.tickets.len()
    }

    /// Adds a ticket; an earlier one of the member is replaced.
    pub(super) fn insert(&mut self, ticket: Arc<Ticket>) {
        self.remove(ticket.member);
        let key = (ticket.since, ticket.member);
        let (group, ages) = line_of(&ticket);
        for (spot, point) in self.reach.standing(ticket.place, ticket.wish.max_distance_km) {
            let groups = self.spots.entry(spot).or_default().entry(point).or_default();
            let lines = match groups.get_mut(&group) {
                Some(lines) => lines,
                None => groups.entry(group.clone()).or_default(),
            };
            lines.entry(ages.clone()).or_default().insert(key);
        }
        *self.by_wish.entry(by_wish(&ticket)).or_default() += 1;
        self.by_age.insert(key);
        self.tickets.insert(ticket.member, ticket);
    }

    /// Takes a member's ticket out.
    pub(super) fn remove(&mut self, member: MemberId) -> Option<Arc<Ticket>> {
        let ticket = self.tickets.remove(&member)?;
        let key = (ticket.since, member);
        self.by_age.remove(&key);
        if let Some(count) = self.by_wish.get_mut(&by_wish(&ticket)) {
            *count -= 1;
        }
        let (group, ages) = line_of(&ticket);
        for (spot, point) in self.reach.standing(ticket.place, ticket.wish.max_distance_km) {
            let Some(points) = self.spots.get_mut(&spot) else { continue };
            let Some(groups) = points.get_mut(&point) else { continue };
            let Some(lines) = groups.get_mut(&group) else { continue };
            let Some(queue) = lines.get_mut(&ages) else { continue };
            queue.remove(&key);
            if queue.is_empty() {
                lines.remove(&ages);
            }
            if lines.is_empty() {
                groups.remove(&group);
            }
            if groups.is_empty() {
                points.remove(&point);
            }
            if points.is_empty() {
                self.spots.remove(&spot);
            }
        }
        Some(ticket)
    }

    /// Those who fit a seeker by every condition, both ways, longest waiting first: at most `limit`, and nobody in
    /// `except`.
    pub(super) fn near(
        &self,
        seeker: &Ticket,
        except: &HashSet<MemberId>,
        limit: usize,
    ) -> Vec<Arc<Ticket>> {
        let mut queues = Vec::new();
        self.each_line_that_fits(seeker, &seeker.wish, |queue| queues.push(queue.iter().copied()));
        in_order(queues)
            .map(|(_, member)| member)
            .filter(|member| *member != seeker.member && !except.contains(member))
            .filter_map(|member| self.tickets.get(&member).cloned())
            .take(limit)
            .collect()
    }

    /// How many fit a member by every condition, perhaps but for one of its own. The member itself does not count.
    fn count_without(&self, seeker: &Ticket, given_up: Option<Condition>) -> usize {
        let mut wish = seeker.wish.clone();
        match given_up {
            Some(Condition::Distance) => wish.max_distance_km = None,
            Some(Condition::Sex) => wish.sex = None,
            Some(Condition::Age) => (wish.age_min, wish.age_max) = (None, None),
            Some(Condition::Language) => wish.language = None,
            None => {}
        }
        let mut count = 0;
        let own = (seeker.since, seeker.member);
        self.each_line_that_fits(seeker, &wish, |queue| {
            count += queue.len() - usize::from(queue.contains(&own));
        });
        count
    }

    /// How many wait within reach of a member, and would go so far themselves. The member itself does not count.
    fn count_in_reach(&self, seeker: &Ticket) -> usize {
        let mut count = 0;
        let own = (seeker.since, seeker.member);
        self.each_place_in_reach(seeker.place, seeker.wish.max_distance_km, |groups| {
            for queue in groups.values().flat_map(HashMap::values) {
                count += queue.len() - usize::from(queue.contains(&own));
            }
        });
        count
    }

    /// What is around a member who waits, and how long others near by waited.
    pub(super) fn surroundings(&self, seeker: &Ticket, waits: Vec<Wait>) -> Surroundings {
        let Wish { max_distance_km, sex, age_min, age_max, language } = &seeker.wish;
        let conditions = [
            (Condition::Distance, max_distance_km.is_some()),
            (Condition::Sex, sex.is_some()),
            (Condition::Age, age_min.or(*age_max).is_some()),
            (Condition::Language, language.is_some()),
        ];
        let given = conditions.into_iter().filter(|(_, is_given)| *is_given);
        Surroundings {
            in_reach: self.count_in_reach(seeker),
            fitting: self.count_without(seeker, None),
            without: given
                .map(|(given, _)| (given, self.count_without(seeker, Some(given))))
                .collect(),
            waits,
        }
    }

    /// How many wait, for what, and since when the first of them.
    pub(super) fn census(&self) -> Census {
        Census {
            waiting: self.len(),
            oldest: self.by_age.first().map(|(since, _)| *since),
            by_wish: self
                .by_wish
                .iter()
                .map(|((reach, sex), count)| (*reach, *sex, *count))
                .collect(),
        }
    }

    fn each_line_that_fits<'a>(
        &'a self,
        seeker: &Ticket,
        wish: &Wish,
        mut each: impl FnMut(&'a Queue),
    ) {
        let (group, ages) = (Group::of(&seeker.face, wish), Ages::of(&seeker.face, wish));
        self.each_place_in_reach(seeker.place, wish.max_distance_km, |groups| {
            for (_, lines) in groups.iter().filter(|(other, _)| group.suits(other)) {
                lines
                    .iter()
                    .filter(|(other, _)| ages.suits(other))
                    .for_each(|(_, queue)| each(queue));
            }
        });
    }

    fn each_place_in_reach<'a>(
        &'a self,
        from: Place,
        reach: Option<u32>,
        mut each: impl FnMut(&'a Lines),
    ) {
        for (spot, reach) in self.reach.looking(from, reach) {
            let Some(points) = self.spots.get(&spot) else { continue };
            for (point, groups) in points {
                let distance = || from.distance(point.place());
                if reach.is_none_or(|reach| distance() <= f64::from(reach)) {
                    each(groups);
                }
            }
        }
    }
}

fn line_of(ticket: &Ticket) -> (Group, Ages) {
    (Group::of(&ticket.face, &ticket.wish), Ages::of(&ticket.face, &ticket.wish))
}

const fn by_wish(ticket: &Ticket) -> (Option<u32>, Option<Sex>) {
    (ticket.wish.max_distance_km, ticket.wish.sex)
}

/// What several ordered queues hold, in order.
fn in_order<T: Ord + Copy>(mut queues: Vec<impl Iterator<Item = T>>) -> impl Iterator<Item = T> {
    let heads = queues.iter_mut().enumerate();
    let mut heads: BinaryHeap<Reverse<(T, usize)>> =
        heads.filter_map(|(at, queue)| queue.next().map(|first| Reverse((first, at)))).collect();
    std::iter::from_fn(move || {
        let Reverse((first, at)) = heads.pop()?;
        heads.extend(queues[at].next().map(|next| Reverse((next, at))));
        Some(first)
    })
}
