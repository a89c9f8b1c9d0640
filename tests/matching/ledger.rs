//! What may follow from what: a simple model that is held against every snapshot.

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use rand_chat::base::{MemberId, ProposalId, Timestamp};
use rand_chat::infra::shared::{Joined, Proposal, Ticket, TicketState};
use rand_chat::protocol::Answer;

use crate::world::{MEMBERS, Room, Standing, Step, World};

/// As the settings have it.
const LOST_FOR: Duration = Duration::from_secs(30);
const APART: [u64; 3] = [300, 1_800, 86_400];
const APART_REMEMBERED: Duration = Duration::from_hours(7 * 24);

type Pair = [MemberId; 2];

#[derive(Default)]
pub struct Ledger {
    known: Vec<Option<Joined>>,
    open: HashMap<ProposalId, Proposal>,
    apart: HashMap<Pair, Apart>,
    /// Pairs with an open room.
    in_a_room: HashSet<Pair>,
    /// Proposals that led to a room.
    led_to_a_room: HashSet<ProposalId>,
    /// Until when members pause; leaving and joining again does not help.
    pauses: HashMap<MemberId, Timestamp>,
    last_room: i64,
    proposals: usize,
}

/// How often a pair was surely kept apart, until when, and when that was.
#[derive(Clone, Copy)]
struct Apart {
    times: usize,
    until: Timestamp,
    noted: Timestamp,
}

/// What may have happened in a round.
struct Round<'a> {
    world: &'a World,
    steps: &'a [Step],
    now: Timestamp,
    new_rooms: Vec<Room>,
}

impl Round<'_> {
    fn did(&self, member: MemberId, step: impl Fn(Step) -> bool) -> bool {
        self.steps.iter().any(|taken| {
            taken.who().is_some_and(|who| self.world.members[who] == member) && step(*taken)
        })
    }

    fn answered(&self, member: MemberId) -> bool {
        self.did(member, |step| matches!(step, Step::Accept(_) | Step::Decline(_)))
    }

    fn left_a_room(&self, pair: Pair) -> bool {
        pair.iter().any(|member| self.did(*member, |step| matches!(step, Step::LeaveRoom(_))))
    }
}

macro_rules! must {
    ($holds:expr, $($why:tt)+) => {
        if !$holds {
            return Err(format!($($why)+));
        }
    };
}

impl Ledger {
    /// Proposals and rooms so far.
    pub fn totals(&self) -> (usize, usize) {
        (self.proposals, self.led_to_a_room.len())
    }

    /// Holds a snapshot against the one before and what was done in between.
    pub async fn check(
        &mut self,
        world: &World,
        steps: &[Step],
        snapshot: Vec<Standing>,
    ) -> Result<(), String> {
        let now = world.now();
        let open: HashMap<ProposalId, Proposal> = snapshot
            .iter()
            .filter_map(|(_, open)| open.clone())
            .map(|open| (open.id, open))
            .collect();
        let tickets: Vec<Option<Joined>> = snapshot.into_iter().map(|(ticket, _)| ticket).collect();
        self.known.resize(MEMBERS, None);
        let may_have_changed = self.open.keys().any(|id| !open.contains_key(id))
            || self.known.iter().zip(&tickets).any(|(was, is)| was.is_some() && is.is_none())
            || steps.iter().any(|step| matches!(step, Step::LeaveRoom(_)));
        let rooms = if may_have_changed { Some(world.rooms(self.last_room).await) } else { None };
        let new = |room: &&Room| !self.led_to_a_room.contains(&room.proposal);
        let new_rooms = rooms.iter().flat_map(|(rooms, _)| rooms).filter(new).cloned().collect();
        let round = Round { world, steps, now, new_rooms };
        check_each_is_in_one_place(world, &tickets, &open)?;
        self.check_rooms(&round)?;
        if let Some((rooms, last)) = rooms {
            let open = rooms.iter().filter(|room| room.is_open);
            self.in_a_room = open.map(|room| room.members).collect();
            self.last_room = last;
        }
        self.check_tickets(&round, &tickets)?;
        self.note_ended(&round, &open)?;
        self.check_new_proposals(&round, &open)?;
        for joined in tickets.iter().flatten() {
            if let TicketState::Paused(until) = joined.state {
                self.pauses.insert(joined.ticket.member, until);
            }
        }
        self.known = tickets;
        self.open = open;
        Ok(())
    }

