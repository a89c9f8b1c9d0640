//! The waiting pool, on Redis: one slot, so that every step on tickets and proposals is one script.

use std::collections::HashSet;
use std::fmt::Write;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use deadpool_redis::redis::{AsyncCommands, FromRedisValue, ScriptInvocation};
use serde::{Deserialize, Serialize};

use crate::base::{MemberId, Place, ProposalId, Timestamp};
use crate::config::MatchingConfig;
use crate::infra::shared::reach_index::{Group, Line, Point, ReachIndex};
use crate::infra::shared::{
    Answer, Answered, Claim, Face, Joined, Left, Overdue, Proposal, SharedError, SharedResult,
    Ticket, TicketState, WaitingPool,
};
use crate::protocol::{ProposalView, Wish};

use super::{OwnScript, Redis, not_understood, script, shared};

static KEEP_APART: OwnScript = script!("pool/keep_apart.lua");
static KEPT_APART: OwnScript = script!("pool/kept_apart.lua");

/// A script that works on the pool as a whole.
macro_rules! pool_script {
    ($name:ident, $file:literal) => {
        static $name: OwnScript = script!("pool/common.lua", concat!("pool/", $file));
    };
}

pool_script!(JOIN, "join.lua");
pool_script!(LEAVE, "leave.lua");
pool_script!(TICKET, "ticket.lua");
pool_script!(LOSE, "lose.lua");
pool_script!(REGAIN, "regain.lua");
pool_script!(NEAR, "near.lua");
pool_script!(CLAIM, "claim.lua");
pool_script!(RELEASE, "release.lua");
pool_script!(PROPOSE, "propose.lua");
pool_script!(SHOWN, "shown.lua");
pool_script!(PROPOSAL_OF, "proposal_of.lua");
pool_script!(ANSWER, "answer.lua");
pool_script!(SETTLE, "settle.lua");
pool_script!(OVERDUE, "overdue.lua");

/// After how long a member who was kept apart from another is a stranger again.
const APART_REMEMBERED: Duration = Duration::from_hours(7 * 24);
/// Life of the pool after somebody joined last.
const POOL_LIFE: Duration = Duration::from_hours(7 * 24);

/// The waiting pool, on Redis.
pub struct RedisWaitingPool {
    redis: Redis,
    index: ReachIndex,
    lost_for: Duration,
    long_wait: Duration,
}

/// A ticket but for its id, its member, its seniority and its revision, which stand beside it.
#[derive(Serialize, Deserialize)]
struct TicketContents {
    place: Place,
    wish: Wish,
    face: Face,
    never: HashSet<MemberId>,
}

/// A proposal but for its id, its deadline and its answers, which stand beside it.
#[derive(Serialize, Deserialize)]
struct ProposalContents {
    tickets: [String; 2],
    offers: [ProposalView; 2],
}

impl RedisWaitingPool {
    /// A pool on this Redis, for tickets that reach one of the distances of the settings, or anywhere.
    #[must_use]
    pub fn new(redis: Redis, config: &MatchingConfig) -> Self {
        Self {
            redis,
            index: ReachIndex::new(&config.distances_km),
            lost_for: config.lost(),
            long_wait: config.long_wait(),
        }
    }

    /// A call of a script of the pool.
    fn call(&self, script: &'static OwnScript) -> ScriptInvocation<'static> {
        let mut call = script.prepare_invoke();
        for key in self.redis.keys.pool() {
            call.key(key);
        }
        call
    }

    async fn ask<T: FromRedisValue>(&self, call: &ScriptInvocation<'_>) -> SharedResult<T> {
        call.invoke_async(&mut self.redis.link.clone()).await.map_err(shared)
    }

    /// Where a ticket stands, as the scripts know it.
    fn standing(&self, ticket: &Ticket) -> SharedResult<String> {
        let mut standing = String::new();
        for (spot, Line { point, group }) in self.index.standing(ticket) {
            let Place { latitude, longitude } = point.place();
            writeln!(standing, "{spot}|{latitude:.7},{longitude:.7},{group}|").map_err(shared)?;
        }
        Ok(standing)
    }
}

#[async_trait]
impl WaitingPool for RedisWaitingPool {
    async fn join(&self, ticket: Ticket) -> SharedResult<Joined> {
        let (member, standing) = (ticket.member, self.standing(&ticket)?);
        let (id, since) = (ticket.id, ticket.since);
        let mut call = self.call(&JOIN);
        call.arg(member.to_string()).arg(id.to_string()).arg(sixteen_digits(since));
        call.arg(write_newest(ticket)?).arg(standing).arg(millis(POOL_LIFE));
        let [ticket, state]: [String; 2] = self.ask(&call).await?;
        joined(member, &ticket, &state)
    }

    async fn leave(&self, member: MemberId) -> SharedResult<Left> {
        let state: Option<String> = self.ask(self.call(&LEAVE).arg(member.to_string())).await?;
        Ok(match state.as_deref().map(read_state).transpose()? {
            None => Left::NotThere,
            Some(TicketState::Proposed(proposal)) => Left::Proposed(proposal),
            Some(TicketState::Claimed(..)) => Left::Claimed,
            Some(TicketState::Waiting | TicketState::Lost(_)) => Left::Gone,
        })
    }

