//! The waiting pool, in this process.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;

use crate::base::{MemberId, ProposalId, Timestamp};
use crate::config::MatchingConfig;
use crate::infra::shared::recent_waits::RecentWaits;
use crate::infra::shared::waiting_index::WaitingIndex;
use crate::infra::shared::{
    After, Answered, Census, Joined, Left, Offered, Overdue, Proposal, SharedResult, Surroundings,
    Ticket, TicketState, WaitingPool,
};
use crate::protocol::Answer;

use super::{Expiring, lock};

/// After how long a member who was kept apart from another is a stranger again, whose next refusal
/// counts as the first.
const APART_REMEMBERED: Duration = Duration::from_hours(7 * 24);
/// How long the last match of a member is remembered: longer than a request to be matched may take.
const MATCH_REMEMBERED: Duration = Duration::from_mins(10);
/// After how long a proposal that not both have seen is shown again.
const SHOW_AGAIN: Duration = Duration::from_secs(1);
/// How long whoever is handed something overdue has to see to it before it is handed out again.
const SEEN_TO_WITHIN: Duration = Duration::from_secs(2);
/// After how long a ticket that waits is searched for again, when few wait.
const SEARCH_AGAIN: Duration = Duration::from_secs(5);
/// With more tickets than this, the time between two searches grows with their number.
const FEW: usize = 512;

/// The waiting pool, in this process.
pub struct MemoryWaitingPool {
    lost_for: Duration,
    long_wait: Duration,
    state: Mutex<State>,
}

struct State {
    tickets: HashMap<MemberId, Entry>,
    /// The tickets that wait.
    waiting: WaitingIndex,
    waits: RecentWaits,
    proposals: HashMap<ProposalId, Kept>,
    apart: Expiring<[MemberId; 2], Apart>,
    /// Members of whom one has blocked the other.
    blocked: Expiring<[MemberId; 2], ()>,
    /// Whom each member may be kept apart from; `apart` says whether it still is.
    apart_of: Expiring<MemberId, HashSet<MemberId>>,
    /// The last match of each member.
    matches: Expiring<MemberId, ProposalId>,
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

impl MemoryWaitingPool {
    /// An empty pool for tickets that reach one of the distances of the settings, or anywhere.
    #[must_use]
    pub fn new(config: &MatchingConfig) -> Self {
        Self {
            lost_for: config.lost(),
            long_wait: config.long_wait(),
            state: Mutex::new(State {
                tickets: HashMap::new(),
                waiting: WaitingIndex::new(&config.distances_km),
                waits: RecentWaits::default(),
                proposals: HashMap::new(),
                apart: Expiring::default(),
                blocked: Expiring::default(),
                apart_of: Expiring::default(),
                matches: Expiring::default(),
                due: BTreeSet::new(),
            }),
        }
    }

    /// When a ticket that was looked at now is to be looked at next.
    fn search_again(&self, state: &State, ticket: &Ticket, now: Timestamp) -> Timestamp {
        let crowd = u32::try_from(state.waiting.len() / FEW).unwrap_or(u32::MAX);
        let again = now + SEARCH_AGAIN * crowd.max(1);
        let long = ticket.since + self.long_wait;
        if long > now { again.min(long) } else { again }
    }

    /// Moves a ticket to another state and keeps the index in step.
    fn turn(&self, state: &mut State, member: MemberId, to: TicketState) {
        let Some(entry) = state.tickets.get_mut(&member) else { return };
        entry.state = to;
        let ticket = entry.ticket.clone();
        let due = match to {
            TicketState::Waiting => Some(ticket.since + SEARCH_AGAIN),
            TicketState::Lost(since) => Some(since + self.lost_for),
            TicketState::Paused(until) => Some(until),
            TicketState::Proposed(_) => None,
        };
        if to == TicketState::Waiting {
            state.waiting.insert(ticket);
        } else {
            state.waiting.remove(member);
        }
        state.look_again(member, due);
    }
}

impl Kept {
    fn is_decided(&self) -> bool {
        self.proposal.is_accepted() || self.proposal.is_declined()
    }
}

impl State {
    fn joined(&self, member: MemberId) -> Option<Joined> {
        let entry = self.tickets.get(&member)?;
        Some(Joined { ticket: entry.ticket.clone(), state: entry.state })
    }

    fn is_waiting(&self, member: MemberId) -> bool {
        self.tickets.get(&member).is_some_and(|entry| entry.state == TicketState::Waiting)
    }

