//! Every query of this module.

use std::collections::HashSet;

use chrono::NaiveDate;
use diesel::prelude::*;
use diesel::sql_types::Array;
use serde_json::{Value, json};

use crate::base::{ImageId, MemberId, ProposalId, ReportId, RoomId, Timestamp, age};
use crate::chat::{hold_rooms, images_said};
use crate::infra::db::schema::{blocks, members, report_images, reports, rooms};
use crate::infra::db::{Conn, DbId, JsonList, row_limit, sql};
use crate::infra::objects::plan_deletions;
use crate::infra::{DbError, ReadConn, WriteConn};
use crate::protocol::{PersonView, ReportCase, ReportReason, ReportState, ReportView};

use super::{BlockView, Cursor, END_OF_TIME, SafetyError, Verdict};

/// Blocks in each direction that a ticket knows of, the newest. Whoever is beyond may be proposed, and gets no room.
const BLOCKS_OF_A_TICKET: usize = 1000;

/// Whoever opens a room for these members, or lets them withdraw, waits until the transaction ends. `SQLite` has one
/// writer anyway.
pub(super) fn hold(conn: &mut WriteConn<'_>, both: [MemberId; 2]) -> Result<(), DbError> {
    if let Conn::Postgres(c) = conn.engine() {
        let lock = "SELECT 1 FROM members WHERE id = ANY($1) ORDER BY id FOR NO KEY UPDATE";
        diesel::sql_query(lock).bind::<Array<DbId>, _>(both.as_slice()).execute(c)?;
    }
    Ok(())
}

/// Whether a member has not withdrawn.
pub(super) fn is_there(conn: &mut ReadConn<'_>, member: MemberId) -> Result<bool, DbError> {
    let there = members::table.find(member).filter(members::withdrawn_at.is_null());
    Ok(sql!(conn, |c| diesel::select(diesel::dsl::exists(there)).get_result(c))?)
}

/// Adds a block. False if it was there.
pub(super) fn insert_block(
    conn: &mut WriteConn<'_>,
    member: MemberId,
    other: MemberId,
    now: Timestamp,
) -> Result<bool, DbError> {
    let new = sql!(conn, |c| diesel::insert_into(blocks::table)
        .values((blocks::blocker_id.eq(member), blocks::blocked_id.eq(other), blocks::at.eq(now),))
        .on_conflict_do_nothing()
        .execute(c))?;
    Ok(new == 1)
}

pub(super) fn delete_block(
    conn: &mut WriteConn<'_>,
    member: MemberId,
    other: MemberId,
) -> Result<(), DbError> {
    sql!(conn, |c| diesel::delete(blocks::table.find((member, other))).execute(c))?;
    Ok(())
}

/// Deletes every block that a member has made.
pub(super) fn delete_blocks_of(conn: &mut WriteConn<'_>, member: MemberId) -> Result<(), DbError> {
    let made = blocks::table.filter(blocks::blocker_id.eq(member));
    sql!(conn, |c| diesel::delete(made).execute(c))?;
    Ok(())
}

/// The columns of [`BlockView`].
type BlockRow = (MemberId, String, Timestamp);

fn block_view((member, nickname, blocked_at): BlockRow) -> BlockView {
    BlockView { member, nickname, blocked_at }
}

pub(super) fn block(
    conn: &mut ReadConn<'_>,
    member: MemberId,
    other: MemberId,
) -> Result<Option<BlockView>, DbError> {
    let found: Option<BlockRow> = sql!(conn, |c| blocks::table
        .inner_join(members::table.on(members::id.eq(blocks::blocked_id)))
        .filter(blocks::blocker_id.eq(member))
        .filter(blocks::blocked_id.eq(other))
        .select((blocks::blocked_id, members::nickname, blocks::at))
        .first(c))
    .optional()?;
    Ok(found.map(block_view))
}

