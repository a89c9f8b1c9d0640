//! The waiting pool, in this process.
//!
//! The index is that of [`ReachIndex`].

use std::cmp::Reverse;
use std::collections::{BTreeSet, BinaryHeap, HashMap, HashSet};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;

use crate::base::{MemberId, ProposalId, Timestamp};
use crate::config::MatchingConfig;
use crate::infra::shared::{
    Answer, Answered, Claim, Joined, Left, Overdue, Proposal, SharedResult, Ticket, TicketState,
    WaitingPool,
};

use super::{Expiring, lock};
use crate::infra::shared::reach_index::{Group, Line, ReachIndex, Spot};

/// After how long a member who was kept apart from another is a stranger again, whose next refusal
/// counts as the first.
const APART_REMEMBERED: Duration = Duration::from_hours(7 * 24);
/// How long whoever is handed something overdue has to see to it before it is handed out again.
const SEEN_TO_WITHIN: Duration = Duration::from_secs(2);
/// After how long a ticket that waits is searched for again, when few wait.
const SEARCH_AGAIN: Duration = Duration::from_secs(5);
/// With more tickets than this, the time between two searches grows with their number.
const FEW: usize = 512;

/// The waiting pool, in this process.
pub struct MemoryWaitingPool {
    index: ReachIndex,
    lost_for: Duration,
    long_wait: Duration,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    tickets: HashMap<MemberId, Entry>,
    waiting: HashMap<Spot, HashMap<Line, Queue>>,
    waiting_count: usize,
    proposals: HashMap<ProposalId, Kept>,
    apart: Expiring<[MemberId; 2], Apart>,
    /// Whom each member may be kept apart from; `apart` says whether it still is.
    apart_of: Expiring<MemberId, HashSet<MemberId>>,
    /// When each ticket is to be looked at again.
    due: BTreeSet<(Timestamp, MemberId)>,
}

struct Entry {
    ticket: Arc<Ticket>,
    state: TicketState,
    told_long_wait: bool,
    due: Timestamp,
}

struct Kept {
    proposal: Proposal,
    /// Not handed out as overdue before this.
    quiet_until: Timestamp,
}

#[derive(Clone, Copy)]
struct Apart {
    times: u32,
    until: Timestamp,
}

/// Tickets in the order in which they came to wait.
type Queue = BTreeSet<(Timestamp, MemberId)>;

impl MemoryWaitingPool {
    /// An empty pool for tickets that reach one of the distances of the settings, or anywhere.
    #[must_use]
    pub fn new(config: &MatchingConfig) -> Self {
        Self {
            index: ReachIndex::new(&config.distances_km),
            lost_for: config.lost(),
            long_wait: config.long_wait(),
            state: Mutex::default(),
        }
    }

    /// When a ticket that was looked at now is to be looked at next.
    fn search_again(&self, state: &State, ticket: &Ticket, now: Timestamp) -> Timestamp {
        let crowd = u32::try_from(state.waiting_count / FEW).unwrap_or(u32::MAX);
        let again = now + SEARCH_AGAIN * crowd.max(1);
        let long = ticket.since + self.long_wait;
        if long > now { again.min(long) } else { again }
    }

    /// Moves a ticket to another state and keeps the index in step.
    fn turn(&self, state: &mut State, member: MemberId, to: TicketState) {
        let Some(entry) = state.tickets.get_mut(&member) else { return };
        let from = std::mem::replace(&mut entry.state, to);
        let ticket = entry.ticket.clone();
        self.reindex(state, &ticket, from, Some(to));
        let due = match to {
            TicketState::Waiting => Some(ticket.since + SEARCH_AGAIN),
            TicketState::Lost(since) => Some(since + self.lost_for),
            TicketState::Claimed(_, until) => Some(until),
            TicketState::Proposed(_) => None,
        };
        state.look_again(member, due);
    }

    fn remove(&self, state: &mut State, member: MemberId) -> Option<Arc<Ticket>> {
        state.look_again(member, None);
        let entry = state.tickets.remove(&member)?;
        self.reindex(state, &entry.ticket, entry.state, None);
        Some(entry.ticket)
    }