    fn remove(&mut self, member: MemberId) -> Option<Arc<Ticket>> {
        self.look_again(member, None);
        self.waiting.remove(member);
        Some(self.tickets.remove(&member)?.ticket)
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
            if found.len() == limit || kept.quiet_until > now {
                continue;
            }
            let proposal = &kept.proposal;
            let what = if kept.is_decided() || proposal.deadline <= now {
                kept.quiet_until = now + SEEN_TO_WITHIN;
                Overdue::Proposal
            } else if proposal.is_seen() {
                kept.quiet_until = proposal.deadline;
                continue;
            } else if proposal.see_until <= now {
                kept.quiet_until = now + SEEN_TO_WITHIN;
                Overdue::Unseen
            } else {
                kept.quiet_until = proposal.see_until;
                Overdue::Unshown
            };
            found.push(what(Box::new(kept.proposal.clone())));
        }
        found
    }

    fn is_apart(&self, pair: [MemberId; 2], now: Timestamp) -> bool {
        let pair = in_order(pair);
        self.blocked.get(&pair, now).is_some()
            || self.apart.get(&pair, now).is_some_and(|apart| apart.until > now)
    }

    fn keep_apart(&mut self, pair: [MemberId; 2], now: Timestamp, spans: &[Duration]) {
        let key = in_order(pair);
        let times = self.apart.get(&key, now).map_or(0, |apart| apart.times);
        let last = spans.len().saturating_sub(1);
        let index = usize::try_from(times).unwrap_or(last).min(last);
        let until = now + spans.get(index).copied().unwrap_or_default();
        self.apart.insert(key, Apart { times: times + 1, until }, now, APART_REMEMBERED);
        self.remember_apart(pair, now);
    }

    fn remember_apart(&mut self, pair: [MemberId; 2], now: Timestamp) {
        for [one, other] in [pair, [pair[1], pair[0]]] {
            let mut others = self.apart_of.remove(&one, now).unwrap_or_default();
            others.retain(|known| self.is_apart([one, *known], now));
            others.insert(other);
            self.apart_of.insert(one, others, now, APART_REMEMBERED);
        }
    }
}

#[async_trait]
impl WaitingPool for MemoryWaitingPool {
    async fn last_match(&self, member: MemberId) -> SharedResult<Option<ProposalId>> {
        Ok(lock(&self.state).matches.get(&member, Timestamp::from_micros(0)).copied())
    }

    async fn join(
        &self,
        ticket: Ticket,
        paused_until: Option<Timestamp>,
        last_match: Option<ProposalId>,
    ) -> SharedResult<Option<Joined>> {
        let state = &mut *lock(&self.state);
        let member = ticket.member;
        if state.matches.get(&member, Timestamp::from_micros(0)).copied() != last_match {
            return Ok(None);
        }
        let known = state.joined(member);
        if let Some(known) = &known
            && matches!(known.state, TicketState::Proposed(_))
        {
            return Ok(Some(known.clone()));
        }
        let (ticket, state_now) = match known {
            Some(Joined { ticket: old, state }) => {
                (Ticket { id: old.id, since: old.since, ..ticket }, state)
            }
            None => (ticket, paused_until.map_or(TicketState::Waiting, TicketState::Paused)),
        };
        let ticket = Arc::new(ticket);
        let is_new = !state.tickets.contains_key(&member);
        let due = state.tickets.get(&member).map_or(ticket.since, |entry| entry.due);
        let entry = Entry { ticket: ticket.clone(), state: state_now, told_long_wait: false, due };
        state.tickets.insert(member, entry);
        if is_new {
            self.turn(state, member, state_now);
        } else if state_now == TicketState::Waiting {
            state.waiting.insert(ticket.clone());
        }
        Ok(Some(Joined { ticket, state: state_now }))
    }

    async fn leave(&self, member: MemberId, now: Timestamp) -> SharedResult<Left> {
        let state = &mut *lock(&self.state);
        Ok(match state.joined(member).map(|joined| joined.state) {
            None => Left::NotThere,
            Some(TicketState::Proposed(proposal)) => Left::Proposed(proposal),
            Some(was) => {
                if let Some(ticket) = state.remove(member)
                    && was == TicketState::Waiting
                {
                    state.waits.note(&ticket, now, false);
                }
                Left::Gone
            }
        })
    }

    async fn ticket(&self, member: MemberId) -> SharedResult<Option<Joined>> {
        Ok(lock(&self.state).joined(member))
    }

