//! Which rooms members look at, in this process.

use std::sync::Mutex;

use async_trait::async_trait;

use crate::base::{MemberId, RoomId, SharedClock, SocketId, Timestamp};
use crate::infra::shared::{LOOK_LIFE, LOST_LIFE, Presence, SharedResult};
use crate::protocol::PresenceState;

use super::{Expiring, lock};

/// Which rooms members look at, in this process.
pub struct MemoryPresence {
    clock: SharedClock,
    looks: Mutex<Expiring<MemberId, Vec<Look>>>,
}

#[derive(Clone)]
struct Look {
    room: RoomId,
    /// None: the connection that looked was lost.
    page: Option<SocketId>,
    end: Timestamp,
}

impl MemoryPresence {
    /// Nobody looks at anything.
    #[must_use]
    pub fn new(clock: &SharedClock) -> Self {
        Self { clock: clock.clone(), looks: Mutex::default() }
    }

    /// Changes what is noted of a member. What the member was in a room before, and is now.
    fn change(
        &self,
        member: MemberId,
        room: RoomId,
        change: impl FnOnce(&mut Vec<Look>, Timestamp),
    ) -> [PresenceState; 2] {
        let now = self.clock.now();
        let mut all = lock(&self.looks);
        let mut looks = all.remove(&member, now).unwrap_or_default();
        looks.retain(|look| look.end > now);
        let before = state(&looks, room);
        change(&mut looks, now);
        let after = state(&looks, room);
        if !looks.is_empty() {
            all.insert(member, looks, now, LOOK_LIFE);
        }
        [before, after]
    }
}

fn state(looks: &[Look], room: RoomId) -> PresenceState {
    let mut of_room = looks.iter().filter(|look| look.room == room).peekable();
    if of_room.peek().is_none() {
        PresenceState::Away
    } else if of_room.any(|look| look.page.is_some()) {
        PresenceState::Here
    } else {
        PresenceState::Lost
    }
}

#[async_trait]
impl Presence for MemoryPresence {
    async fn look(
        &self,
        member: MemberId,
        page: SocketId,
        room: RoomId,
    ) -> SharedResult<PresenceState> {
        let [before, _] = self.change(member, room, |looks, now| {
            looks.retain(|look| {
                look.room != room || look.page.is_some_and(|looking| looking != page)
            });
            looks.push(Look { room, page: Some(page), end: now + LOOK_LIFE });
        });
        Ok(before)
    }

    async fn look_away(
        &self,
        member: MemberId,
        page: SocketId,
        room: RoomId,
        is_lost: bool,
    ) -> SharedResult<PresenceState> {
        let [_, after] = self.change(member, room, |looks, now| {
            looks.retain(|look| look.room != room || look.page != Some(page));
            if is_lost && state(looks, room) != PresenceState::Here {
                looks.retain(|look| look.room != room);
                looks.push(Look { room, page: None, end: now + LOST_LIFE });
            }
        });
        Ok(after)
    }

    async fn of(&self, member: MemberId, room: RoomId) -> SharedResult<PresenceState> {
        let [_, now] = self.change(member, room, |_, _| {});
        Ok(now)
    }
}