    fn reindex(
        &self,
        state: &mut State,
        ticket: &Ticket,
        from: TicketState,
        to: Option<TicketState>,
    ) {
        let was = from == TicketState::Waiting;
        let is = to == Some(TicketState::Waiting);
        let key = (ticket.since, ticket.member);
        if was && !is {
            state.waiting_count -= 1;
            for (spot, line) in self.index.standing(ticket) {
                let Some(cell) = state.waiting.get_mut(&spot) else { continue };
                let Some(queue) = cell.get_mut(&line) else { continue };
                queue.remove(&key);
                if queue.is_empty() {
                    cell.remove(&line);
                }
                if cell.is_empty() {
                    state.waiting.remove(&spot);
                }
            }
        }
        if is && !was {
            state.waiting_count += 1;
            for (spot, line) in self.index.standing(ticket) {
                state.waiting.entry(spot).or_default().entry(line).or_default().insert(key);
            }
        }
    }
}

impl Kept {
    fn is_decided(&self) -> bool {
        self.proposal.is_accepted() || self.proposal.answers.contains(&Some(Answer::Decline))
    }
}

impl State {
    fn joined(&self, member: MemberId) -> Option<Joined> {
        let entry = self.tickets.get(&member)?;
        Some(Joined { ticket: entry.ticket.clone(), state: entry.state })
    }

    /// Sets when a ticket is to be looked at again.
    fn look_again(&mut self, member: MemberId, due: Option<Timestamp>) {
        let Some(entry) = self.tickets.get_mut(&member) else { return };
        self.due.remove(&(entry.due, member));
        if let Some(due) = due {
            entry.due = due;
            self.due.insert((due, member));
        }
    }

    /// Proposals that still need somebody to show or to settle them.
    fn overdue_proposals(&mut self, now: Timestamp, limit: usize) -> Vec<Overdue> {
        let mut found = Vec::new();
        for kept in self.proposals.values_mut() {
            if found.len() < limit && kept.quiet_until <= now {
                kept.quiet_until = now + SEEN_TO_WITHIN;
                let is_over = kept.is_decided() || kept.proposal.deadline <= now;
                let what = if is_over { Overdue::Proposal } else { Overdue::Unshown };
                found.push(what(Box::new(kept.proposal.clone())));
            }
        }
        found
    }
}

#[async_trait]
impl WaitingPool for MemoryWaitingPool {
    async fn join(&self, ticket: Ticket) -> SharedResult<Joined> {
        let state = &mut *lock(&self.state);
        let member = ticket.member;
        let Some(known) = state.joined(member) else {
            let ticket = Arc::new(ticket);
            let entry = Entry {
                ticket: ticket.clone(),
                // It was nowhere, so it comes to wait from a state that is not waiting.
                state: TicketState::Lost(ticket.since),
                told_long_wait: false,
                due: ticket.since,
            };
            state.tickets.insert(member, entry);
            self.turn(state, member, TicketState::Waiting);
            return Ok(Joined { ticket, state: TicketState::Waiting });
        };
        if !matches!(known.state, TicketState::Waiting | TicketState::Lost(_)) {
            return Ok(known);
        }
        let Joined { ticket: old, state: was } = known;
        self.reindex(state, &old, was, None);
        let ticket = Arc::new(Ticket { id: old.id, since: old.since, ..ticket });
        if let Some(entry) = state.tickets.get_mut(&member) {
            entry.ticket = ticket.clone();
            entry.told_long_wait = false;
        }
        self.reindex(state, &ticket, TicketState::Lost(ticket.since), Some(was));
        Ok(Joined { ticket, state: was })
    }

    async fn leave(&self, member: MemberId) -> SharedResult<Left> {
        let state = &mut *lock(&self.state);
        Ok(match state.joined(member).map(|joined| joined.state) {
            None => Left::NotThere,
            Some(TicketState::Proposed(proposal)) => Left::Proposed(proposal),
            Some(TicketState::Claimed(..)) => Left::Claimed,
            Some(TicketState::Waiting | TicketState::Lost(_)) => {
                self.remove(state, member);
                Left::Gone
            }
        })
    }

    async fn ticket(&self, member: MemberId) -> SharedResult<Option<Joined>> {
        Ok(lock(&self.state).joined(member))
    }

    async fn lose(&self, member: MemberId, now: Timestamp) -> SharedResult<()> {
        let state = &mut *lock(&self.state);
        if state.joined(member).is_some_and(|joined| joined.state == TicketState::Waiting) {
            self.turn(state, member, TicketState::Lost(now));
        }
        Ok(())
    }

    async fn regain(&self, member: MemberId) -> SharedResult<Option<Arc<Ticket>>> {
        let state = &mut *lock(&self.state);
        let Some(joined) = state.joined(member) else { return Ok(None) };
        if !matches!(joined.state, TicketState::Lost(_)) {
            return Ok(None);
        }
        self.turn(state, member, TicketState::Waiting);
        Ok(Some(joined.ticket))
    }