    async fn ticket(&self, member: MemberId) -> SharedResult<Option<Joined>> {
        let known: Option<[String; 2]> =
            self.ask(self.call(&TICKET).arg(member.to_string())).await?;
        known.map(|[ticket, state]| joined(member, &ticket, &state)).transpose()
    }

    async fn lose(&self, member: MemberId, now: Timestamp) -> SharedResult<()> {
        let mut call = self.call(&LOSE);
        call.arg(member.to_string()).arg(now.as_micros()).arg((now + self.lost_for).as_micros());
        self.ask(&call).await
    }

    async fn regain(&self, member: MemberId) -> SharedResult<Option<Arc<Ticket>>> {
        let ticket: Option<String> = self.ask(self.call(&REGAIN).arg(member.to_string())).await?;
        ticket.map(|ticket| read_ticket(member, &ticket)).transpose()
    }

    async fn near(
        &self,
        seeker: &Ticket,
        after: Option<(Timestamp, MemberId)>,
        limit: usize,
    ) -> SharedResult<Vec<Arc<Ticket>>> {
        let after = after.map(|(since, member)| format!("{}|{member}", sixteen_digits(since)));
        let mut call = self.call(&NEAR);
        let Place { latitude, longitude } = Point::of(seeker.place).place();
        call.arg(latitude).arg(longitude).arg(after.unwrap_or_default()).arg(limit);
        let suitable = Group::of(seeker).suitable().map(|group| group.to_string());
        call.arg(suitable.collect::<Vec<_>>().join(" "));
        for (spot, reach) in self.index.looking(seeker.place, seeker.wish.max_distance_km) {
            call.arg(spot.to_string()).arg(reach.map_or_else(String::new, |km| km.to_string()));
        }
        let found: Vec<String> = self.ask(&call).await?;
        found
            .as_chunks()
            .0
            .iter()
            .map(|[member, ticket]| read_ticket(id(member)?, ticket))
            .collect()
    }

    async fn claim(&self, ticket: &Ticket, claim: Claim, until: Timestamp) -> SharedResult<bool> {
        let mut call = self.call(&CLAIM);
        call.arg(ticket.member.to_string()).arg(ticket.id.to_string());
        call.arg(ticket.revision.to_string());
        call.arg(claim.to_string()).arg(until.as_micros());
        self.ask(&call).await
    }

    async fn release(&self, member: MemberId, claim: Claim) -> SharedResult<()> {
        self.ask(self.call(&RELEASE).arg(member.to_string()).arg(claim.to_string())).await
    }

    async fn propose(&self, proposal: Proposal) -> SharedResult<bool> {
        let [low, high] = proposal.members();
        let [one, other] = &proposal.tickets;
        let contents = ProposalContents {
            tickets: [write_ticket(one)?, write_ticket(other)?],
            offers: proposal.offers,
        };
        let mut call = self.call(&PROPOSE);
        call.arg(proposal.id.to_string()).arg(low.to_string()).arg(high.to_string());
        call.arg(proposal.deadline.as_micros());
        call.arg(serde_json::to_string(&contents).map_err(shared)?);
        self.ask(&call).await
    }

    async fn shown(&self, proposal: ProposalId) -> SharedResult<()> {
        self.ask(self.call(&SHOWN).arg(proposal.to_string())).await
    }

    async fn proposal_of(&self, member: MemberId) -> SharedResult<Option<Proposal>> {
        let known: Option<[String; 3]> =
            self.ask(self.call(&PROPOSAL_OF).arg(member.to_string())).await?;
        known.map(|[id, proposal, given]| read_proposal(&id, &proposal, &given)).transpose()
    }

    async fn answer(
        &self,
        proposal: ProposalId,
        member: MemberId,
        answer: Answer,
        now: Timestamp,
    ) -> SharedResult<Answered> {
        let name = proposal.to_string();
        let mut call = self.call(&ANSWER);
        call.arg(&name).arg(member.to_string());
        call.arg(match answer {
            Answer::Accept => "a",
            Answer::Decline => "d",
        });
        call.arg(now.as_micros());
        let answered: Option<[String; 3]> = self.ask(&call).await?;
        let Some([transition, proposal, given]) = answered else { return Ok(Answered::NotFound) };
        let proposal = read_proposal(&name, &proposal, &given)?;
        match transition.as_str() {
            "noted" => Ok(Answered::Noted(proposal)),
            "accepted" => Ok(Answered::Accepted(proposal)),
            "declined" => Ok(Answered::Declined(proposal)),
            "repeat" => Ok(Answered::Repeat(proposal)),
            "over" => Ok(Answered::Over),
            _ => Err(not_understood()),
        }
    }

