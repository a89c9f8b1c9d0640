//! Use case: a member leaves a room. The room closes; the partner keeps the history.

use crate::base::{MemberId, RoomId, Timestamp};
use crate::infra::Db;
use crate::infra::shared::Shared;
use crate::protocol::{Closer, Event, ServerFrame};

use super::rooms::close_if_closed;
use super::{ChatError, store};

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
    shared.rooms.close(room).await?;
    for (to, by) in [(member, Closer::Me), (partner, Closer::Partner)] {
        let closed = Event::show(ServerFrame::RoomClosed { room, by });
        shared.inboxes.deliver(to, closed).await?;
    }
    Ok(())
}