/// Blocks of a member after `cursor`, newest first.
pub(super) fn blocks_page(
    conn: &mut ReadConn<'_>,
    member: MemberId,
    cursor: Option<Cursor<MemberId>>,
    limit: usize,
) -> Result<Vec<BlockView>, DbError> {
    let (at, id) = cursor.unwrap_or((END_OF_TIME, MemberId::new(uuid::Uuid::max())));
    let found: Vec<BlockRow> = sql!(conn, |c| blocks::table
        .inner_join(members::table.on(members::id.eq(blocks::blocked_id)))
        .filter(blocks::blocker_id.eq(member))
        .filter(blocks::at.lt(at).or(blocks::at.eq(at).and(blocks::blocked_id.lt(id))))
        .order((blocks::at.desc(), blocks::blocked_id.desc()))
        .select((blocks::blocked_id, members::nickname, blocks::at))
        .limit(row_limit(limit))
        .load(c))?;
    Ok(found.into_iter().map(block_view).collect())
}

/// Whether one of two members has blocked the other.
pub(super) fn is_blocked(conn: &mut ReadConn<'_>, both: [MemberId; 2]) -> Result<bool, DbError> {
    let either = blocks::table
        .filter(blocks::blocker_id.eq_any(both))
        .filter(blocks::blocked_id.eq_any(both));
    Ok(sql!(conn, |c| diesel::select(diesel::dsl::exists(either)).get_result(c))?)
}

/// Whom a member has blocked, and who has blocked it.
pub(super) fn blocked_either_way(
    conn: &mut ReadConn<'_>,
    member: MemberId,
) -> Result<HashSet<MemberId>, DbError> {
    let limit = row_limit(BLOCKS_OF_A_TICKET);
    let mut found: Vec<MemberId> = sql!(conn, |c| blocks::table
        .filter(blocks::blocker_id.eq(member))
        .order(blocks::at.desc())
        .select(blocks::blocked_id)
        .limit(limit)
        .load(c))?;
    let by_others: Vec<MemberId> = sql!(conn, |c| blocks::table
        .filter(blocks::blocked_id.eq(member))
        .order(blocks::at.desc())
        .select(blocks::blocker_id)
        .limit(limit)
        .load(c))?;
    found.extend(by_others);
    Ok(found.into_iter().collect())
}

/// Whether a proposal has led to a room.
pub(super) fn has_room(conn: &mut ReadConn<'_>, proposal: ProposalId) -> Result<bool, DbError> {
    let room = rooms::table.filter(rooms::proposal_id.eq(proposal));
    Ok(sql!(conn, |c| diesel::select(diesel::dsl::exists(room)).get_result(c))?)
}

/// What others see of a member, and its picture.
pub(super) fn profile(
    conn: &mut ReadConn<'_>,
    member: MemberId,
    today: NaiveDate,
) -> Result<(Option<ImageId>, Value), DbError> {
    type Found = (Option<ImageId>, String, String, String, String, JsonList, JsonList);
    let found: Found = sql!(conn, |c| members::table
        .find(member)
        .select((
            members::image_id,
            members::nickname,
            members::sex,
            members::birth_date,
            members::introduction,
            members::interests,
            members::languages,
        ))
        .first(c))?;
    let (image, nickname, sex, birth, introduction, JsonList(interests), JsonList(languages)) =
        found;
    // None once it has withdrawn.
    let age = birth.parse::<NaiveDate>().ok().map(|birth| age(birth, today));
    let profile = json!({
        "nickname": nickname,
        "sex": sex,
        "age": age,
        "introduction": introduction,
        "interests": interests,
        "languages": languages,
    });
    Ok((image, profile))
}

pub(super) fn insert_report(
    conn: &mut WriteConn<'_>,
    report: &ReportView,
    [member, other]: [MemberId; 2],
    text: &str,
    evidence: &str,
) -> Result<(), DbError> {
    sql!(conn, |c| diesel::insert_into(reports::table)
        .values((
            reports::id.eq(report.id),
            reports::room_id.eq(report.room),
            reports::reporter_id.eq(member),
            reports::reported_id.eq(other),
            reports::reason.eq(report.reason.name()),
            reports::text.eq(text),
            reports::evidence.eq(evidence),
            reports::created_at.eq(report.created_at),
            reports::state.eq(report.state.name()),
        ))
        .execute(c))?;
    Ok(())
}

