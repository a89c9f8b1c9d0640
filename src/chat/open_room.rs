//! Use case: two members who accepted each other get a room (called by `matcher`).

use tokio::try_join;

use crate::base::{MemberId, ProposalId, RoomId, Timestamp};
use crate::infra::shared::RoomEntry;
use crate::infra::{Freshness, Infra, WriteConn};
use crate::protocol::{Event, ServerFrame};

use super::ChatError;
use super::rooms::{fill_room, with_image};
use super::store::{self, Seen};

/// The room of a pair.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OpenedRoom {
    /// Its id.
    pub id: RoomId,
    /// Whether it was opened just now, so that nothing was said in it.
    pub is_new: bool,
}

/// Opens the room of a proposal, inside the caller's transaction. Opening it again finds the first.
pub fn open_room(
    conn: &mut WriteConn<'_>,
    proposal: ProposalId,
    members: [MemberId; 2],
    now: Timestamp,
) -> Result<OpenedRoom, ChatError> {
    store::open_room(conn, proposal, members, now)?.ok_or(ChatError::MemberGone)
}

/// Puts a room at hand, with at most `recent` messages, and shows it to both members.
pub async fn announce_room(
    infra: &Infra,
    room: OpenedRoom,
    members: [MemberId; 2],
    recent: usize,
) -> Result<(), ChatError> {
    let (db, shared, OpenedRoom { id, is_new }) = (&infra.db, &infra.shared, room);
    if is_new {
        let entry = RoomEntry { room: id, members, open: true, recent: Vec::new() };
        shared.rooms.fill(entry).await?;
    } else {
        fill_room(db, shared, id, recent).await?;
    }
    let read = db.read("chat.announce_room", Freshness::Latest, move |conn| {
        let [one, other] = members;
        Ok::<_, ChatError>([store::room_of(conn, id, one)?, store::room_of(conn, id, other)?])
    });
    let seen = read.await?;
    // Another who announced it may have been faster, and then one of the two.
    if seen.iter().any(|seen| seen.as_ref().is_none_or(|seen| !seen.view.open)) {
        shared.rooms.close(id).await?;
    }
    let show = async |member, seen: Option<Seen>| {
        let Some(seen) = seen else { return Ok(()) };
        let room = with_image(&infra.images, seen).await;
        shared.inboxes.deliver(member, Event::show(ServerFrame::RoomOpened { room })).await
    };
    let ([one, other], [seen, seen_by_other]) = (members, seen);
    try_join!(show(one, seen), show(other, seen_by_other))?;
    Ok(())
}