    async fn settle(&self, proposal: ProposalId, back: &[MemberId]) -> SharedResult<bool> {
        let mut call = self.call(&SETTLE);
        call.arg(proposal.to_string());
        for member in back {
            call.arg(member.to_string());
        }
        self.ask(&call).await
    }

    async fn keep_apart(
        &self,
        pair: [MemberId; 2],
        now: Timestamp,
        spans: &[Duration],
    ) -> SharedResult<()> {
        let mut call = KEEP_APART.prepare_invoke();
        for member in pair {
            call.key(self.redis.keys.apart(member)).arg(member.to_string());
        }
        call.arg(now.as_micros()).arg(micros(APART_REMEMBERED));
        for span in spans {
            call.arg(micros(*span));
        }
        self.ask(&call).await
    }

    async fn kept_apart(
        &self,
        member: MemberId,
        now: Timestamp,
    ) -> SharedResult<HashSet<MemberId>> {
        let mut call = KEPT_APART.prepare_invoke();
        call.key(self.redis.keys.apart(member));
        call.arg(now.as_micros()).arg(micros(APART_REMEMBERED));
        let others: Vec<String> = self.ask(&call).await?;
        others.iter().map(|other| id(other)).collect()
    }

    async fn overdue(&self, now: Timestamp, limit: usize) -> SharedResult<Vec<Overdue>> {
        let mut call = self.call(&OVERDUE);
        call.arg(now.as_micros()).arg(limit).arg(micros(self.long_wait));
        let found: Vec<String> = self.ask(&call).await?;
        let read = |[kind, name, contents, given]: &[String; 4]| {
            let ticket = || read_ticket(id(name)?, contents);
            Ok(match kind.as_str() {
                "unshown" => Overdue::Unshown(Box::new(read_proposal(name, contents, given)?)),
                "proposal" => Overdue::Proposal(Box::new(read_proposal(name, contents, given)?)),
                "claim" => Overdue::Claim(ticket()?),
                "lost" => Overdue::Lost(ticket()?),
                "long_wait" => Overdue::LongWait(ticket()?),
                "search" => Overdue::Search(ticket()?),
                _ => return Err(not_understood()),
            })
        };
        found.as_chunks().0.iter().map(read).collect()
    }

    async fn waiting(&self) -> SharedResult<usize> {
        let key = self.redis.keys.waiting();
        self.redis.link.clone().scard(key).await.map_err(shared)
    }
}

fn joined(member: MemberId, ticket: &str, state: &str) -> SharedResult<Joined> {
    Ok(Joined { ticket: read_ticket(member, ticket)?, state: read_state(state)? })
}

fn read_state(text: &str) -> SharedResult<TicketState> {
    let parts: Vec<&str> = text.split(' ').collect();
    match *parts.as_slice() {
        ["W"] => Ok(TicketState::Waiting),
        ["L", since] => Ok(TicketState::Lost(time(since)?)),
        ["C", claim, until] => Ok(TicketState::Claimed(id(claim)?, time(until)?)),
        ["P", proposal] => Ok(TicketState::Proposed(id(proposal)?)),
        _ => Err(not_understood()),
    }
}

/// As `id since revision contents`.
fn read_ticket(member: MemberId, text: &str) -> SharedResult<Arc<Ticket>> {
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
fn write_newest(ticket: Ticket) -> SharedResult<String> {
    let Ticket { revision, place, wish, face, never, .. } = ticket;
    let contents = TicketContents { place, wish, face, never };
    Ok(format!("{revision} {}", serde_json::to_string(&contents).map_err(shared)?))
}

/// As `low high deadline contents`.
fn read_proposal(name: &str, text: &str, given: &str) -> SharedResult<Proposal> {
    let parts: Vec<&str> = text.splitn(4, ' ').collect();
    let [low, high, deadline, contents] = *parts.as_slice() else { return Err(not_understood()) };
    let ProposalContents { tickets: [one, other], offers } =
        serde_json::from_str(contents).map_err(shared)?;
    let tickets = [read_ticket(id(low)?, &one)?, read_ticket(id(high)?, &other)?];
    let mut answers = given.chars().map(|given| match given {
        'a' => Some(Answer::Accept),
        'd' => Some(Answer::Decline),
        _ => None,
    });
    let answers = [answers.next().flatten(), answers.next().flatten()];
    Ok(Proposal { id: id(name)?, tickets, answers, deadline: time(deadline)?, offers })
}

fn id<T: std::str::FromStr<Err: std::fmt::Display>>(text: &str) -> SharedResult<T> {
    text.parse().map_err(shared)
}

fn time(text: &str) -> Result<Timestamp, SharedError> {
    text.parse().map(Timestamp::from_micros).map_err(shared)
}

/// So that texts are in the order of the times.
fn sixteen_digits(time: Timestamp) -> String {
    format!("{:016}", time.as_micros())
}

fn micros(span: Duration) -> u64 {
    u64::try_from(span.as_micros()).unwrap_or(u64::MAX)
}

fn millis(span: Duration) -> u64 {
    u64::try_from(span.as_millis()).unwrap_or(u64::MAX)
}
