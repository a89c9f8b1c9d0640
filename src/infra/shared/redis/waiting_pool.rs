//! The waiting pool, on Redis: one slot, so that every step on tickets and proposals is one script. Matchers search in
//! copies ([`PoolCopy`]).

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use deadpool_redis::redis::{AsyncCommands, FromRedisValue, ScriptInvocation};

use crate::base::{MemberId, ProposalId, Timestamp};
use crate::config::MatchingConfig;
use crate::infra::shared::{
    After, Answered, Census, Joined, Left, Offered, Overdue, Proposal, SharedResult, Surroundings,
    Ticket, TicketState, WaitingPool,
};
use crate::protocol::Answer;

use super::pool_copy::PoolCopy;
use super::pool_texts::{
    id, joined, read_proposal, read_state, read_ticket, sixteen_digits, write_answers,
    write_contents, write_newest,
};
use super::{OwnScript, Redis, micros, millis, not_understood, script, shared};

static KEPT_APART: OwnScript = script!("pool/kept_apart.lua");
static BLOCK: OwnScript = script!("pool/block.lua");
static UNBLOCK: OwnScript = script!("pool/unblock.lua");

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
pool_script!(PROPOSE, "propose.lua");
pool_script!(SEEN, "seen.lua");
pool_script!(PROPOSAL_OF, "proposal_of.lua");
pool_script!(ANSWER, "answer.lua");
pool_script!(SETTLE, "settle.lua");
pool_script!(OVERDUE, "overdue.lua");

/// After how long a member who was kept apart from another is a stranger again.
const APART_REMEMBERED: Duration = Duration::from_hours(7 * 24);
/// How long the last match of a member is remembered: longer than a request to be matched may take.
const MATCH_REMEMBERED: Duration = Duration::from_mins(10);
/// Life of the pool after a matcher looked at it last.
const POOL_LIFE: Duration = Duration::from_hours(7 * 24);

/// The waiting pool, on Redis.
pub struct RedisWaitingPool {
    redis: Redis,
    copy: PoolCopy,
    lost_for: Duration,
    long_wait: Duration,
}

impl RedisWaitingPool {
    /// A pool on this Redis, for tickets that reach one of the distances of the settings, or anywhere.
    #[must_use]
    pub fn new(redis: Redis, config: &MatchingConfig) -> Self {
        let copy = PoolCopy::new(redis.clone(), &config.distances_km);
        let (lost_for, long_wait) = (config.lost(), config.long_wait());
        Self { redis, copy, lost_for, long_wait }
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

    /// What becomes of a ticket, as the scripts know it: its state, and when it is to be looked at.
    fn after(&self, after: After) -> (String, String) {
        let at = |time: Timestamp| time.as_micros().to_string();
        match after {
            After::Waits => ("W".to_owned(), String::new()),
            After::Pauses(until) => (format!("S {}", until.as_micros()), at(until)),
            After::IsLost(since) => (format!("L {}", since.as_micros()), at(since + self.lost_for)),
            After::Leaves => (String::new(), String::new()),
        }
    }
}

#[async_trait]
impl WaitingPool for RedisWaitingPool {
    async fn last_match(&self, member: MemberId) -> SharedResult<Option<ProposalId>> {
        let key = self.redis.keys.last_match(member);
        let last: Option<String> = self.redis.link.clone().get(key).await.map_err(shared)?;
        last.map(|last| id(&last)).transpose()
    }

    async fn join(
        &self,
        ticket: Ticket,
        paused_until: Option<Timestamp>,
        last_match: Option<ProposalId>,
    ) -> SharedResult<Option<Joined>> {
        let (member, id, since) = (ticket.member, ticket.id, ticket.since);
        let paused_until = paused_until.map(|until| until.as_micros().to_string());
        let last_match = last_match.map(|last| last.to_string());
        let mut call = self.call(&JOIN);
        call.key(self.redis.keys.last_match(member));
        call.arg(member.to_string()).arg(id.to_string()).arg(sixteen_digits(since));
        call.arg(write_newest(ticket)?).arg(millis(POOL_LIFE));
        call.arg(paused_until.unwrap_or_default()).arg(last_match.unwrap_or_default());
        let known: Option<[String; 2]> = self.ask(&call).await?;
        known.map(|[ticket, state]| joined(member, &ticket, &state)).transpose()
    }

