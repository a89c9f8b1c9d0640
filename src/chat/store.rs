//! Every query of this module.

use std::collections::HashSet;

use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Integer, Nullable, Text};

use crate::base::{ImageId, MemberId, MessageId, ProposalId, RoomId, Timestamp};
use crate::infra::db::schema::{
    blocks, members, messages, report_images, room_members, rooms, suspensions,
};
use crate::infra::db::{Conn, DbId, DbTime, PgConn, row_limit, sql};
use crate::infra::objects::{plan_deletions, withdraw_deletions};
use crate::infra::{DbError, ReadConn, WriteConn};
use crate::protocol::{Closer, ImageView, Message, MessageKind, PartnerView, Place, RoomView};

use super::OpenedRoom;

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
    SELECT mine.room_id, mine.partner_id, partner.nickname, partner.image_id, partner.withdrawn_at,
           rooms.opened_at, rooms.closed_at, rooms.closed_by, rooms.last_seq, mine.read_seq, mine.active_seq,
           CASE WHEN me.share_read AND partner.share_read THEN theirs.read_seq ELSE 0 END AS partner_read_seq,
           (SELECT COUNT(*) FROM (
               SELECT 1 FROM messages
               WHERE messages.room_id = mine.room_id AND messages.seq > mine.read_seq
                     AND messages.sender_id = mine.partner_id
               LIMIT 100) AS counted) AS unread,
           newest.id AS last_id, newest.kind AS last_kind, newest.prev AS last_prev, newest.sender_id AS last_from,
           newest.body AS last_body, newest.sent_at AS last_sent_at, newest.image_id AS last_image,
           newest.image_width AS last_width, newest.image_height AS last_height
    FROM room_members AS mine
    JOIN rooms ON rooms.id = mine.room_id
    JOIN members AS me ON me.id = mine.member_id
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
    #[diesel(sql_type = Nullable<DbId>)]
    image_id: Option<ImageId>,
    #[diesel(sql_type = Nullable<DbTime>)]
    withdrawn_at: Option<Timestamp>,
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
    #[diesel(sql_type = Nullable<Text>)]
    last_kind: Option<String>,
    #[diesel(sql_type = Nullable<BigInt>)]
    last_prev: Option<Place>,
    #[diesel(sql_type = Nullable<DbId>)]
    last_from: Option<MemberId>,
    #[diesel(sql_type = Nullable<Text>)]
    last_body: Option<String>,
    #[diesel(sql_type = Nullable<DbTime>)]
    last_sent_at: Option<Timestamp>,
    #[diesel(sql_type = Nullable<DbId>)]
    last_image: Option<ImageId>,
    #[diesel(sql_type = Nullable<Integer>)]
    last_width: Option<i32>,
    #[diesel(sql_type = Nullable<Integer>)]
    last_height: Option<i32>,
}

/// A room as one of its members sees it, but for the link to the partner's picture.
pub(super) struct Seen {
    pub(super) view: RoomView,
    /// The place in the list.
    pub(super) active_seq: Place,
    /// The partner's picture.
    pub(super) image: Option<ImageId>,
}

impl RoomRow {
    fn seen_by(self, member: MemberId) -> Seen {
        let (active_seq, image) = (self.active_seq, self.image_id);
        Seen { view: self.into_view(member), active_seq, image }
    }

