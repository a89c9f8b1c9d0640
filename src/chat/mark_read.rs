//! Use case: a member has seen everything up to a place.

use crate::base::{MemberId, RoomId, Timestamp};
use crate::infra::Db;
use crate::infra::shared::Shared;
use crate::protocol::{Event, Place, ReadMark, ServerFrame};

use super::{ChatError, store};

/// Moves a member's read position forward, never back, and tells the member's pages when it moved; the partner's
/// too, if both share how far they have read.
pub async fn mark_read(
    db: &Db,
    shared: &Shared,
    room: RoomId,
    member: MemberId,
    seq: Place,
    now: Timestamp,
) -> Result<(), ChatError> {
    // A place is a time, so nobody has seen what is in the future; but places given within one
    // microsecond, or by a clock ahead of this one, run ahead of `now`.
    let now = now.as_micros();
    let ahead = shared.rooms.tail(room, now).await?;
    let newest = ahead.and_then(|tail| tail.messages.last().map(|message| message.seq));
    let seq = seq.min(newest.unwrap_or(now));
    let moved = db
        .write("chat.mark_read", move |conn| {
            let partner = store::partner_of(&mut conn.as_read(), room, member)?
                .ok_or(ChatError::RoomNotFound(room))?;
            if !store::advance_read(conn, room, member, seq)? {
                return Ok(None);
            }
            let is_shared = store::share_read(&mut conn.as_read(), [member, partner])?;
            Ok::<_, ChatError>(Some((partner, is_shared)))
        })
        .await?;
    let Some((partner, is_shared)) = moved else { return Ok(()) };
    db.show_to(vec![member, partner]).await;
    let mark = Event::show(ServerFrame::Read(ReadMark { room, member, seq }));
    if is_shared {
        shared.inboxes.deliver(partner, mark.clone()).await?;
    }
    shared.inboxes.deliver(member, mark).await?;
    Ok(())
}