    async fn leave(&self, member: MemberId, _now: Timestamp) -> SharedResult<Left> {
        let state: Option<String> = self.ask(self.call(&LEAVE).arg(member.to_string())).await?;
        Ok(match state.as_deref().map(read_state).transpose()? {
            None => Left::NotThere,
            Some(TicketState::Proposed(proposal)) => Left::Proposed(proposal),
            Some(TicketState::Waiting | TicketState::Lost(_) | TicketState::Paused(_)) => {
                Left::Gone
            }
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
        except: &HashSet<MemberId>,
        limit: usize,
    ) -> SharedResult<Vec<Arc<Ticket>>> {
        Ok(self.copy.in_step().await?.waiting.near(seeker, except, limit))
    }

    async fn propose(&self, proposal: Proposal, now: Timestamp) -> SharedResult<Offered> {
        let [low, high] = proposal.members();
        let mut call = self.call(&PROPOSE);
        call.key(self.redis.keys.apart(low));
        call.arg(now.as_micros()).arg(proposal.id.to_string());
        call.arg(low.to_string()).arg(high.to_string());
        call.arg(proposal.deadline.as_micros()).arg(proposal.see_until.as_micros());
        call.arg(write_contents(&proposal)?);
        for ticket in &proposal.tickets {
            call.arg(ticket.id.to_string()).arg(ticket.revision.to_string());
        }
        let answer: String = self.ask(&call).await?;
        Ok(match answer.as_str() {
            "" => Offered::Proposed,
            "apart" => Offered::Apart,
            member => Offered::Gone(id(member)?),
        })
    }

    async fn seen(&self, proposal: ProposalId, member: MemberId) -> SharedResult<bool> {
        self.ask(self.call(&SEEN).arg(proposal.to_string()).arg(member.to_string())).await
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

    async fn settle(
        &self,
        proposal: &Proposal,
        after: [After; 2],
        now: Timestamp,
        spans: &[Duration],
    ) -> SharedResult<bool> {
        let mut call = self.call(&SETTLE);
        for member in proposal.members() {
            call.key(self.redis.keys.apart(member));
        }
        for member in proposal.members() {
            call.key(self.redis.keys.last_match(member));
        }
        call.arg(proposal.id.to_string()).arg(write_answers(proposal));
        call.arg(now.as_micros()).arg(micros(APART_REMEMBERED)).arg(millis(MATCH_REMEMBERED));
        for after in after {
            let (state, again) = self.after(after);
            call.arg(state).arg(again);
        }
        for span in spans {
            call.arg(micros(*span));
        }
        self.ask(&call).await
    }

    async fn block(&self, [one, other]: [MemberId; 2], now: Timestamp) -> SharedResult<()> {
        let mut call = BLOCK.prepare_invoke();
        call.key(self.redis.keys.apart(one)).key(self.redis.keys.apart(other));
        call.arg(one.to_string()).arg(other.to_string()).arg(now.as_micros());
        call.arg(micros(APART_REMEMBERED));
        self.ask(&call).await
    }

    async fn unblock(&self, [one, other]: [MemberId; 2]) -> SharedResult<()> {
        let mut call = UNBLOCK.prepare_invoke();
        call.key(self.redis.keys.apart(one)).key(self.redis.keys.apart(other));
        self.ask(call.arg(one.to_string()).arg(other.to_string())).await
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
        call.arg(now.as_micros()).arg(limit).arg(micros(self.long_wait)).arg(millis(POOL_LIFE));
        let found: Vec<String> = self.ask(&call).await?;
        let read = |[kind, name, contents, given]: &[String; 4]| {
            let ticket = || read_ticket(id(name)?, contents);
            Ok(match kind.as_str() {
                "unseen" => Overdue::Unseen(Box::new(read_proposal(name, contents, given)?)),
                "unshown" => Overdue::Unshown(Box::new(read_proposal(name, contents, given)?)),
                "proposal" => Overdue::Proposal(Box::new(read_proposal(name, contents, given)?)),
                "lost" => Overdue::Lost(ticket()?),
                "long_wait" => Overdue::LongWait(ticket()?),
                "search" => Overdue::Search(ticket()?),
                "rested" => Overdue::Rested(ticket()?),
                _ => return Err(not_understood()),
            })
        };
        found.as_chunks().0.iter().map(read).collect()
    }

    async fn surroundings(&self, ticket: &Ticket, now: Timestamp) -> SharedResult<Surroundings> {
        let copied = self.copy.in_step().await?;
        Ok(copied.waiting.surroundings(ticket, copied.waits.of(ticket, now)))
    }

    async fn census(&self) -> SharedResult<Census> {
        Ok(self.copy.in_step().await?.waiting.census())
    }
}