    async fn near(
        &self,
        seeker: &Ticket,
        after: Option<(Timestamp, MemberId)>,
        limit: usize,
    ) -> SharedResult<Vec<Arc<Ticket>>> {
        use std::ops::Bound::{Excluded, Unbounded};

        let spots = self.index.looking(seeker.place, seeker.wish.max_distance_km);
        let group = Group::of(seeker);
        let state = lock(&self.state);
        let from = after.map_or(Unbounded, Excluded);
        let mut queues = Vec::new();
        for (spot, reach) in spots {
            let Some(cell) = state.waiting.get(&spot) else { continue };
            for (line, queue) in cell.iter().filter(|(line, _)| line.group.suits(group)) {
                let distance = || seeker.place.distance(line.point.place());
                if reach.is_none_or(|reach| distance() <= f64::from(reach)) {
                    queues.push(queue.range((from, Unbounded)).copied());
                }
            }
        }
        let oldest = merge(queues, limit);
        let tickets = oldest.iter().filter_map(|(_, member)| state.tickets.get(member));
        Ok(tickets.map(|entry| entry.ticket.clone()).collect())
    }

    async fn claim(&self, ticket: &Ticket, claim: Claim, until: Timestamp) -> SharedResult<bool> {
        let state = &mut *lock(&self.state);
        let member = ticket.member;
        let is_same = |known: &Ticket| (known.id, known.revision) == (ticket.id, ticket.revision);
        let free = state
            .joined(member)
            .is_some_and(|known| is_same(&known.ticket) && known.state == TicketState::Waiting);
        if free {
            self.turn(state, member, TicketState::Claimed(claim, until));
        }
        Ok(free)
    }

    async fn release(&self, member: MemberId, claim: Claim) -> SharedResult<()> {
        let state = &mut *lock(&self.state);
        let held = state
            .joined(member)
            .is_some_and(|known| matches!(known.state, TicketState::Claimed(by, _) if by == claim));
        if held {
            self.turn(state, member, TicketState::Waiting);
        }
        Ok(())
    }

    async fn propose(&self, proposal: Proposal) -> SharedResult<bool> {
        let state = &mut *lock(&self.state);
        let mut quiet_until = proposal.deadline;
        for ticket in &proposal.tickets {
            match state.joined(ticket.member).map(|known| known.state) {
                Some(TicketState::Claimed(by, until)) if by == proposal.id => quiet_until = until,
                _ => return Ok(false),
            }
        }
        for ticket in &proposal.tickets {
            self.turn(state, ticket.member, TicketState::Proposed(proposal.id));
        }
        state.proposals.insert(proposal.id, Kept { proposal, quiet_until });
        Ok(true)
    }

    async fn shown(&self, proposal: ProposalId) -> SharedResult<()> {
        if let Some(kept) = lock(&self.state).proposals.get_mut(&proposal)
            && !kept.is_decided()
        {
            kept.quiet_until = kept.proposal.deadline;
        }
        Ok(())
    }

    async fn proposal_of(&self, member: MemberId) -> SharedResult<Option<Proposal>> {
        let state = lock(&self.state);
        let Some(Joined { state: TicketState::Proposed(id), .. }) = state.joined(member) else {
            return Ok(None);
        };
        Ok(state.proposals.get(&id).map(|kept| kept.proposal.clone()))
    }

    async fn answer(
        &self,
        proposal: ProposalId,
        member: MemberId,
        answer: Answer,
        now: Timestamp,
    ) -> SharedResult<Answered> {
        let state = &mut *lock(&self.state);
        let Some(kept) = state.proposals.get_mut(&proposal) else { return Ok(Answered::NotFound) };
        let Some(side) = kept.proposal.side(member) else { return Ok(Answered::NotFound) };
        if kept.proposal.answers[side] == Some(answer) {
            return Ok(Answered::Repeat(kept.proposal.clone()));
        }
        let declined = kept.proposal.answers.contains(&Some(Answer::Decline));
        if declined || kept.proposal.answers[side].is_some() || now >= kept.proposal.deadline {
            return Ok(Answered::Over);
        }
        kept.proposal.answers[side] = Some(answer);
        if kept.is_decided() {
            kept.quiet_until = now + SEEN_TO_WITHIN;
        }
        let proposal = kept.proposal.clone();
        Ok(match answer {
            Answer::Decline => Answered::Declined(proposal),
            Answer::Accept if proposal.is_accepted() => Answered::Accepted(proposal),
            Answer::Accept => Answered::Noted(proposal),
        })
    }