    fn into_view(self, member: MemberId) -> RoomView {
        let last_message = self.last_message();
        let closer = |by| if by == member { Closer::Me } else { Closer::Partner };
        RoomView {
            id: self.room_id,
            partner: PartnerView {
                id: self.partner_id,
                nickname: self.nickname,
                image: None,
                withdrawn: self.withdrawn_at.is_some(),
            },
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
            kind: kind(self.last_kind.as_deref()?),
            text: self.last_body.clone()?,
            image: image((self.last_image, self.last_width, self.last_height)),
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
    image_id: Option<ImageId>,
    image_width: Option<i32>,
    image_height: Option<i32>,
}

impl From<&Message> for MessageRow {
    fn from(message: &Message) -> Self {
        let kind = match message.kind {
            MessageKind::Text => "text",
            MessageKind::Image => IMAGE,
            MessageKind::Retracted => RETRACTED,
        };
        // No picture is larger than a JPEG can be.
        let pixels = |length: u32| i32::try_from(length).unwrap_or(i32::MAX);
        Self {
            room_id: message.room,
            seq: message.seq,
            prev: message.prev,
            id: message.id,
            sender_id: message.from,
            kind: kind.to_owned(),
            body: message.text.clone(),
            sent_at: message.sent_at,
            image_id: message.image.map(|image| image.id),
            image_width: message.image.map(|image| pixels(image.width)),
            image_height: message.image.map(|image| pixels(image.height)),
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
            kind: kind(&row.kind),
            text: row.body,
            image: image((row.image_id, row.image_width, row.image_height)),
            sent_at: row.sent_at,
            stored: true,
        }
    }
}

const IMAGE: &str = "image";
const RETRACTED: &str = "retracted";

fn kind(name: &str) -> MessageKind {
    match name {
        IMAGE => MessageKind::Image,
        RETRACTED => MessageKind::Retracted,
        _ => MessageKind::Text,
    }
}

/// A picture by its columns: all of them are there, or none.
fn image(columns: (Option<ImageId>, Option<i32>, Option<i32>)) -> Option<ImageView> {
    let (Some(id), Some(width), Some(height)) = columns else { return None };
    Some(ImageView { id, width: width.unsigned_abs(), height: height.unsigned_abs() })
}

/// Rooms of a member after `cursor`, newest first.
pub(super) fn rooms_page(
    conn: &mut ReadConn<'_>,
    member: MemberId,
    cursor: Option<Cursor>,
    limit: usize,
) -> Result<Vec<Seen>, DbError> {
    let (active, room) = cursor.unwrap_or((Place::MAX, RoomId::new(uuid::Uuid::max())));
    let query = format!(
        "{ROOM_VIEW} AND (mine.active_seq, mine.room_id) < ($2, $3)
         ORDER BY mine.active_seq DESC, mine.room_id DESC LIMIT $4"
    );
    let rows: Vec<RoomRow> = sql!(conn, |c| diesel::sql_query(query)
        .bind::<DbId, _>(member)
        .bind::<BigInt, _>(active)
        .bind::<DbId, _>(room)
        .bind::<BigInt, _>(row_limit(limit))
        .load(c))?;
    Ok(rows.into_iter().map(|row| row.seen_by(member)).collect())
}

/// A room, if this member is in it and has not left.
pub(super) fn room_of(
    conn: &mut ReadConn<'_>,
    room: RoomId,
    member: MemberId,
) -> Result<Option<Seen>, DbError> {
    let row: Option<RoomRow> =
        sql!(conn, |c| diesel::sql_query(format!("{ROOM_VIEW} AND mine.room_id = $2"))
            .bind::<DbId, _>(member)
            .bind::<DbId, _>(room)
            .get_result(c))
        .optional()?;
    Ok(row.map(|row| row.seen_by(member)))
}

/// The other member of a room, if this member is in it and has not left.
pub fn partner_of(
    conn: &mut ReadConn<'_>,
    room: RoomId,
    member: MemberId,
) -> Result<Option<MemberId>, DbError> {
    let partner = sql!(conn, |c| room_members::table
        .find((room, member))
        .filter(room_members::left_at.is_null())
        .select(room_members::partner_id)
        .first(c))
    .optional()?;
    Ok(partner)
}

/// Whether both share how far they have read; who does not share it does not see it either.
pub(super) fn share_read(conn: &mut ReadConn<'_>, both: [MemberId; 2]) -> Result<bool, DbError> {
    let sharing: i64 = sql!(conn, |c| members::table
        .filter(members::id.eq_any(both))
        .filter(members::share_read)
        .count()
        .get_result(c))?;
    Ok(sharing == 2)
}

/// Whether a member shares that it is typing, and sees it of others.
pub(super) fn share_typing(conn: &mut ReadConn<'_>, member: MemberId) -> Result<bool, DbError> {
    let shares = sql!(conn, |c| members::table.find(member).select(members::share_typing).first(c));
    Ok(shares.optional()?.unwrap_or(false))
}

/// The members of a room and whether it is open.
pub(super) fn room_head(
    conn: &mut ReadConn<'_>,
    room: RoomId,
) -> Result<Option<([MemberId; 2], bool)>, DbError> {
    let head = sql!(conn, |c| rooms::table
        .find(room)
        .select((rooms::member_low, rooms::member_high, rooms::closed_at))
        .first::<(MemberId, MemberId, Option<Timestamp>)>(c))
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
    let of_room = messages::table.filter(messages::room_id.eq(room)).limit(row_limit(limit));
    let newest_first =
        |before: Place| of_room.filter(messages::seq.lt(before)).order(messages::seq.desc());
    let rows: Vec<MessageRow> = match range {
        Range::Newest => {
            sql!(conn, |c| newest_first(Place::MAX).select(MessageRow::as_select()).load(c))?
        }
        Range::Before(before) => {
            sql!(conn, |c| newest_first(before).select(MessageRow::as_select()).load(c))?
        }
        Range::After(after) => {
            let oldest_first = of_room.filter(messages::seq.gt(after)).order(messages::seq.asc());
            sql!(conn, |c| oldest_first.select(MessageRow::as_select()).load(c))?
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
    let row: Option<MessageRow> = sql!(conn, |c| messages::table
        .filter(messages::room_id.eq(room))
        .filter(messages::id.eq(id))
        .select(MessageRow::as_select())
        .first(c))
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
    let rows: Vec<MessageRow> = sql!(conn, |c| room_members::table
        .inner_join(messages::table.on(messages::room_id.eq(room_members::room_id)))
        .filter(room_members::member_id.eq(member))
        .filter(room_members::left_at.is_null())
        .filter(room_members::active_seq.gt(since))
        .filter(messages::seq.gt(since))
        .select(MessageRow::as_select())
        .limit(row_limit(limit))
        .load(c))?;
    Ok(rows.into_iter().map(Message::from).collect())
}

/// The newest rooms that a member has not left.
pub(super) fn rooms_of_member(
    conn: &mut ReadConn<'_>,
    member: MemberId,
    limit: usize,
) -> Result<Vec<RoomId>, DbError> {
    let found = sql!(conn, |c| room_members::table
        .filter(room_members::member_id.eq(member))
        .filter(room_members::left_at.is_null())
        .order(room_members::active_seq.desc())
        .select(room_members::room_id)
        .limit(row_limit(limit))
        .load(c))?;
    Ok(found)
}

/// The members with whom a member has an open room.
pub(super) fn open_partners(
    conn: &mut ReadConn<'_>,
    member: MemberId,
) -> Result<HashSet<MemberId>, DbError> {
    let found: Vec<MemberId> = sql!(conn, |c| room_members::table
        .inner_join(rooms::table.on(rooms::id.eq(room_members::room_id)))
        .filter(room_members::member_id.eq(member))
        // Nobody has left an open room. Said for the index.
        .filter(room_members::left_at.is_null())
        .filter(rooms::closed_at.is_null())
        .select(room_members::partner_id)
        .load(c))?;
    Ok(found.into_iter().collect())
}

/// Whether two members may have a room: both are there and not suspended, and neither has blocked the other. It stays so
/// until the transaction ends.
fn may_meet(
    conn: &mut WriteConn<'_>,
    both: [MemberId; 2],
    now: Timestamp,
) -> Result<bool, DbError> {
    if let Conn::Postgres(c) = conn.engine() {
        // Whoever withdraws, blocks or is suspended waits here, or is waited for.
        diesel::sql_query("SELECT 1 FROM members WHERE id = ANY($1) ORDER BY id FOR SHARE")
            .bind::<Array<DbId>, _>(both.as_slice())
            .execute(c)?;
    }
    let there = members::table
        .filter(members::id.eq_any(both))
        .filter(members::withdrawn_at.is_null())
        .count()
        .single_value();
    let suspended = suspensions::table
        .filter(suspensions::member_id.eq_any(both))
        .filter(suspensions::released_at.is_null())
        .filter(suspensions::until.is_null().or(suspensions::until.gt(now)));
    let blocked = blocks::table
        .filter(blocks::blocker_id.eq_any(both))
        .filter(blocks::blocked_id.eq_any(both));
    // In one question, for two who wait for their room.
    let all = (there, diesel::dsl::exists(suspended), diesel::dsl::exists(blocked));
    let (there, suspended, blocked): (Option<i64>, bool, bool) =
        sql!(conn, |c| diesel::select(all).get_result(c))?;
    Ok(there == Some(2) && !suspended && !blocked)
}

/// Opens the room of a proposal, or finds the one that is open already. None: the two may not have one.
pub(super) fn open_room(
    conn: &mut WriteConn<'_>,
    proposal: ProposalId,
    [one, other]: [MemberId; 2],
    now: Timestamp,
) -> Result<Option<OpenedRoom>, DbError> {
    let (low, high) = (one.min(other), one.max(other));
    let same_pair = rooms::member_low.eq(low).and(rooms::member_high.eq(high));
    let known: Option<RoomId> = sql!(conn, |c| rooms::table
        .filter(rooms::proposal_id.eq(proposal).or(same_pair.and(rooms::closed_at.is_null())))
        .select(rooms::id)
        .first(c))
    .optional()?;
    if let Some(id) = known {
        return Ok(Some(OpenedRoom { id, is_new: false }));
    }
    if !may_meet(conn, [low, high], now)? {
        return Ok(None);
    }
    let id = RoomId::fresh();
    sql!(conn, |c| diesel::insert_into(rooms::table)
        .values((
            rooms::id.eq(id),
            rooms::proposal_id.eq(proposal),
            rooms::member_low.eq(low),
            rooms::member_high.eq(high),
            rooms::opened_at.eq(now),
        ))
        .execute(c))?;
    for (member, partner) in [(low, high), (high, low)] {
        sql!(conn, |c| diesel::insert_into(room_members::table)
            .values((
                room_members::room_id.eq(id),
                room_members::member_id.eq(member),
                room_members::partner_id.eq(partner),
                room_members::active_seq.eq(now.as_micros()),
            ))
            .execute(c))?;
    }
    Ok(Some(OpenedRoom { id, is_new: true }))
}

/// Lets a member leave and closes the room. Returns the partner; none if the member was not there.
pub(super) fn leave(
    conn: &mut WriteConn<'_>,
    room: RoomId,
    member: MemberId,
    now: Timestamp,
) -> Result<Option<MemberId>, DbError> {
    let Some(partner) = partner_of(&mut conn.as_read(), room, member)? else { return Ok(None) };
    // The room first, as whoever stores messages does: so neither waits for the other in a circle.
    sql!(conn, |c| diesel::update(rooms::table.find(room).filter(rooms::closed_at.is_null()))
        .set((rooms::closed_at.eq(now), rooms::closed_by.eq(member)))
        .execute(c))?;
    sql!(conn, |c| diesel::update(room_members::table.find((room, member)))
        .set(room_members::left_at.eq(now))
        .execute(c))?;
    Ok(Some(partner))
}

/// Closes the open room of two members, without anybody leaving. Which it was.
pub(super) fn close_room_of(
    conn: &mut WriteConn<'_>,
    by: MemberId,
    other: MemberId,
    now: Timestamp,
) -> Result<Option<RoomId>, DbError> {
    let open = rooms::table
        .filter(rooms::member_low.eq(by.min(other)))
        .filter(rooms::member_high.eq(by.max(other)))
        .filter(rooms::closed_at.is_null());
    let room: Option<RoomId> = sql!(conn, |c| open.select(rooms::id).first(c)).optional()?;
    if let Some(room) = room {
        let open = rooms::table.find(room).filter(rooms::closed_at.is_null());
        sql!(conn, |c| diesel::update(open)
            .set((rooms::closed_at.eq(now), rooms::closed_by.eq(by)))
            .execute(c))?;
    }
    Ok(room)
}

/// Whether two members share or shared a room.
pub(super) fn have_met(
    conn: &mut ReadConn<'_>,
    [one, other]: [MemberId; 2],
) -> Result<bool, DbError> {
    let of_pair = rooms::table
        .filter(rooms::member_low.eq(one.min(other)))
        .filter(rooms::member_high.eq(one.max(other)));
    Ok(sql!(conn, |c| diesel::select(diesel::dsl::exists(of_pair)).get_result(c))?)
}

/// The rooms of two members that one of them closed at this moment: none, or one.
pub(super) fn rooms_closed(
    conn: &mut ReadConn<'_>,
    by: MemberId,
    other: MemberId,
    at: Timestamp,
) -> Result<Vec<RoomId>, DbError> {
    let closed = rooms::table
        .filter(rooms::member_low.eq(by.min(other)))
        .filter(rooms::member_high.eq(by.max(other)))
        .filter(rooms::closed_by.eq(by))
        .filter(rooms::closed_at.eq(at));
    Ok(sql!(conn, |c| closed.select(rooms::id).load(c))?)
}

/// Lets a member leave every room, and closes those that were open. Returns each with the partner.
pub(super) fn leave_all(
    conn: &mut WriteConn<'_>,
    member: MemberId,
    now: Timestamp,
) -> Result<Vec<(RoomId, MemberId)>, DbError> {
    let mut left: Vec<(RoomId, MemberId)> = sql!(conn, |c| room_members::table
        .filter(room_members::member_id.eq(member))
        .filter(room_members::left_at.is_null())
        .select((room_members::room_id, room_members::partner_id))
        .load(c))?;
    left.sort_unstable();
    for (room, _) in &left {
        leave(conn, *room, member, now)?;
    }
    Ok(left)
}

/// Moves a read position forward. False if it was there or further.
pub(super) fn advance_read(
    conn: &mut WriteConn<'_>,
    room: RoomId,
    member: MemberId,
    seq: Place,
) -> Result<bool, DbError> {
    let behind = room_members::table.find((room, member)).filter(room_members::read_seq.lt(seq));
    let moved =
        sql!(conn, |c| diesel::update(behind).set(room_members::read_seq.eq(seq)).execute(c))?;
    Ok(moved == 1)
}

/// Empties a message; its place stays. Its picture is deleted from `now` on, if no other message shows it and no report
/// keeps it. Its room is held.
pub(super) fn retract(
    conn: &mut WriteConn<'_>,
    message: &Message,
    now: Timestamp,
) -> Result<(), DbError> {
    let of_room = messages::table.filter(messages::room_id.eq(message.room));
    sql!(conn, |c| diesel::update(of_room.filter(messages::id.eq(message.id)))
        .set((
            messages::kind.eq(RETRACTED),
            messages::body.eq(""),
            messages::image_id.eq(None::<ImageId>),
            messages::image_width.eq(None::<i32>),
            messages::image_height.eq(None::<i32>),
        ))
        .execute(c))?;
    if let Some(ImageView { id, .. }) = message.image
        && images_said(&mut conn.as_read(), &[id])?.is_empty()
        && !is_evidence(&mut conn.as_read(), id)?
    {
        plan_deletions(conn, &[id], now)?;
    }
    Ok(())
}

/// Which of these pictures messages show. A picture is shown in one room only.
pub fn images_said(
    conn: &mut ReadConn<'_>,
    images: &[ImageId],
) -> Result<HashSet<ImageId>, DbError> {
    let shown = messages::table.filter(messages::image_id.eq_any(images.iter().map(Some)));
    let found: Vec<Option<ImageId>> =
        sql!(conn, |c| shown.select(messages::image_id).distinct().load(c))?;
    Ok(found.into_iter().flatten().collect())
}

/// Whether a message of a room shows a picture.
pub(super) fn has_image(
    conn: &mut ReadConn<'_>,
    room: RoomId,
    image: ImageId,
) -> Result<bool, DbError> {
    let shown =
        messages::table.filter(messages::image_id.eq(image)).filter(messages::room_id.eq(room));
    Ok(sql!(conn, |c| diesel::select(diesel::dsl::exists(shown)).get_result(c))?)
}

/// Whether a report keeps a picture.
fn is_evidence(conn: &mut ReadConn<'_>, image: ImageId) -> Result<bool, DbError> {
    let kept = report_images::table.filter(report_images::image_id.eq(image));
    Ok(sql!(conn, |c| diesel::select(diesel::dsl::exists(kept)).get_result(c))?)
}

/// Adds messages; those that are there already change nothing. Pictures that they show then are kept. Returns how many
/// were new.
pub(super) fn insert_messages(
    conn: &mut WriteConn<'_>,
    batch: &[Message],
) -> Result<usize, DbError> {
    let mut touched: Vec<RoomId> = batch.iter().map(|message| message.room).collect();
    touched.sort_unstable();
    touched.dedup();
    let rows: Vec<MessageRow> = batch.iter().map(MessageRow::from).collect();
    let new = match conn.engine() {
        Conn::Sqlite(c) => insert_rows(c, &rows)?,
        Conn::Postgres(c) => {
            lock_rooms(c, &touched)?;
            insert_columns(c, &rows)?
        }
    };
    if new < batch.len() {
        all_are_there(conn, batch)?;
    }
    keep_images(conn, batch)?;
    match conn.engine() {
        Conn::Sqlite(c) => {
            for room in touched {
                diesel::sql_query(format!("{MOVE_ROOM} WHERE rooms.id = $1"))
                    .bind::<DbId, _>(room)
                    .execute(c)?;
                diesel::sql_query(format!("{MOVE_LIST} AND room_members.room_id = $1"))
                    .bind::<DbId, _>(room)
                    .execute(c)?;
            }
        }
        Conn::Postgres(c) => {
            diesel::sql_query(format!("{MOVE_ROOM} WHERE rooms.id = ANY($1)"))
                .bind::<Array<DbId>, _>(&touched)
                .execute(c)?;
            diesel::sql_query(format!("{MOVE_LIST} AND room_members.room_id = ANY($1)"))
                .bind::<Array<DbId>, _>(&touched)
                .execute(c)?;
        }
    }
    Ok(new)
}

/// Withdraws the deletion that was planned when a picture was uploaded. Not of one that only a message showed which was
/// taken back meanwhile: that message is repeated here with the picture, and its row has none.
fn keep_images(conn: &mut WriteConn<'_>, batch: &[Message]) -> Result<(), DbError> {
    let images: Vec<ImageId> =
        batch.iter().filter_map(|message| message.image).map(|image| image.id).collect();
    if images.is_empty() {
        return Ok(());
    }
    let said: Vec<ImageId> = images_said(&mut conn.as_read(), &images)?.into_iter().collect();
    // What somebody has begun to delete had no message for two days, or was taken back and is said again.
    withdraw_deletions(conn, &said)?;
    Ok(())
}

/// Moves a room to its newest message: not the newest of a batch, for a repeat may have been given another
/// place than its row has.
const MOVE_ROOM: &str = "
    UPDATE rooms SET last_seq = COALESCE(
        (SELECT messages.seq FROM messages WHERE messages.room_id = rooms.id
         ORDER BY messages.seq DESC LIMIT 1), 0)";

/// Moves a room up in the lists of its members.
const MOVE_LIST: &str = "
    UPDATE room_members SET active_seq = rooms.last_seq FROM rooms
    WHERE rooms.id = room_members.room_id AND room_members.active_seq < rooms.last_seq";

/// Whoever stores, takes back or reports what is said in these rooms waits until the transaction ends. `SQLite` has one
/// writer anyway.
pub fn hold_rooms(conn: &mut WriteConn<'_>, rooms: &[RoomId]) -> Result<(), DbError> {
    match conn.engine() {
        Conn::Sqlite(_) => Ok(()),
        Conn::Postgres(c) => lock_rooms(c, rooms),
    }
}

/// Two writers who have messages of the same rooms wait for each other, and always in the same order.
fn lock_rooms(c: &mut PgConn, rooms: &[RoomId]) -> Result<(), DbError> {
    diesel::sql_query("SELECT 1 FROM rooms WHERE id = ANY($1) ORDER BY id FOR NO KEY UPDATE")
        .bind::<Array<DbId>, _>(rooms)
        .execute(c)?;
    Ok(())
}

/// Adds messages, so many at once as `SQLite` has variables for: 32,766, eleven a message.
fn insert_rows(c: &mut SqliteConnection, rows: &[MessageRow]) -> Result<usize, DbError> {
    let mut new = 0;
    for rows in rows.chunks(1000) {
        new += diesel::insert_into(messages::table)
            .values(rows)
            .on_conflict_do_nothing()
            .execute(c)?;
    }
    Ok(new)
}

/// Adds messages column by column: so many rows, always one statement of the same text.
fn insert_columns(c: &mut PgConn, rows: &[MessageRow]) -> Result<usize, DbError> {
    fn column<'r, T>(rows: &'r [MessageRow], of: impl Fn(&'r MessageRow) -> T) -> Vec<T> {
        rows.iter().map(of).collect()
    }
    let new = diesel::sql_query(
        "INSERT INTO messages (room_id, seq, prev, id, sender_id, kind, body, sent_at,
                               image_id, image_width, image_height)
         SELECT * FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) ON CONFLICT DO NOTHING",
    )
    .bind::<Array<DbId>, _>(column(rows, |row| row.room_id))
    .bind::<Array<BigInt>, _>(column(rows, |row| row.seq))
    .bind::<Array<BigInt>, _>(column(rows, |row| row.prev))
    .bind::<Array<DbId>, _>(column(rows, |row| row.id))
    .bind::<Array<DbId>, _>(column(rows, |row| row.sender_id))
    .bind::<Array<Text>, _>(column(rows, |row| &*row.kind))
    .bind::<Array<Text>, _>(column(rows, |row| &*row.body))
    .bind::<Array<DbTime>, _>(column(rows, |row| row.sent_at))
    .bind::<Array<Nullable<DbId>>, _>(column(rows, |row| row.image_id))
    .bind::<Array<Nullable<Integer>>, _>(column(rows, |row| row.image_width))
    .bind::<Array<Nullable<Integer>>, _>(column(rows, |row| row.image_height))
    .execute(c)?;
    Ok(new)
}

/// Makes sure that what was not new is there, and not merely another message in its place.
fn all_are_there(conn: &mut WriteConn<'_>, batch: &[Message]) -> Result<(), DbError> {
    for message in batch {
        let there: bool = sql!(conn, |c| diesel::select(diesel::dsl::exists(
            messages::table
                .filter(messages::room_id.eq(message.room))
                .filter(messages::id.eq(message.id)),
        ))
        .get_result(c))?;
        if !there {
            return Err(DbError::Taken { key: format!("messages.seq {}", message.seq) });
        }
    }
    Ok(())
}
