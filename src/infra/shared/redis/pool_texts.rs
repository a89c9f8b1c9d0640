//! Tickets, states and proposals as the scripts of the pool keep them.

use std::collections::HashSet;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::base::{MemberId, Place, Timestamp};
use crate::infra::shared::{
    Face, Joined, Proposal, SharedError, SharedResult, Ticket, TicketState,
};
use crate::protocol::{Answer, ProposalView, Wish};

use super::{not_understood, shared};

/// A ticket but for its id, its member, its seniority and its revision, which stand beside it.
#[derive(Serialize, Deserialize)]
struct TicketContents {
    place: Place,
    wish: Wish,
    face: Face,
    never: HashSet<MemberId>,
}

/// A proposal but for its id, its times and its answers, which stand beside it.
#[derive(Serialize, Deserialize)]
struct ProposalContents {
    tickets: [String; 2],
    offers: [ProposalView; 2],
}

pub(super) fn joined(member: MemberId, ticket: &str, state: &str) -> SharedResult<Joined> {
    Ok(Joined { ticket: read_ticket(member, ticket)?, state: read_state(state)? })
}

pub(super) fn read_state(text: &str) -> SharedResult<TicketState> {
    let parts: Vec<&str> = text.split(' ').collect();
    match *parts.as_slice() {
        ["W"] => Ok(TicketState::Waiting),
        ["L", since] => Ok(TicketState::Lost(time(since)?)),
        ["S", until] => Ok(TicketState::Paused(time(until)?)),
        ["P", proposal] => Ok(TicketState::Proposed(id(proposal)?)),
        _ => Err(not_understood()),
    }
}

/// As `id since revision contents`.
pub(super) fn read_ticket(member: MemberId, text: &str) -> SharedResult<Arc<Ticket>> {
    let parts: Vec<&str> = text.splitn(4, ' ').collect();
    let [ticket, since, revision, contents] = *parts.as_slice() else {
        return Err(not_understood());
    };
    let TicketContents { place, wish, face, never } =
        serde_json::from_str(contents).map_err(shared)?;
    let (id, since, revision) = (id(ticket)?, time(since)?, id(revision)?);
    Ok(Arc::new(Ticket { id, member, revision, since, place, wish, face, never }))
}

fn write_ticket(ticket: &Ticket) -> SharedResult<String> {
    let newest = write_newest(ticket.clone())?;
    Ok(format!("{} {} {newest}", ticket.id, sixteen_digits(ticket.since)))
}

/// What is another each time a member asks, as `revision contents`.
pub(super) fn write_newest(ticket: Ticket) -> SharedResult<String> {
    let Ticket { revision, place, wish, face, never, .. } = ticket;
    let contents = TicketContents { place, wish, face, never };
    Ok(format!("{revision} {}", serde_json::to_string(&contents).map_err(shared)?))
}

/// What is in a proposal but for its id, its members, its times and its answers.
pub(super) fn write_contents(proposal: &Proposal) -> SharedResult<String> {
    let [one, other] = &proposal.tickets;
    let contents = ProposalContents {
        tickets: [write_ticket(one)?, write_ticket(other)?],
        offers: proposal.offers.clone(),
    };
    serde_json::to_string(&contents).map_err(shared)
}

/// As `low high deadline see_until contents`.
pub(super) fn read_proposal(name: &str, text: &str, given: &str) -> SharedResult<Proposal> {
    let parts: Vec<&str> = text.splitn(5, ' ').collect();
    let [low, high, deadline, see_until, contents] = *parts.as_slice() else {
        return Err(not_understood());
    };
    let ProposalContents { tickets: [one, other], offers } =
        serde_json::from_str(contents).map_err(shared)?;
    let tickets = [read_ticket(id(low)?, &one)?, read_ticket(id(high)?, &other)?];
    let sides: Vec<(bool, Option<Answer>)> = given
        .chars()
        .map(|given| match given {
            'a' => (false, Some(Answer::Accept)),
            'd' => (false, Some(Answer::Decline)),
            's' => (true, None),
            _ => (false, None),
        })
        .collect();
    let [(low_seen, low_answer), (high_seen, high_answer)] = *sides.as_slice() else {
        return Err(not_understood());
    };
    Ok(Proposal {
        id: id(name)?,
        tickets,
        seen: [low_seen, high_seen],
        answers: [low_answer, high_answer],
        see_until: time(see_until)?,
        deadline: time(deadline)?,
        offers,
    })
}

/// What both sides of a proposal have said, a letter each.
pub(super) fn write_answers(proposal: &Proposal) -> String {
    let letter = |side: usize| match proposal.answers[side] {
        Some(Answer::Accept) => 'a',
        Some(Answer::Decline) => 'd',
        None if proposal.seen[side] => 's',
        None => '-',
    };
    [letter(0), letter(1)].iter().collect()
}

pub(super) fn id<T: std::str::FromStr<Err: std::fmt::Display>>(text: &str) -> SharedResult<T> {
    text.parse().map_err(shared)
}

pub(super) fn time(text: &str) -> Result<Timestamp, SharedError> {
    text.parse().map(Timestamp::from_micros).map_err(shared)
}

/// So that texts are in the order of the times.
pub(super) fn sixteen_digits(time: Timestamp) -> String {
    format!("{:016}", time.as_micros())
}
