//! Every query of this module.

use std::collections::HashSet;

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Nullable, Text};

use crate::base::{MemberId, MessageId, ProposalId, RoomId, Timestamp};
use crate::infra::db::schema::{messages, room_members, rooms};
use crate::infra::db::{DbId, DbTime};
use crate::infra::{DbError, ReadConn, WriteConn};
use crate::protocol::{Closer, Message, MessageKind, PartnerView, Place, RoomView};

/// Which part of a room.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Range {
    /// The newest messages.
    Newest,
    /// The newest of those older than a place.
    Before(Place),
    /// The oldest of those newer than a place.
    After(Place),
}

/// A place in the room list: `active_seq` and id of the last room of a page.
pub(super) type Cursor = (Place, RoomId);

/// The columns of a room as one of its members sees it. `$1` is the member.
///
/// Unread counts to 100 and stops, so its cost does not grow with the messages.
const ROOM_VIEW: &str = "
    SELECT mine.room_id, mine.partner_id, partner.nickname, rooms.opened_at, rooms.closed_at,
           rooms.closed_by, rooms.last_seq, mine.read_seq, mine.active_seq,
           theirs.read_seq AS partner_read_seq,
           (SELECT COUNT(*) FROM (
               SELECT 1 FROM messages
               WHERE messages.room_id = mine.room_id AND messages.seq > mine.read_seq
                     AND messages.sender_id = mine.partner_id
               LIMIT 100) AS counted) AS unread,
           newest.id AS last_id, newest.prev AS last_prev, newest.sender_id AS last_from,
           newest.body AS last_body, newest.sent_at AS last_sent_at
    FROM room_members AS mine
    JOIN rooms ON rooms.id = mine.room_id
    JOIN members AS partner ON partner.id = mine.partner_id
    JOIN room_members AS theirs
         ON theirs.room_id = mine.room_id AND theirs.member_id = mine.partner_id
    LEFT JOIN messages AS newest ON newest.room_id = rooms.id AND newest.seq = rooms.last_seq
    WHERE mine.member_id = $1 AND mine.left_at IS NULL";

#[derive(QueryableByName)]
struct RoomRow {
    #[diesel(sql_type = DbId)]
    room_id: RoomId,
    #[diesel(sql_type = DbId)]
    partner_id: MemberId,
    #[diesel(sql_type = Text)]
    nickname: String,
    #[diesel(sql_type = DbTime)]
    opened_at: Timestamp,
    #[diesel(sql_type = Nullable<DbTime>)]
    closed_at: Option<Timestamp>,
    #[diesel(sql_type = Nullable<DbId>)]
    closed_by: Option<MemberId>,
    #[diesel(sql_type = BigInt)]
    last_seq: Place,
    #[diesel(sql_type = BigInt)]
    read_seq: Place,
    #[diesel(sql_type = BigInt)]
    active_seq: Place,
    #[diesel(sql_type = BigInt)]
    partner_read_seq: Place,
    #[diesel(sql_type = BigInt)]
    unread: i64,
    #[diesel(sql_type = Nullable<DbId>)]
    last_id: Option<MessageId>,
    #[diesel(sql_type = Nullable<BigInt>)]
    last_prev: Option<Place>,
    #[diesel(sql_type = Nullable<DbId>)]
    last_from: Option<MemberId>,
    #[diesel(sql_type = Nullable<Text>)]
    last_body: Option<String>,
    #[diesel(sql_type = Nullable<DbTime>)]
    last_sent_at: Option<Timestamp>,
}

impl RoomRow {
    fn into_view(self, member: MemberId) -> RoomView {
        let last_message = self.last_message();
        let closer = |by| if by == member { Closer::Me } else { Closer::Partner };
        RoomView {
            id: self.room_id,
            partner: PartnerView { id: self.partner_id, nickname: self.nickname },
            open: self.closed_at.is_none(),
            opened_at: self.opened_at,
            closed_by: self.closed_by.map(closer),
            last_message,
            last_seq: self.last_seq,
            read_seq: self.read_seq,
            partner_read_seq: self.partner_read_seq,
            unread: u32::try_from(self.unread).unwrap_or(0),
        }
    }

