//! Connection registry and inboxes, on Redis: a sorted set per member, a channel per node.

use std::sync::Mutex;
use std::time::Duration;

use async_trait::async_trait;
use deadpool_redis::redis::{AsyncCommands, Cmd, pipe};
use futures_util::future::try_join_all;
use tracing::warn;

use crate::base::{MemberId, NodeId, SharedClock};
use crate::infra::shared::{Inbox, Inboxes, SharedResult, inbox};
use crate::protocol::{Envelope, Event, Place};

use super::subscription::{Heard, Subscription, subscribe};
use super::{OwnScript, Redis, millis, script, shared};

static REACH: OwnScript = script!("reach.lua");

const LIFE: Duration = Duration::from_mins(1);
/// Clocks of two hosts may differ by this much.
const LEEWAY: Duration = Duration::from_secs(5);

/// Connection registry and inboxes, on Redis.
pub struct RedisInboxes {
    redis: Redis,
    clock: SharedClock,
    capacity: usize,
    /// What this process listens to.
    listening: Mutex<Vec<Subscription>>,
}

impl RedisInboxes {
    /// Inboxes on this Redis that hold `capacity` envelopes each.
    #[must_use]
    pub fn new(redis: Redis, capacity: usize, clock: &SharedClock) -> Self {
        Self { redis, clock: clock.clone(), capacity, listening: Mutex::default() }
    }

    fn now_ms(&self) -> i64 {
        self.clock.now().as_micros() / 1000
    }
}

#[async_trait]
impl Inboxes for RedisInboxes {
    async fn open(&self, node: NodeId) -> SharedResult<Inbox> {
        let (slot, inbox) = inbox(self.capacity);
        let listener = move |heard| match heard {
            Heard::Gap => {
                slot.note_gap();
                true
            }
            Heard::Message { payload, .. } => match serde_json::from_slice(&payload) {
                Ok(envelope) => slot.put(envelope),
                Err(error) => {
                    warn!(%error, "an envelope is not readable");
                    true
                }
            },
        };
        let channels = vec![self.redis.keys.inbox(node)];
        let (opener, link) = (self.redis.opener.clone(), self.redis.link.clone());
        let subscription = subscribe(opener, link, channels, listener);
        super::lock(&self.listening).push(subscription);
        Ok(inbox)
    }

    async fn connect(&self, member: MemberId, node: NodeId) -> SharedResult<()> {
        let key = self.redis.keys.online(member);
        let now = self.clock.now();
        let end = (now + LIFE).as_micros() / 1000;
        let mut step = pipe();
        step.atomic().zadd(&key, node.to_string(), end).ignore();
        step.zrembyscore(&key, "-inf", now.as_micros() / 1000).ignore();
        step.pexpire(&key, millis(LIFE + LEEWAY).cast_signed()).ignore();
        step.exec_async(&mut self.redis.link.clone()).await.map_err(shared)
    }

    async fn disconnect(&self, member: MemberId, node: NodeId) -> SharedResult<()> {
        let key = self.redis.keys.online(member);
        self.redis.link.clone().zrem(key, node.to_string()).await.map_err(shared)
    }

    async fn is_connected(&self, member: MemberId) -> SharedResult<bool> {
        let (key, now) = (self.redis.keys.online(member), self.now_ms());
        let nodes: usize =
            self.redis.link.clone().zcount(key, now, "+inf").await.map_err(shared)?;
        Ok(nodes > 0)
    }

    async fn deliver(&self, to: MemberId, event: Event) -> SharedResult<()> {
        let place = event.place().map_or_else(String::new, |place| place.to_string());
        let nodes: Vec<String> = REACH
            .key(self.redis.keys.online(to))
            .key(self.redis.keys.latest(to))
            .arg(self.now_ms())
            .arg(place)
            .arg(millis(LIFE))
            .invoke_async(&mut self.redis.link.clone())
            .await
            .map_err(shared)?;
        if nodes.is_empty() {
            return Ok(());
        }
        let envelope = serde_json::to_vec(&Envelope { to, event }).map_err(shared)?;
        let publish = |node: NodeId| {
            let mut link = self.redis.link.clone();
            let mut command = Cmd::new();
            command.arg("SPUBLISH").arg(self.redis.keys.inbox(node)).arg(&envelope);
            async move { command.exec_async(&mut link).await }
        };
        let nodes = nodes.iter().filter_map(|node| node.parse().ok());
        try_join_all(nodes.map(publish)).await.map(drop).map_err(shared)
    }

    async fn latest_place(&self, member: MemberId) -> SharedResult<Option<Place>> {
        self.redis.link.clone().get(self.redis.keys.latest(member)).await.map_err(shared)
    }
}