    fn check_new_proposals(
        &mut self,
        round: &Round<'_>,
        open: &HashMap<ProposalId, Proposal>,
    ) -> Result<(), String> {
        for proposal in open.values().filter(|open| !self.open.contains_key(&open.id)) {
            self.proposals += 1;
            let [one, other] = &proposal.tickets;
            must!(fit(one, other), "they do not fit: {proposal:?}");
            let apart = self.apart.get(&proposal.members());
            must!(apart.is_none_or(|apart| apart.until <= round.now), "kept apart: {proposal:?}");
            let in_a_room = self.in_a_room.contains(&proposal.members());
            let left = round.left_a_room(proposal.members());
            must!(!in_a_room || left, "they have an open room: {proposal:?}");
            for member in proposal.members() {
                let who = round.world.members.iter().position(|known| *known == member);
                let was = self.known[who.unwrap()].as_ref().map(|joined| joined.state);
                let is_back = round.did(member, |step| {
                    matches!(step, Step::ComeBack(_) | Step::Join(..) | Step::See(_))
                });
                let was_lost = matches!(was, Some(TicketState::Lost(_)));
                must!(!was_lost || is_back, "{member} is lost: {proposal:?}");
                let until = self.pauses.get(&member);
                must!(
                    until.is_none_or(|until| *until <= round.now),
                    "{member} pauses: {proposal:?}"
                );
            }
        }
        Ok(())
    }

    /// One room for each acceptance, and none without.
    fn check_rooms(&mut self, round: &Round<'_>) -> Result<(), String> {
        for room in &round.new_rooms {
            let known = self.open.get(&room.proposal);
            for (side, member) in room.members.into_iter().enumerate() {
                let before = known.and_then(|open| open.answers[side]);
                let accepted = before == Some(Answer::Accept)
                    || round.did(member, |step| matches!(step, Step::Accept(_)));
                must!(accepted, "{member} did not accept, and is in a room: {room:?}");
            }
            let in_a_room = self.in_a_room.contains(&room.members);
            let left = round.left_a_room(room.members);
            must!(!in_a_room || left, "a second open room: {room:?}");
            self.led_to_a_room.insert(room.proposal);
        }
        Ok(())
    }

    /// No ticket comes from nowhere, none is lost, and none loses its seniority.
    fn check_tickets(&self, round: &Round<'_>, tickets: &[Option<Joined>]) -> Result<(), String> {
        for ((member, was), is) in round.world.members.iter().zip(&self.known).zip(tickets) {
            let is_same = match (was, is) {
                (Some(was), Some(is)) => was.ticket.id == is.ticket.id,
                _ => false,
            };
            if let (Some(was), Some(is)) = (was, is)
                && is_same
            {
                let (before, after) = (was.ticket.since, is.ticket.since);
                must!(before == after, "{member} lost its seniority: {before:?} {after:?}");
                continue;
            }
            if let Some(is) = is {
                let joined = round.did(*member, |step| matches!(step, Step::Join(..)));
                must!(joined, "{member} has a ticket and did not join: {is:?}");
                must!(is.ticket.since == round.now, "{member} waits since another time: {is:?}");
            }
            if let Some(was) = was {
                must!(self.may_be_gone(round, *member, was), "{member} lost its ticket: {was:?}");
            }
        }
        Ok(())
    }

    fn may_be_gone(&self, round: &Round<'_>, member: MemberId, was: &Joined) -> bool {
        let left = round.did(member, |step| matches!(step, Step::Leave(_)));
        let lost = matches!(was.state, TicketState::Lost(since) if since + LOST_FOR <= round.now);
        let (mut was_silent, mut is_in_a_room) = (false, false);
        if let TicketState::Proposed(id) = was.state {
            is_in_a_room = self.led_to_a_room.contains(&id);
            was_silent = self.open.get(&id).is_some_and(|open| {
                let silent = open.side(member).is_some_and(|side| open.answers[side].is_none());
                silent && open.deadline <= round.now
            });
        }
        // All within one round: proposed, accepted by both, and in a room.
        let at_once = round.new_rooms.iter().any(|room| room.members.contains(&member));
        left || lost || was_silent || is_in_a_room || at_once
    }