    fn last_message(&self) -> Option<Message> {
        Some(Message {
            room: self.room_id,
            seq: self.last_seq,
            prev: self.last_prev?,
            id: self.last_id?,
            from: self.last_from?,
            kind: MessageKind::Text,
            text: self.last_body.clone()?,
            sent_at: self.last_sent_at?,
            stored: true,
        })
    }
}

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = messages, treat_none_as_default_value = false)]
struct MessageRow {
    room_id: RoomId,
    seq: Place,
    prev: Place,
    id: MessageId,
    sender_id: MemberId,
    kind: String,
    body: String,
    sent_at: Timestamp,
}

impl From<&Message> for MessageRow {
    fn from(message: &Message) -> Self {
        let kind = match message.kind {
            MessageKind::Text => "text",
        };
        Self {
            room_id: message.room,
            seq: message.seq,
            prev: message.prev,
            id: message.id,
            sender_id: message.from,
            kind: kind.to_owned(),
            body: message.text.clone(),
            sent_at: message.sent_at,
        }
    }
}

impl From<MessageRow> for Message {
    fn from(row: MessageRow) -> Self {
        Self {
            room: row.room_id,
            seq: row.seq,
            prev: row.prev,
            id: row.id,
            from: row.sender_id,
            kind: MessageKind::Text,
            text: row.body,
            sent_at: row.sent_at,
            stored: true,
        }
    }
}

/// Rooms of a member after `cursor`, newest first, each with its place in the list.
pub(super) fn rooms_page(
    conn: &mut ReadConn<'_>,
    member: MemberId,
    cursor: Option<Cursor>,
    limit: usize,
) -> Result<Vec<(Place, RoomView)>, DbError> {
    let (active, room) = cursor.unwrap_or((Place::MAX, RoomId::new(uuid::Uuid::max())));
    let query = format!(
        "{ROOM_VIEW} AND (mine.active_seq, mine.room_id) < ($2, $3)
         ORDER BY mine.active_seq DESC, mine.room_id DESC LIMIT $4"
    );
    let rows: Vec<RoomRow> = diesel::sql_query(query)
        .bind::<DbId, _>(member)
        .bind::<BigInt, _>(active)
        .bind::<DbId, _>(room)
        .bind::<BigInt, _>(to_sql(limit))
        .load(conn.sql())?;
    Ok(rows.into_iter().map(|row| (row.active_seq, row.into_view(member))).collect())
}

/// A room, if this member is in it and has not left.
pub(super) fn room_of(
    conn: &mut ReadConn<'_>,
    room: RoomId,
    member: MemberId,
) -> Result<Option<RoomView>, DbError> {
    let row: Option<RoomRow> = diesel::sql_query(format!("{ROOM_VIEW} AND mine.room_id = $2"))
        .bind::<DbId, _>(member)
        .bind::<DbId, _>(room)
        .get_result(conn.sql())
        .optional()?;
    Ok(row.map(|row| row.into_view(member)))
}

/// The other member of a room, if this member is in it and has not left.
pub(super) fn partner_of(
    conn: &mut ReadConn<'_>,
    room: RoomId,
    member: MemberId,
) -> Result<Option<MemberId>, DbError> {
    let partner = room_members::table
        .find((room, member))
        .filter(room_members::left_at.is_null())
        .select(room_members::partner_id)
        .first(conn.sql())
        .optional()?;
    Ok(partner)
}

/// The members of a room and whether it is open.
pub(super) fn room_head(
    conn: &mut ReadConn<'_>,
    room: RoomId,
) -> Result<Option<([MemberId; 2], bool)>, DbError> {
    let head = rooms::table
        .find(room)
        .select((rooms::member_low, rooms::member_high, rooms::closed_at))
        .first::<(MemberId, MemberId, Option<Timestamp>)>(conn.sql())
        .optional()?;
    Ok(head.map(|(low, high, closed_at)| ([low, high], closed_at.is_none())))
}

