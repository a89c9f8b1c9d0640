//! Use case: two members who accepted each other get a room (called by `matcher`).

use crate::base::{MemberId, ProposalId, RoomId, Timestamp};
use crate::infra::{Freshness, Infra, WriteConn};
use crate::protocol::{Event, ServerFrame};

use super::rooms::{fill_room, with_image};
use super::{ChatError, store};

/// Opens the room of a proposal, inside the caller's transaction. Opening it again finds the first.
pub fn open_room(
    conn: &mut WriteConn<'_>,
    proposal: ProposalId,
    members: [MemberId; 2],
    now: Timestamp,
) -> Result<RoomId, ChatError> {
    store::open_room(conn, proposal, members, now)?.ok_or(ChatError::MemberGone)
}

/// Puts a new room at hand, with at most `recent` messages, and shows it to both members.
pub async fn announce_room(
    infra: &Infra,
    room: RoomId,
    members: [MemberId; 2],
    recent: usize,
) -> Result<(), ChatError> {
    let (db, shared) = (&infra.db, &infra.shared);
    // Nearly always a new room without a message, but the pair may have had one.
    fill_room(db, shared, room, recent).await?;
    for member in members {
        let seen = db
            .read("chat.announce_room", Freshness::Latest, move |conn| {
                Ok::<_, ChatError>(store::room_of(conn, room, member)?)
            })
            .await?;
        // When it is announced again, one of the two may have left already.
        let Some(seen) = seen else { continue };
        let room = with_image(&infra.images, seen).await;
        let opened = Event::show(ServerFrame::RoomOpened { room });
        shared.inboxes.deliver(member, opened).await?;
    }
    Ok(())
}
