//! State that all roles on all nodes share, and nothing else does.
//!
//! Each trait is one seam; every call of it is one atomic step on the keys of one room, one member
//! or one proposal, so that a cluster of stores can serve it as well as one process. [`memory`] is
//! the embedded side.

pub mod memory;
pub mod redis;

mod inboxes;
mod keys;
mod nodes;
mod presence;
mod rate_limits;
mod reach_index;
mod recent_waits;
mod room_log;
mod values;
mod waiting_index;
mod waiting_pool;

use std::sync::Arc;

use crate::base::{MemberId, ProposalId, SharedClock, Timestamp};
use crate::config::Config;
use crate::protocol::{Event, ServerFrame, Waiting};

pub use self::inboxes::{Inbox, InboxItem, InboxSlot, Inboxes, inbox};
pub use self::keys::Key;
pub use self::nodes::{NodeEntry, Nodes};
pub use self::presence::{LOOK_LIFE, LOST_LIFE, Presence};
pub use self::rate_limits::{Rate, RateLimits, RetryAfter};
pub use self::room_log::{
    Append, Kept, LogEntry, LogPosition, NewMessage, RoomEntry, RoomLog, Said, Tail,
};
pub use self::values::{Guess, Values};
pub use self::waiting_pool::{
    After, Answered, Census, Face, Joined, Left, Offered, Overdue, Proposal, Revision,
    Surroundings, Ticket, TicketState, Wait, WaitingPool,
};

/// The shared store does not answer. Worth another try.
#[derive(Debug, thiserror::Error)]
#[error("shared state is unavailable: {0}")]
pub struct SharedError(pub String);

/// What a call to shared state gives.
pub type SharedResult<T> = Result<T, SharedError>;

/// A handle to everything shared. Cheap to clone.
#[derive(Clone)]
pub struct Shared {
    /// Messages on their way to the database, and the newest of each room.
    pub rooms: Arc<dyn RoomLog>,
    /// Who is connected where, and the way there.
    pub inboxes: Arc<dyn Inboxes>,
    /// Which rooms members look at.
    pub presence: Arc<dyn Presence>,
    /// Who waits for a match.
    pub pool: Arc<dyn WaitingPool>,
    /// Small values with a life.
    pub values: Arc<dyn Values>,
    /// How often somebody may do something.
    pub limits: Arc<dyn RateLimits>,
    /// Which processes are there.
    pub nodes: Arc<dyn Nodes>,
}

impl Shared {
    /// Where the settings say: on Redis, or in this process.
    pub fn open(config: &Config, clock: &SharedClock) -> anyhow::Result<Self> {
        if config.redis.urls.is_empty() {
            Ok(Self::in_process(config, clock))
        } else {
            Self::on_redis(config, clock)
        }
    }

    /// Everything on the Redis of the settings.
    pub fn on_redis(config: &Config, clock: &SharedClock) -> anyhow::Result<Self> {
        let redis = redis::Redis::open(config)?;
        let inbox_frames = config.ws_gateway.inbox_frames;
        Ok(Self {
            rooms: Arc::new(redis::RedisRoomLog::new(redis.clone(), config, clock)),
            inboxes: Arc::new(redis::RedisInboxes::new(redis.clone(), inbox_frames, clock)),
            presence: Arc::new(redis::RedisPresence::new(redis.clone())),
            pool: Arc::new(redis::RedisWaitingPool::new(redis.clone(), &config.matching)),
            values: Arc::new(redis::RedisValues::new(redis.clone())),
            limits: Arc::new(redis::RedisRateLimits::new(redis.clone())),
            nodes: Arc::new(redis::RedisNodes::new(redis)),
        })
    }

    /// Notes that a member has no connection, if it has none: who cannot be shown a proposal is not offered to
    /// anybody. One who comes back at the same moment is not lost. Whether it had none.
    pub async fn lose_if_gone(&self, member: MemberId, now: Timestamp) -> SharedResult<bool> {
        if self.inboxes.is_connected(member).await? {
            return Ok(false);
        }
        self.pool.lose(member, now).await?;
        if self.inboxes.is_connected(member).await? {
            self.pool.regain(member).await?;
        }
        Ok(true)
    }

    /// Notes that a page of a member shows a proposal. If there is none any more, the page is there all the same: a
    /// ticket that was held to be lost waits again, and the member's pages are told.
    pub async fn note_seen(
        &self,
        member: MemberId,
        proposal: ProposalId,
        now: Timestamp,
    ) -> SharedResult<()> {
        if self.pool.seen(proposal, member).await? {
            return Ok(());
        }
        if self.pool.regain(member).await?.is_some()
            && let Some(joined) = self.pool.ticket(member).await?
        {
            let waiting = Waiting { ticket: joined.view(now), notice: None };
            self.inboxes.deliver(member, Event::show(ServerFrame::MatchWaiting(waiting))).await?;
        }
        Ok(())
    }

    /// Everything in this process.
    #[must_use]
    pub fn in_process(config: &Config, clock: &SharedClock) -> Self {
        Self {
            rooms: Arc::new(memory::MemoryRoomLog::new(config, clock)),
            inboxes: Arc::new(memory::MemoryInboxes::new(config.ws_gateway.inbox_frames)),
            presence: Arc::new(memory::MemoryPresence::new(clock)),
            pool: Arc::new(memory::MemoryWaitingPool::new(&config.matching)),
            values: Arc::new(memory::MemoryValues::new(clock)),
            limits: Arc::new(memory::MemoryRateLimits::new(clock)),
            nodes: Arc::new(memory::MemoryNodes::default()),
        }
    }
}
