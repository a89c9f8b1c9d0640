//! What a member takes along of rooms. The tables are those of `chat`, which alone writes them.

use diesel::prelude::*;

use crate::base::{ImageId, MemberId, MessageId, RoomId, Timestamp};
use crate::infra::db::schema::{members, messages, room_members, rooms};
use crate::infra::db::sql;
use crate::infra::{DbError, ReadConn};

/// A room that a member is or was in.
#[derive(Queryable)]
pub(in crate::member) struct ExportedRoom {
    pub(in crate::member) id: RoomId,
    /// The nickname of the partner.
    pub(in crate::member) partner: String,
    pub(in crate::member) opened_at: Timestamp,
    pub(in crate::member) closed_at: Option<Timestamp>,
    pub(in crate::member) left_at: Option<Timestamp>,
    pub(in crate::member) read_seq: i64,
}

/// Something that a member wrote.
#[derive(Queryable)]
pub(in crate::member) struct ExportedMessage {
    pub(in crate::member) seq: i64,
    pub(in crate::member) id: MessageId,
    pub(in crate::member) kind: String,
    pub(in crate::member) text: String,
    pub(in crate::member) sent_at: Timestamp,
    pub(in crate::member) image: Option<ImageId>,
}

/// Rooms of a member after one, in order of their ids.
pub(in crate::member) fn rooms_to_export(
    conn: &mut ReadConn<'_>,
    member: MemberId,
    after: RoomId,
    limit: i64,
) -> Result<Vec<ExportedRoom>, DbError> {
    Ok(sql!(conn, |c| room_members::table
        .inner_join(rooms::table.on(rooms::id.eq(room_members::room_id)))
        .inner_join(members::table.on(members::id.eq(room_members::partner_id)))
        .filter(room_members::member_id.eq(member))
        .filter(room_members::room_id.gt(after))
        .order(room_members::room_id)
        .limit(limit)
        .select((
            rooms::id,
            members::nickname,
            rooms::opened_at,
            rooms::closed_at,
            room_members::left_at,
            room_members::read_seq,
        ))
        .load(c))?)
}

/// What a member wrote in a room after a place, in order.
pub(in crate::member) fn messages_to_export(
    conn: &mut ReadConn<'_>,
    room: RoomId,
    member: MemberId,
    after: i64,
    limit: i64,
) -> Result<Vec<ExportedMessage>, DbError> {
    Ok(sql!(conn, |c| messages::table
        .filter(messages::room_id.eq(room))
        .filter(messages::seq.gt(after))
        .filter(messages::sender_id.eq(member))
        .order(messages::seq)
        .limit(limit)
        .select((
            messages::seq,
            messages::id,
            messages::kind,
            messages::body,
            messages::sent_at,
            messages::image_id,
        ))
        .load(c))?)
}
