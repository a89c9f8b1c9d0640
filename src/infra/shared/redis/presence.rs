//! Which rooms members look at, on Redis: a sorted set per member, by the clock of Redis.

use async_trait::async_trait;

use crate::base::{MemberId, RoomId, SocketId};
use crate::infra::shared::{LOOK_LIFE, LOST_LIFE, Presence, SharedResult};
use crate::protocol::PresenceState;

use super::{OwnScript, Redis, millis, not_understood, script, shared};

static LOOK: OwnScript = script!("look.lua");

/// Which rooms members look at, on Redis.
pub struct RedisPresence(Redis);

impl RedisPresence {
    /// On this Redis.
    #[must_use]
    pub const fn new(redis: Redis) -> Self {
        Self(redis)
    }

    /// What the member was in the room before, and is now.
    async fn note(
        &self,
        member: MemberId,
        room: RoomId,
        page: Option<SocketId>,
        does: &str,
    ) -> SharedResult<[PresenceState; 2]> {
        let page = page.map_or_else(String::new, |page| page.to_string());
        let states: [String; 2] = LOOK
            .key(self.0.keys.looking(member))
            .arg(room.to_string())
            .arg(page)
            .arg(does)
            .arg(millis(LOOK_LIFE))
            .arg(millis(LOST_LIFE))
            .invoke_async(&mut self.0.link.clone())
            .await
            .map_err(shared)?;
        let [before, after] = states.map(|state| match state.as_str() {
            "here" => Ok(PresenceState::Here),
            "away" => Ok(PresenceState::Away),
            "lost" => Ok(PresenceState::Lost),
            _ => Err(not_understood()),
        });
        Ok([before?, after?])
    }
}

#[async_trait]
impl Presence for RedisPresence {
    async fn look(
        &self,
        member: MemberId,
        page: SocketId,
        room: RoomId,
    ) -> SharedResult<PresenceState> {
        let [before, _] = self.note(member, room, Some(page), "look").await?;
        Ok(before)
    }

    async fn look_away(
        &self,
        member: MemberId,
        page: SocketId,
        room: RoomId,
        is_lost: bool,
    ) -> SharedResult<PresenceState> {
        let does = if is_lost { "lost" } else { "away" };
        let [_, after] = self.note(member, room, Some(page), does).await?;
        Ok(after)
    }

    async fn of(&self, member: MemberId, room: RoomId) -> SharedResult<PresenceState> {
        let [_, now] = self.note(member, room, None, "none").await?;
        Ok(now)
    }
}