/// Has pictures kept as long as a report is.
pub(super) fn insert_report_images(
    conn: &mut WriteConn<'_>,
    report: ReportId,
    images: &[ImageId],
) -> Result<(), DbError> {
    for image in images {
        sql!(conn, |c| diesel::insert_into(report_images::table)
            .values((report_images::report_id.eq(report), report_images::image_id.eq(image)))
            .execute(c))?;
    }
    Ok(())
}

/// Which of these pictures reports keep.
pub(super) fn images_kept(
    conn: &mut ReadConn<'_>,
    images: &[ImageId],
) -> Result<HashSet<ImageId>, DbError> {
    let kept = report_images::table.filter(report_images::image_id.eq_any(images));
    let found: Vec<ImageId> =
        sql!(conn, |c| kept.select(report_images::image_id).distinct().load(c))?;
    Ok(found.into_iter().collect())
}

/// The columns of [`ReportView`].
type ReportColumns = (
    reports::id,
    reports::room_id,
    reports::reason,
    reports::state,
    reports::created_at,
    reports::decided_at,
);
type ReportRow = (ReportId, RoomId, String, String, Timestamp, Option<Timestamp>);

fn report_view((id, room, reason, state, created_at, decided_at): ReportRow) -> ReportView {
    let (reason, state) = (reason_of(&reason), state_of(&state));
    ReportView { id, room, reason, state, created_at, decided_at }
}

/// Reports of a member after `cursor`, newest first.
pub(super) fn reports_page(
    conn: &mut ReadConn<'_>,
    member: MemberId,
    cursor: Option<Cursor<ReportId>>,
    limit: usize,
) -> Result<Vec<ReportView>, DbError> {
    let (at, id) = cursor.unwrap_or((END_OF_TIME, ReportId::new(uuid::Uuid::max())));
    let before = reports::created_at.eq(at).and(reports::id.lt(id));
    let found: Vec<ReportRow> = sql!(conn, |c| reports::table
        .filter(reports::reporter_id.eq(member))
        .filter(reports::created_at.lt(at).or(before))
        .order((reports::created_at.desc(), reports::id.desc()))
        .select(ReportColumns::default())
        .limit(row_limit(limit))
        .load(c))?;
    Ok(found.into_iter().map(report_view).collect())
}

/// Every report of a member with what it wrote, newest first.
pub(super) fn reports_with_text(
    conn: &mut ReadConn<'_>,
    member: MemberId,
) -> Result<Vec<(ReportView, String)>, DbError> {
    let found: Vec<(ReportRow, String)> = sql!(conn, |c| reports::table
        .filter(reports::reporter_id.eq(member))
        .order((reports::created_at.desc(), reports::id.desc()))
        .select((ReportColumns::default(), reports::text))
        .load(c))?;
    Ok(found.into_iter().map(|(row, text)| (report_view(row), text)).collect())
}

/// A report, but for its members, whom the reader looks up.
type CaseRow = (ReportRow, MemberId, MemberId, Option<String>);

/// Reports in a state, oldest first, after one of them.
pub(super) fn report_queue(
    conn: &mut ReadConn<'_>,
    state: ReportState,
    after: Option<ReportId>,
    limit: usize,
) -> Result<Vec<ReportCase>, DbError> {
    let after = after.unwrap_or_else(|| ReportId::new(uuid::Uuid::nil()));
    let found: Vec<CaseRow> = sql!(conn, |c| reports::table
        .filter(reports::state.eq(state.name()))
        .filter(reports::id.gt(after))
        .order(reports::id)
        .select((
            ReportColumns::default(),
            reports::reporter_id,
            reports::reported_id,
            reports::decided_by,
        ))
        .limit(row_limit(limit))
        .load(c))?;
    found.into_iter().map(|row| case(conn, row)).collect()
}

/// A report with everything there is about it.
pub(super) struct FoundReport {
    pub(super) case: ReportCase,
    pub(super) text: String,
    /// As JSON.
    pub(super) evidence: String,
    pub(super) note: Option<String>,
}