    async fn lose(&self, member: MemberId, now: Timestamp) -> SharedResult<()> {
        let state = &mut *lock(&self.state);
        if let Some(ticket) = state.waiting.remove(member) {
            state.waits.note(&ticket, now, false);
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
        // Others may have come meanwhile.
        state.look_again(member, Some(joined.ticket.since));
        Ok(Some(joined.ticket))
    }

    async fn near(
        &self,
        seeker: &Ticket,
        except: &HashSet<MemberId>,
        limit: usize,
    ) -> SharedResult<Vec<Arc<Ticket>>> {
        Ok(lock(&self.state).waiting.near(seeker, except, limit))
    }

    async fn propose(&self, proposal: Proposal, now: Timestamp) -> SharedResult<Offered> {
        let state = &mut *lock(&self.state);
        for ticket in &proposal.tickets {
            let known = state.tickets.get(&ticket.member);
            let is_as_it_was = known.is_some_and(|known| {
                let (known, wanted) = (&known.ticket, ticket);
                (known.id, known.revision) == (wanted.id, wanted.revision)
            });
            if !is_as_it_was || !state.is_waiting(ticket.member) {
                return Ok(Offered::Gone(ticket.member));
            }
        }
        if state.is_apart(proposal.members(), now) {
            return Ok(Offered::Apart);
        }
        for ticket in &proposal.tickets {
            state.waits.note(ticket, now, true);
            self.turn(state, ticket.member, TicketState::Proposed(proposal.id));
        }
        state.proposals.insert(proposal.id, Kept { proposal, quiet_until: now + SHOW_AGAIN });
        Ok(Offered::Proposed)
    }

    async fn seen(&self, proposal: ProposalId, member: MemberId) -> SharedResult<bool> {
        let state = &mut *lock(&self.state);
        let Some(kept) = state.proposals.get_mut(&proposal) else { return Ok(false) };
        let Some(side) = kept.proposal.side(member) else { return Ok(false) };
        kept.proposal.seen[side] |= !kept.is_decided() && !kept.proposal.has_seen(side);
        Ok(true)
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
        let is_open = !kept.proposal.is_declined() && now < kept.proposal.deadline;
        if !is_open || kept.proposal.answers[side].is_some() {
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

    async fn settle(
        &self,
        proposal: &Proposal,
        after: [After; 2],
        now: Timestamp,
        spans: &[Duration],
    ) -> SharedResult<bool> {
        let state = &mut *lock(&self.state);
        let known = state.proposals.get(&proposal.id);
        if known.is_none_or(|known| known.proposal != *proposal) {
            return Ok(false);
        }
        state.proposals.remove(&proposal.id);
        if !spans.is_empty() {
            state.keep_apart(proposal.members(), now, spans);
        }
        for (member, after) in proposal.members().into_iter().zip(after) {
            if proposal.is_accepted() {
                state.matches.insert(member, proposal.id, now, MATCH_REMEMBERED);
            }
            match after {
                After::Waits => self.turn(state, member, TicketState::Waiting),
                After::Pauses(until) => self.turn(state, member, TicketState::Paused(until)),
                After::IsLost(since) => self.turn(state, member, TicketState::Lost(since)),
                After::Leaves => {
                    state.remove(member);
                }
            }
        }
        Ok(true)
    }

    async fn block(&self, pair: [MemberId; 2], now: Timestamp) -> SharedResult<()> {
        let state = &mut *lock(&self.state);
        state.blocked.insert(in_order(pair), (), now, APART_REMEMBERED);
        state.remember_apart(pair, now);
        Ok(())
    }

    async fn unblock(&self, pair: [MemberId; 2]) -> SharedResult<()> {
        lock(&self.state).blocked.remove(&in_order(pair), Timestamp::from_micros(0));
        Ok(())
    }

    async fn kept_apart(
        &self,
        member: MemberId,
        now: Timestamp,
    ) -> SharedResult<HashSet<MemberId>> {
        let state = lock(&self.state);
        let Some(others) = state.apart_of.get(&member, now) else { return Ok(HashSet::new()) };
        Ok(others.iter().copied().filter(|other| state.is_apart([member, *other], now)).collect())
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
                TicketState::Paused(_) => {
                    self.turn(state, member, TicketState::Waiting);
                    state.look_again(member, Some(now + SEARCH_AGAIN));
                    found.push(Overdue::Rested(ticket));
                }
                TicketState::Lost(_) => {
                    state.remove(member);
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

    async fn surroundings(&self, ticket: &Ticket, now: Timestamp) -> SharedResult<Surroundings> {
        let state = lock(&self.state);
        Ok(state.waiting.surroundings(ticket, state.waits.of(ticket, now)))
    }

    async fn census(&self) -> SharedResult<Census> {
        Ok(lock(&self.state).waiting.census())
    }
}

fn in_order([one, other]: [MemberId; 2]) -> [MemberId; 2] {
    [one.min(other), one.max(other)]
}
