//! Use case: a member leaves a room, or every room. The room closes; the partner keeps the history.

use futures_util::{StreamExt, TryStreamExt, stream};

use crate::base::{MemberId, RoomId, Timestamp};
use crate::infra::shared::Shared;
use crate::infra::{Db, DbError, WriteConn};
use crate::protocol::{Closer, Event, ServerFrame};

use super::rooms::close_if_closed;
use super::{ChatError, store};

/// How many rooms are closed at once when a member leaves them all.
const TOLD_AT_ONCE: usize = 16;

/// Leaves a room. Leaving twice is refused like a room that was never there.
pub async fn leave_room(
    db: &Db,
    shared: &Shared,
    room: RoomId,
    member: MemberId,
    now: Timestamp,
) -> Result<(), ChatError> {
    let left =
        db.write("chat.leave_room", move |conn| store::leave(conn, room, member, now)).await?;
    let Some(partner) = left else {
        // An earlier try may have died before the log knew. A room that nobody left stays open.
        close_if_closed(db, shared, room).await?;
        return Err(ChatError::RoomNotFound(room));
    };
    db.show_to(vec![member, partner]).await;
    close(shared, member, room, partner).await
}

/// Lets a member leave every room, in the transaction of the caller (called by `member`). Returns the rooms, each
/// with the partner; afterwards [`tell_left`].
pub fn leave_every_room(
    conn: &mut WriteConn<'_>,
    member: MemberId,
    now: Timestamp,
) -> Result<Vec<(RoomId, MemberId)>, DbError> {
    store::leave_all(conn, member, now)
}

/// Has the log and the pages of both know which rooms a member left.
pub async fn tell_left(
    shared: &Shared,
    member: MemberId,
    left: Vec<(RoomId, MemberId)>,
) -> Result<(), ChatError> {
    let closing = left.into_iter().map(|(room, partner)| close(shared, member, room, partner));
    stream::iter(closing).buffer_unordered(TOLD_AT_ONCE).try_collect::<Vec<()>>().await?;
    Ok(())
}

/// Has the log take no more messages of a room, and tells both members who closed it.
pub(super) async fn close(
    shared: &Shared,
    member: MemberId,
    room: RoomId,
    partner: MemberId,
) -> Result<(), ChatError> {
    shared.rooms.close(room).await?;
    for (to, by) in [(member, Closer::Me), (partner, Closer::Partner)] {
        let closed = Event::show(ServerFrame::RoomClosed { room, by });
        shared.inboxes.deliver(to, closed).await?;
    }
    Ok(())
}
