//! Use case: the open room of two members closes without anybody leaving it, for one has blocked the other (called by
//! `safety`). Both keep the history.

use crate::base::{MemberId, RoomId, Timestamp};
use crate::infra::shared::Shared;
use crate::infra::{DbError, ReadConn, WriteConn};

use super::{ChatError, leave_room, store};

/// Closes the open room of two members, in the transaction of the caller; afterwards [`tell_closed`]. Which it was.
pub fn close_room_of(
    conn: &mut WriteConn<'_>,
    by: MemberId,
    other: MemberId,
    now: Timestamp,
) -> Result<Option<RoomId>, DbError> {
    store::close_room_of(conn, by, other, now)
}

/// Has the log and the pages of both know that a room is closed.
pub async fn tell_closed(
    shared: &Shared,
    by: MemberId,
    other: MemberId,
    room: RoomId,
) -> Result<(), ChatError> {
    leave_room::close(shared, by, room, other).await
}

/// The room that one of two members closed at this moment, if there is one.
pub fn room_closed_at(
    conn: &mut ReadConn<'_>,
    by: MemberId,
    other: MemberId,
    at: Timestamp,
) -> Result<Option<RoomId>, DbError> {
    Ok(store::rooms_closed(conn, by, other, at)?.pop())
}

/// Whether two members share or shared a room.
pub fn have_met(conn: &mut ReadConn<'_>, both: [MemberId; 2]) -> Result<bool, DbError> {
    store::have_met(conn, both)
}
