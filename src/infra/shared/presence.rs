//! Which rooms members look at: what their partners see of them.

use std::time::Duration;

use async_trait::async_trait;

use crate::base::{MemberId, RoomId, SocketId};
use crate::protocol::PresenceState;

use super::SharedResult;

/// How long a page looks at a room that does not say so again.
pub const LOOK_LIFE: Duration = Duration::from_secs(45);
/// How long a member whose connection was lost is given to come back.
pub const LOST_LIFE: Duration = Duration::from_secs(30);

/// Who looks at what.
#[async_trait]
pub trait Presence: Send + Sync {
    /// Notes that a page of a member looks at a room. Lives [`LOOK_LIFE`] unless noted again. Returns what the member
    /// was there before.
    async fn look(
        &self,
        member: MemberId,
        page: SocketId,
        room: RoomId,
    ) -> SharedResult<PresenceState>;
    /// Notes that a page of a member does not look at a room any more. If its connection `is_lost`, and no other page
    /// looks there, the member counts as lost for [`LOST_LIFE`]. Returns what the member is there from now on.
    async fn look_away(
        &self,
        member: MemberId,
        page: SocketId,
        room: RoomId,
        is_lost: bool,
    ) -> SharedResult<PresenceState>;
    /// What a member is in a room.
    async fn of(&self, member: MemberId, room: RoomId) -> SharedResult<PresenceState>;
}