pub(super) fn report(
    conn: &mut ReadConn<'_>,
    id: ReportId,
) -> Result<Option<FoundReport>, DbError> {
    type Found = (CaseRow, String, String, Option<String>);
    let found: Option<Found> = sql!(conn, |c| reports::table
        .find(id)
        .select((
            (
                ReportColumns::default(),
                reports::reporter_id,
                reports::reported_id,
                reports::decided_by,
            ),
            reports::text,
            reports::evidence,
            reports::note,
        ))
        .first(c))
    .optional()?;
    let Some((row, text, evidence, note)) = found else { return Ok(None) };
    Ok(Some(FoundReport { case: case(conn, row)?, text, evidence, note }))
}

fn case(conn: &mut ReadConn<'_>, row: CaseRow) -> Result<ReportCase, DbError> {
    let (report, by, about, decided_by) = row;
    Ok(ReportCase {
        report: report_view(report),
        reporter: person(conn, by)?.ok_or(DbError::NotFound)?,
        reported: person(conn, about)?.ok_or(DbError::NotFound)?,
        decided_by,
    })
}

/// A member as moderators see it.
pub fn person(conn: &mut ReadConn<'_>, id: MemberId) -> Result<Option<PersonView>, DbError> {
    let found: Option<(String, String, Option<Timestamp>)> = sql!(conn, |c| members::table
        .find(id)
        .select((members::username, members::nickname, members::withdrawn_at))
        .first(c))
    .optional()?;
    Ok(found.map(|(username, nickname, withdrawn_at)| PersonView {
        id,
        username,
        nickname,
        withdrawn: withdrawn_at.is_some(),
    }))
}

/// Decides a report. False if it was decided, or is not there.
pub(super) fn decide(
    conn: &mut WriteConn<'_>,
    verdict: &Verdict,
    now: Timestamp,
) -> Result<bool, SafetyError> {
    let open =
        reports::table.find(verdict.report).filter(reports::state.eq(ReportState::Open.name()));
    let decided = sql!(conn, |c| diesel::update(open)
        .set((
            reports::state.eq(verdict.state.name()),
            reports::decided_at.eq(now),
            reports::decided_by.eq(&verdict.by),
            reports::note.eq(verdict.note.as_deref()),
        ))
        .execute(c))
    .map_err(DbError::from)?;
    Ok(decided == 1)
}

/// Deletes reports that were decided before, and what pictures only they kept. How many there were, at most `limit`.
pub fn delete_old_reports(
    conn: &mut WriteConn<'_>,
    before: Timestamp,
    limit: i64,
) -> Result<usize, DbError> {
    let old: Vec<(ReportId, RoomId)> = sql!(conn, |c| reports::table
        .filter(reports::decided_at.lt(before))
        .select((reports::id, reports::room_id))
        .limit(limit)
        .load(c))?;
    let (old, rooms): (Vec<ReportId>, Vec<RoomId>) = old.into_iter().unzip();
    let of_old = || report_images::table.filter(report_images::report_id.eq_any(&old));
    let mut images: Vec<ImageId> =
        sql!(conn, |c| of_old().select(report_images::image_id).distinct().load(c))?;
    if !images.is_empty() {
        hold_rooms(conn, &rooms)?;
        sql!(conn, |c| diesel::delete(of_old()).execute(c))?;
        let mut used = images_said(&mut conn.as_read(), &images)?;
        used.extend(images_kept(&mut conn.as_read(), &images)?);
        images.retain(|image| !used.contains(image));
        // That time is over, so they are due.
        plan_deletions(conn, &images, before)?;
    }
    let old = reports::table.filter(reports::id.eq_any(&old));
    Ok(sql!(conn, |c| diesel::delete(old).execute(c))?)
}

fn reason_of(text: &str) -> ReportReason {
    match text {
        "spam" => ReportReason::Spam,
        "harassment" => ReportReason::Harassment,
        "sexual" => ReportReason::Sexual,
        "hate" => ReportReason::Hate,
        "underage" => ReportReason::Underage,
        _ => ReportReason::Other,
    }
}

fn state_of(text: &str) -> ReportState {
    match text {
        "acted" => ReportState::Acted,
        "dismissed" => ReportState::Dismissed,
        _ => ReportState::Open,
    }
}