    async fn settle(&self, proposal: ProposalId, back: &[MemberId]) -> SharedResult<bool> {
        let state = &mut *lock(&self.state);
        let Some(kept) = state.proposals.remove(&proposal) else { return Ok(false) };
        for ticket in &kept.proposal.tickets {
            if back.contains(&ticket.member) {
                self.turn(state, ticket.member, TicketState::Waiting);
            } else {
                self.remove(state, ticket.member);
            }
        }
        Ok(true)
    }

    async fn keep_apart(
        &self,
        pair: [MemberId; 2],
        now: Timestamp,
        spans: &[Duration],
    ) -> SharedResult<()> {
        let state = &mut *lock(&self.state);
        let key = in_order(pair);
        let times = state.apart.get(&key, now).map_or(0, |apart| apart.times);
        let last = spans.len().saturating_sub(1);
        let index = usize::try_from(times).unwrap_or(last).min(last);
        let until = now + spans.get(index).copied().unwrap_or_default();
        state.apart.insert(key, Apart { times: times + 1, until }, now, APART_REMEMBERED);
        for [one, other] in [pair, [pair[1], pair[0]]] {
            let mut others = state.apart_of.remove(&one, now).unwrap_or_default();
            let apart = &state.apart;
            others.retain(|known| {
                apart.get(&in_order([one, *known]), now).is_some_and(|apart| apart.until > now)
            });
            others.insert(other);
            state.apart_of.insert(one, others, now, APART_REMEMBERED);
        }
        Ok(())
    }

    async fn kept_apart(
        &self,
        member: MemberId,
        now: Timestamp,
    ) -> SharedResult<HashSet<MemberId>> {
        let state = lock(&self.state);
        let Some(others) = state.apart_of.get(&member, now) else { return Ok(HashSet::new()) };
        let still_apart = |other: &&MemberId| {
            let apart = state.apart.get(&in_order([member, **other]), now);
            apart.is_some_and(|apart| apart.until > now)
        };
        Ok(others.iter().filter(still_apart).copied().collect())
    }

    async fn overdue(&self, now: Timestamp, limit: usize) -> SharedResult<Vec<Overdue>> {
        let state = &mut *lock(&self.state);
        let mut found = state.overdue_proposals(now, limit);
        while found.len() < limit
            && let Some((due, member)) = state.due.first().copied()
            && due <= now
        {
            state.look_again(member, None);
            let Some(entry) = state.tickets.get_mut(&member) else { continue };
            let ticket = entry.ticket.clone();
            match entry.state {
                TicketState::Claimed(..) => {
                    self.turn(state, member, TicketState::Waiting);
                    found.push(Overdue::Claim(ticket));
                }
                TicketState::Lost(_) => {
                    self.remove(state, member);
                    found.push(Overdue::Lost(ticket));
                }
                TicketState::Waiting => {
                    let tell = !entry.told_long_wait && now.since(ticket.since) >= self.long_wait;
                    entry.told_long_wait |= tell;
                    let again = self.search_again(state, &ticket, now);
                    state.look_again(member, Some(again));
                    let what = if tell { Overdue::LongWait } else { Overdue::Search };
                    found.push(what(ticket));
                }
                TicketState::Proposed(_) => {}
            }
        }
        Ok(found)
    }

    async fn waiting(&self) -> SharedResult<usize> {
        Ok(lock(&self.state).waiting_count)
    }
}

/// The first `limit` of several ordered queues, in order.
fn merge<T: Ord + Copy>(mut queues: Vec<impl Iterator<Item = T>>, limit: usize) -> Vec<T> {
    let heads = queues.iter_mut().enumerate();
    let mut heads: BinaryHeap<Reverse<(T, usize)>> =
        heads.filter_map(|(at, queue)| queue.next().map(|first| Reverse((first, at)))).collect();
    let mut merged = Vec::with_capacity(limit);
    while merged.len() < limit
        && let Some(Reverse((first, at))) = heads.pop()
    {
        merged.push(first);
        heads.extend(queues[at].next().map(|next| Reverse((next, at))));
    }
    merged
}

fn in_order([one, other]: [MemberId; 2]) -> [MemberId; 2] {
    [one.min(other), one.max(other)]
}
