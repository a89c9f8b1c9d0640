//! Use case: the rooms of a member, and putting a room at hand for the gateways.

use std::collections::HashSet;

use futures_util::{StreamExt, TryStreamExt, stream};
use serde::Serialize;
use utoipa::ToSchema;

use crate::base::{MemberId, RoomId};
use crate::infra::objects::ImageSize;
use crate::infra::shared::{RoomEntry, Shared};
use crate::infra::{Db, DbError, Freshness, ImageLinks, Infra, ReadConn};
use crate::protocol::RoomView;

use super::ChatError;
use super::store::{self, Cursor, Range, Seen};

/// Rooms that are looked up in shared state at the same time.
pub(super) const ROOMS_AT_ONCE: usize = 32;
/// Where unread stops counting.
const UNREAD_MAX: u32 = 100;

/// A page of a member's rooms, newest first.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct RoomPage {
    /// The rooms.
    pub rooms: Vec<RoomView>,
    /// Ask with this for the next page; null on the last.
    #[schema(required)]
    pub next: Option<String>,
}

/// Lists the rooms that a member has not left. `cursor` is the `next` of the page before; one that is
/// not understood is ignored.
pub async fn list_rooms(
    infra: &Infra,
    member: MemberId,
    cursor: Option<String>,
    limit: usize,
) -> Result<RoomPage, ChatError> {
    let after = cursor.as_deref().and_then(read_cursor);
    let mut listed = infra
        .db
        .read("chat.list_rooms", Freshness::SeenBy(member), move |conn| {
            Ok::<_, ChatError>(store::rooms_page(conn, member, after, limit + 1)?)
        })
        .await?;
    let more = listed.len() > limit;
    listed.truncate(limit);
    let last = listed.last().filter(|_| more);
    let next = last.map(|last| format!("{}_{}", last.active_seq, last.view.id));
    let rooms = listed.into_iter().map(async |seen| {
        let room = with_image(&infra.images, seen).await;
        with_tail(&infra.shared, room).await
    });
    let rooms = stream::iter(rooms).buffered(ROOMS_AT_ONCE).try_collect().await?;
    Ok(RoomPage { rooms, next })
}

/// One room of a member.
pub async fn show_room(
    infra: &Infra,
    room: RoomId,
    member: MemberId,
) -> Result<RoomView, ChatError> {
    let seen = infra
        .db
        .read("chat.show_room", Freshness::SeenBy(member), move |conn| {
            store::room_of(conn, room, member)?.ok_or(ChatError::RoomNotFound(room))
        })
        .await?;
    with_tail(&infra.shared, with_image(&infra.images, seen).await).await
}

/// Puts a room at hand in shared state, with its newest messages, so that a gateway can check who is
/// in it and recognise a resend.
pub async fn fill_room(
    db: &Db,
    shared: &Shared,
    room: RoomId,
    recent: usize,
) -> Result<(), ChatError> {
    let entry = db
        .read("chat.fill_room", Freshness::Latest, move |conn| {
            let (members, open) =
                store::room_head(conn, room)?.ok_or(ChatError::RoomNotFound(room))?;
            let recent = store::messages(conn, room, Range::Newest, recent)?;
            Ok::<_, ChatError>(RoomEntry { room, members, open, recent })
        })
        .await?;
    shared.rooms.fill(entry).await?;
    // Somebody may have left since the database was read.
    close_if_closed(db, shared, room).await
}

/// Has the log take no more messages of a room, if the database says that it is closed.
pub(super) async fn close_if_closed(
    db: &Db,
    shared: &Shared,
    room: RoomId,
) -> Result<(), ChatError> {
    let head = db
        .read("chat.room_head", Freshness::Latest, move |conn| store::room_head(conn, room))
        .await?;
    if let Some((_, false)) = head {
        shared.rooms.close(room).await?;
    }
    Ok(())
}

/// The members with whom a member has an open room (called by `matcher`).
pub fn open_partners(
    conn: &mut ReadConn<'_>,
    member: MemberId,
) -> Result<HashSet<MemberId>, DbError> {
    store::open_partners(conn, member)
}

/// The room with a link to the partner's picture.
pub(super) async fn with_image(images: &ImageLinks, seen: Seen) -> RoomView {
    let Seen { mut view, image, .. } = seen;
    view.partner.image = images.link(image, ImageSize::Small).await;
    view
}

/// Adds what the log has beyond the database.
async fn with_tail(shared: &Shared, mut room: RoomView) -> Result<RoomView, ChatError> {
    let Some(tail) = shared.rooms.tail(room.id, room.last_seq).await? else { return Ok(room) };
    let unread = tail
        .messages
        .iter()
        .filter(|message| message.from == room.partner.id && message.seq > room.read_seq)
        .count();
    room.unread = room.unread.saturating_add(u32::try_from(unread).unwrap_or(UNREAD_MAX));
    room.unread = room.unread.min(UNREAD_MAX);
    if let Some(last) = tail.messages.last() {
        room.last_seq = last.seq;
        room.last_message = Some(last.clone());
    }
    Ok(room)
}

fn read_cursor(cursor: &str) -> Option<Cursor> {
    let (active, room) = cursor.split_once('_')?;
    Some((active.parse().ok()?, room.parse().ok()?))
}