/// Up to `limit` messages of a room, oldest first.
pub(super) fn messages(
    conn: &mut ReadConn<'_>,
    room: RoomId,
    range: Range,
    limit: usize,
) -> Result<Vec<Message>, DbError> {
    let of_room = messages::table
        .filter(messages::room_id.eq(room))
        .select(MessageRow::as_select())
        .limit(to_sql(limit));
    let newest_first =
        |before: Place| of_room.filter(messages::seq.lt(before)).order(messages::seq.desc());
    let rows: Vec<MessageRow> = match range {
        Range::Newest => newest_first(Place::MAX).load(conn.sql())?,
        Range::Before(before) => newest_first(before).load(conn.sql())?,
        Range::After(after) => {
            of_room.filter(messages::seq.gt(after)).order(messages::seq.asc()).load(conn.sql())?
        }
    };
    let mut found: Vec<Message> = rows.into_iter().map(Message::from).collect();
    found.sort_unstable_by_key(|message| message.seq);
    Ok(found)
}

/// A message of a room, by its id.
pub(super) fn message(
    conn: &mut ReadConn<'_>,
    room: RoomId,
    id: MessageId,
) -> Result<Option<Message>, DbError> {
    let row: Option<MessageRow> = messages::table
        .filter(messages::room_id.eq(room))
        .filter(messages::id.eq(id))
        .select(MessageRow::as_select())
        .first(conn.sql())
        .optional()?;
    Ok(row.map(Message::from))
}

/// Up to `limit` messages newer than `since` in all rooms that a member has not left.
pub(super) fn messages_of_member(
    conn: &mut ReadConn<'_>,
    member: MemberId,
    since: Place,
    limit: usize,
) -> Result<Vec<Message>, DbError> {
    // A room without anything newer is not looked into: its `active_seq` says so.
    let rows: Vec<MessageRow> = room_members::table
        .inner_join(messages::table.on(messages::room_id.eq(room_members::room_id)))
        .filter(room_members::member_id.eq(member))
        .filter(room_members::left_at.is_null())
        .filter(room_members::active_seq.gt(since))
        .filter(messages::seq.gt(since))
        .select(MessageRow::as_select())
        .limit(to_sql(limit))
        .load(conn.sql())?;
    Ok(rows.into_iter().map(Message::from).collect())
}

/// The newest rooms that a member has not left.
pub(super) fn rooms_of_member(
    conn: &mut ReadConn<'_>,
    member: MemberId,
    limit: usize,
) -> Result<Vec<RoomId>, DbError> {
    let found = room_members::table
        .filter(room_members::member_id.eq(member))
        .filter(room_members::left_at.is_null())
        .order(room_members::active_seq.desc())
        .select(room_members::room_id)
        .limit(to_sql(limit))
        .load(conn.sql())?;
    Ok(found)
}

/// The members with whom a member has an open room.
pub(super) fn open_partners(
    conn: &mut ReadConn<'_>,
    member: MemberId,
) -> Result<HashSet<MemberId>, DbError> {
    let found: Vec<MemberId> = room_members::table
        .inner_join(rooms::table.on(rooms::id.eq(room_members::room_id)))
        .filter(room_members::member_id.eq(member))
        .filter(rooms::closed_at.is_null())
        .select(room_members::partner_id)
        .load(conn.sql())?;
    Ok(found.into_iter().collect())
}