    /// Notes why proposals ended, and whom it keeps apart.
    fn note_ended(
        &mut self,
        round: &Round<'_>,
        open: &HashMap<ProposalId, Proposal>,
    ) -> Result<(), String> {
        let ended: Vec<Proposal> =
            self.open.values().filter(|known| !open.contains_key(&known.id)).cloned().collect();
        for proposal in ended {
            let pair = proposal.members();
            if self.led_to_a_room.contains(&proposal.id) {
                continue;
            }
            let accepted = proposal.is_accepted();
            must!(!accepted, "both accepted, and there is no room: {proposal:?}");
            let declined = proposal.is_declined()
                || pair.iter().any(|m| round.did(*m, |step| matches!(step, Step::Decline(_))));
            let expired = proposal.deadline <= round.now;
            let answered = pair.iter().any(|member| round.answered(*member));
            let unseen = !proposal.is_seen() && proposal.see_until <= round.now;
            must!(declined || expired || unseen, "ended for nothing: {proposal:?}");
            // A round in which it was answered, too, may have ended it for either. Only what is sure is asked for.
            if !unseen && (!expired || !answered) {
                let known = self.apart.get(&pair).copied();
                let known = known.filter(|known| round.now < known.noted + APART_REMEMBERED);
                let times = known.map_or(0, |known| known.times);
                let until = round.now + Duration::from_secs(APART[times.min(2)]);
                self.apart.insert(pair, Apart { times: times + 1, until, noted: round.now });
            }
        }
        Ok(())
    }

    /// After everything overdue was seen to: nobody waits beside somebody who fits, and nothing decided is left.
    pub async fn check_rest(&self, world: &World) {
        for proposal in self.open.values() {
            let decided = proposal.is_accepted() || proposal.is_declined();
            assert!(!decided, "it was decided, and nobody settled it: {proposal:?}");
        }
        let waiting: Vec<&Joined> = self
            .known
            .iter()
            .flatten()
            .filter(|joined| joined.state == TicketState::Waiting)
            .collect();
        for (at, one) in waiting.iter().enumerate() {
            for other in &waiting[at + 1..] {
                let (one, other) = (&one.ticket, &other.ticket);
                let strangers =
                    !one.never.contains(&other.member) && !other.never.contains(&one.member);
                if strangers && fit(one, other) {
                    // A proposal may have come and gone within a round, so only the pool knows.
                    let apart = world.kept_apart(one.member, other.member).await;
                    assert!(apart, "they fit, and wait side by side: {one:?} {other:?}");
                }
            }
        }
    }
}

fn check_each_is_in_one_place(
    world: &World,
    tickets: &[Option<Joined>],
    open: &HashMap<ProposalId, Proposal>,
) -> Result<(), String> {
    let mut offered = HashSet::new();
    for proposal in open.values() {
        let [low, high] = proposal.members();
        must!(low < high, "a proposal with oneself: {proposal:?}");
        for member in [low, high] {
            must!(offered.insert(member), "{member} is in two proposals: {open:?}");
        }
    }
    for (member, ticket) in world.members.iter().zip(tickets) {
        let state = ticket.as_ref().map(|joined| joined.state);
        let in_proposal = matches!(state, Some(TicketState::Proposed(_)));
        must!(in_proposal == offered.contains(member), "{member} is {state:?}, and {open:?}");
        if let Some(TicketState::Proposed(id)) = state {
            let is_its = open.get(&id).is_some_and(|open| open.side(*member).is_some());
            must!(is_its, "{member} is offered in {id}, which is not its proposal");
        }
    }
    Ok(())
}

/// The rules of the product, said once more.
fn fit(one: &Ticket, other: &Ticket) -> bool {
    let takes = |one: &Ticket, other: &Ticket| {
        let wish = &one.wish;
        let distance = one.place.distance(other.place);
        let near = match wish.max_distance_km {
            Some(max) => distance <= f64::from(max),
            None => true,
        };
        let age = other.face.age;
        let old_enough = wish.age_min.unwrap_or(0) <= age && age <= wish.age_max.unwrap_or(200);
        let sex = wish.sex.is_none() || wish.sex == Some(other.face.sex);
        let talks = match &wish.language {
            Some(language) => other.face.languages.iter().any(|spoken| spoken == language),
            None => true,
        };
        near && old_enough && sex && talks
    };
    one.member != other.member && takes(one, other) && takes(other, one)
}