/// Opens the room of a proposal, or finds the one that is open already.
pub(super) fn open_room(
    conn: &mut WriteConn<'_>,
    proposal: ProposalId,
    [one, other]: [MemberId; 2],
    now: Timestamp,
) -> Result<RoomId, DbError> {
    let (low, high) = (one.min(other), one.max(other));
    let same_pair = rooms::member_low.eq(low).and(rooms::member_high.eq(high));
    let known: Option<RoomId> = rooms::table
        .filter(rooms::proposal_id.eq(proposal).or(same_pair.and(rooms::closed_at.is_null())))
        .select(rooms::id)
        .first(conn.sql())
        .optional()?;
    if let Some(room) = known {
        return Ok(room);
    }
    let room = RoomId::fresh();
    diesel::insert_into(rooms::table)
        .values((
            rooms::id.eq(room),
            rooms::proposal_id.eq(proposal),
            rooms::member_low.eq(low),
            rooms::member_high.eq(high),
            rooms::opened_at.eq(now),
        ))
        .execute(conn.sql())?;
    for (member, partner) in [(low, high), (high, low)] {
        diesel::insert_into(room_members::table)
            .values((
                room_members::room_id.eq(room),
                room_members::member_id.eq(member),
                room_members::partner_id.eq(partner),
                room_members::active_seq.eq(now.as_micros()),
            ))
            .execute(conn.sql())?;
    }
    Ok(room)
}

/// Lets a member leave and closes the room. Returns the partner; none if the member was not there.
pub(super) fn leave(
    conn: &mut WriteConn<'_>,
    room: RoomId,
    member: MemberId,
    now: Timestamp,
) -> Result<Option<MemberId>, DbError> {
    let Some(partner) = partner_of(&mut conn.as_read(), room, member)? else { return Ok(None) };
    diesel::update(room_members::table.find((room, member)))
        .set(room_members::left_at.eq(now))
        .execute(conn.sql())?;
    diesel::update(rooms::table.find(room).filter(rooms::closed_at.is_null()))
        .set((rooms::closed_at.eq(now), rooms::closed_by.eq(member)))
        .execute(conn.sql())?;
    Ok(Some(partner))
}

/// Moves a read position forward. False if it was there or further.
pub(super) fn advance_read(
    conn: &mut WriteConn<'_>,
    room: RoomId,
    member: MemberId,
    seq: Place,
) -> Result<bool, DbError> {
    let behind = room_members::table.find((room, member)).filter(room_members::read_seq.lt(seq));
    let moved = diesel::update(behind).set(room_members::read_seq.eq(seq)).execute(conn.sql())?;
    Ok(moved == 1)
}

/// Adds messages; those that are there already change nothing. Returns how many were new.
pub(super) fn insert_messages(
    conn: &mut WriteConn<'_>,
    batch: &[Message],
) -> Result<usize, DbError> {
    let rows: Vec<MessageRow> = batch.iter().map(MessageRow::from).collect();
    let new = diesel::insert_into(messages::table)
        .values(&rows)
        .on_conflict_do_nothing()
        .execute(conn.sql())?;
    if new < rows.len() {
        all_are_there(conn, batch)?;
    }
    let touched: HashSet<RoomId> = batch.iter().map(|message| message.room).collect();
    for room in touched {
        // Not the newest of the batch: a repeat may have been given another place than its row has.
        let seq: Place = messages::table
            .filter(messages::room_id.eq(room))
            .select(diesel::dsl::max(messages::seq))
            .first::<Option<Place>>(conn.sql())?
            .unwrap_or(0);
        diesel::update(rooms::table.find(room).filter(rooms::last_seq.lt(seq)))
            .set(rooms::last_seq.eq(seq))
            .execute(conn.sql())?;
        let of_room = room_members::table
            .filter(room_members::room_id.eq(room))
            .filter(room_members::active_seq.lt(seq));
        diesel::update(of_room).set(room_members::active_seq.eq(seq)).execute(conn.sql())?;
    }
    Ok(new)
}

/// Makes sure that what was not new is there, and not merely another message in its place.
fn all_are_there(conn: &mut WriteConn<'_>, batch: &[Message]) -> Result<(), DbError> {
    for message in batch {
        let there: bool = diesel::select(diesel::dsl::exists(
            messages::table
                .filter(messages::room_id.eq(message.room))
                .filter(messages::id.eq(message.id)),
        ))
        .get_result(conn.sql())?;
        if !there {
            return Err(DbError::Taken { key: format!("messages.seq {}", message.seq) });
        }
    }
    Ok(())
}

fn to_sql(limit: usize) -> i64 {
    i64::try_from(limit).unwrap_or(i64::MAX)
}
