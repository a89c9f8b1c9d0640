//! Every query of this role.

use std::time::Duration;

use diesel::prelude::*;
use diesel::sql_types::Binary;

use crate::base::{MemberId, SessionId, Timestamp};
use crate::infra::db::schema::{consents, members, refresh_tokens, sessions};
use crate::infra::db::{Conn, JsonList, sql};
use crate::infra::{DbError, ReadConn, WriteConn};
use crate::protocol::Sex;

/// An account to be made.
#[derive(Insertable)]
#[diesel(table_name = members)]
pub(super) struct NewMember {
    pub(super) id: MemberId,
    pub(super) username: String,
    pub(super) nickname: String,
    pub(super) nickname_key: String,
    pub(super) email: String,
    pub(super) email_key: String,
    pub(super) password_hash: String,
    pub(super) birth_date: String,
    pub(super) sex: String,
    pub(super) interests: JsonList,
    pub(super) languages: JsonList,
    pub(super) created_at: Timestamp,
}

/// What a member agreed to.
#[derive(Insertable)]
#[diesel(table_name = consents)]
pub(super) struct Consent {
    member_id: MemberId,
    kind: &'static str,
    version: String,
    given_at: Timestamp,
}

impl Consent {
    pub(super) fn new(
        member_id: MemberId,
        kind: &'static str,
        version: &str,
        given_at: Timestamp,
    ) -> Self {
        Self { member_id, kind, version: version.to_owned(), given_at }
    }
}

/// An account as its owner sees it.
#[derive(Queryable, Selectable)]
#[diesel(table_name = members)]
pub(super) struct MemberRow {
    pub(super) id: MemberId,
    pub(super) username: String,
    pub(super) nickname: String,
    pub(super) email: String,
    pub(super) birth_date: String,
    pub(super) sex: String,
    pub(super) introduction: String,
    pub(super) interests: JsonList,
    pub(super) languages: JsonList,
    pub(super) created_at: Timestamp,
}

/// What a log-in is checked against.
#[derive(Queryable, Selectable)]
#[diesel(table_name = members)]
pub(super) struct Credentials {
    pub(super) id: MemberId,
    pub(super) password_hash: String,
    pub(super) failed_log_ins: i32,
    pub(super) locked_until: Option<Timestamp>,
}

/// Columns of a profile that change; what is none stays.
#[derive(AsChangeset)]
#[diesel(table_name = members)]
pub(super) struct ProfileChange {
    pub(super) nickname: Option<String>,
    pub(super) nickname_key: Option<String>,
    pub(super) introduction: Option<String>,
    pub(super) interests: Option<JsonList>,
    pub(super) languages: Option<JsonList>,
}

impl ProfileChange {
    pub(super) const fn is_empty(&self) -> bool {
        self.nickname.is_none()
            && self.introduction.is_none()
            && self.interests.is_none()
            && self.languages.is_none()
    }
}

/// What came of a refresh token.
pub(super) enum Rotation {
    /// It is used up, and the new one is in force.
    Done { member: MemberId, session: SessionId },
    /// It is unknown or over, or its session has ended.
    Unknown,
    /// It was used before: the session has ended now.
    Reused { member: MemberId, session: SessionId },
}

pub(super) const fn sex_text(sex: Sex) -> &'static str {
    match sex {
        Sex::Female => "female",
        Sex::Male => "male",
        Sex::Undisclosed => "undisclosed",
    }
}

pub(super) fn insert_member(
    conn: &mut WriteConn<'_>,
    new: &NewMember,
    given: &[Consent; 2],
) -> Result<(), DbError> {
    sql!(conn, |c| diesel::insert_into(members::table).values(new).execute(c))?;
    for consent in given {
        sql!(conn, |c| diesel::insert_into(consents::table).values(consent).execute(c))?;
    }
    Ok(())
}

pub(super) fn email_is_known(conn: &mut ReadConn<'_>, key: &str) -> Result<bool, DbError> {
    let found = members::table.filter(members::email_key.eq(key));
    Ok(sql!(conn, |c| diesel::select(diesel::dsl::exists(found)).get_result(c))?)
}

pub(super) fn member(conn: &mut ReadConn<'_>, id: MemberId) -> Result<Option<MemberRow>, DbError> {
    let found = members::table.find(id);
    Ok(sql!(conn, |c| found.select(MemberRow::as_select()).first(c)).optional()?)
}

/// The account with this username or address, both in lower case.
pub(super) fn credentials(
    conn: &mut ReadConn<'_>,
    login: &str,
) -> Result<Option<Credentials>, DbError> {
    let found = members::table.filter(members::username.eq(login).or(members::email_key.eq(login)));
    Ok(sql!(conn, |c| found.select(Credentials::as_select()).first(c)).optional()?)
}

pub(super) fn forget_failures(conn: &mut WriteConn<'_>, id: MemberId) -> Result<(), DbError> {
    sql!(conn, |c| diesel::update(members::table.find(id))
        .set((members::failed_log_ins.eq(0), members::locked_until.eq(None::<Timestamp>)))
        .execute(c))?;
    Ok(())
}

/// Counts a wrong password; the `lock_after`th in a row locks the account and begins the count anew.
pub(super) fn count_failure(
    conn: &mut WriteConn<'_>,
    id: MemberId,
    lock_after: i32,
    lock_until: Timestamp,
) -> Result<(), DbError> {
    let failures: i32 = sql!(conn, |c| diesel::update(members::table.find(id))
        .set(members::failed_log_ins.eq(members::failed_log_ins + 1))
        .returning(members::failed_log_ins)
        .get_result(c))?;
    if failures >= lock_after {
        sql!(conn, |c| diesel::update(members::table.find(id))
            .set((members::failed_log_ins.eq(0), members::locked_until.eq(lock_until)))
            .execute(c))?;
    }
    Ok(())
}

pub(super) fn change_profile(
    conn: &mut WriteConn<'_>,
    id: MemberId,
    change: &ProfileChange,
) -> Result<(), DbError> {
    sql!(conn, |c| diesel::update(members::table.find(id)).set(change).execute(c))?;
    Ok(())
}

pub(super) fn insert_session(
    conn: &mut WriteConn<'_>,
    session: SessionId,
    member: MemberId,
    device: &str,
    now: Timestamp,
) -> Result<(), DbError> {
    sql!(conn, |c| diesel::insert_into(sessions::table)
        .values((
            sessions::id.eq(session),
            sessions::member_id.eq(member),
            sessions::device.eq(device),
            sessions::created_at.eq(now),
            sessions::last_used_at.eq(now),
        ))
        .execute(c))?;
    Ok(())
}

pub(super) fn insert_refresh_token(
    conn: &mut WriteConn<'_>,
    session: SessionId,
    hash: &[u8],
    expires_at: Timestamp,
) -> Result<(), DbError> {
    sql!(conn, |c| diesel::insert_into(refresh_tokens::table)
        .values((
            refresh_tokens::hash.eq(hash),
            refresh_tokens::session_id.eq(session),
            refresh_tokens::expires_at.eq(expires_at),
        ))
        .execute(c))?;
    Ok(())
}

/// Uses up the refresh token `old` and puts `new` in force.
pub(super) fn rotate(
    conn: &mut WriteConn<'_>,
    old: &[u8],
    new: &[u8],
    now: Timestamp,
    expires_at: Timestamp,
    retry: Duration,
) -> Result<Rotation, DbError> {
    type Found = (SessionId, MemberId, Timestamp, Option<Timestamp>, Option<Vec<u8>>);
    lock_token(conn, old)?;
    let found: Option<Found> = sql!(conn, |c| refresh_tokens::table
        .inner_join(sessions::table.on(sessions::id.eq(refresh_tokens::session_id)))
        .filter(refresh_tokens::hash.eq(old))
        .filter(sessions::ended_at.is_null())
        .select((
            sessions::id,
            sessions::member_id,
            refresh_tokens::expires_at,
            refresh_tokens::used_at,
            refresh_tokens::successor,
        ))
        .first(c))
    .optional()?;
    let Some((session, member, end, used_at, successor)) = found else {
        return Ok(Rotation::Unknown);
    };
    if end <= now {
        return Ok(Rotation::Unknown);
    }
    if let Some(used_at) = used_at {
        let in_time = now.since(used_at) <= retry;
        if !in_time || !withdraw_unused(conn, successor)? {
            end_session(conn, session, now)?;
            return Ok(Rotation::Reused { member, session });
        }
    }
    sql!(conn, |c| diesel::update(refresh_tokens::table.find(old))
        .set((
            refresh_tokens::used_at.eq(used_at.unwrap_or(now)),
            refresh_tokens::successor.eq(new),
        ))
        .execute(c))?;
    insert_refresh_token(conn, session, new, expires_at)?;
    sql!(conn, |c| diesel::update(sessions::table.find(session))
        .set(sessions::last_used_at.eq(now))
        .execute(c))?;
    delete_expired(conn, session, now)?;
    Ok(Rotation::Done { member, session })
}

/// Of two who use a token at once, the second sees what the first did. `SQLite` has one writer anyway.
fn lock_token(conn: &mut WriteConn<'_>, token: &[u8]) -> Result<(), DbError> {
    if let Conn::Postgres(c) = conn.engine() {
        diesel::sql_query("SELECT 1 FROM refresh_tokens WHERE hash = $1 FOR UPDATE")
            .bind::<Binary, _>(token)
            .execute(c)?;
    }
    Ok(())
}

/// Deletes a successor that nobody used. False if it was used.
fn withdraw_unused(conn: &mut WriteConn<'_>, successor: Option<Vec<u8>>) -> Result<bool, DbError> {
    let Some(successor) = successor else { return Ok(false) };
    let unused = refresh_tokens::table
        .filter(refresh_tokens::hash.eq(successor))
        .filter(refresh_tokens::used_at.is_null());
    Ok(sql!(conn, |c| diesel::delete(unused).execute(c))? == 1)
}

fn delete_expired(
    conn: &mut WriteConn<'_>,
    session: SessionId,
    now: Timestamp,
) -> Result<(), DbError> {
    let expired = refresh_tokens::table
        .filter(refresh_tokens::session_id.eq(session))
        .filter(refresh_tokens::expires_at.le(now));
    sql!(conn, |c| diesel::delete(expired).execute(c))?;
    Ok(())
}

/// Ends a session. False if it had ended already.
fn end_session(
    conn: &mut WriteConn<'_>,
    session: SessionId,
    now: Timestamp,
) -> Result<bool, DbError> {
    let open = sessions::table.find(session).filter(sessions::ended_at.is_null());
    let ended = sql!(conn, |c| diesel::update(open).set(sessions::ended_at.eq(now)).execute(c))?;
    Ok(ended == 1)
}

/// Ends the session of a refresh token, if it is there and has not ended.
pub(super) fn end_session_of(
    conn: &mut WriteConn<'_>,
    token: &[u8],
    now: Timestamp,
) -> Result<Option<(MemberId, SessionId)>, DbError> {
    let found: Option<(MemberId, SessionId)> = sql!(conn, |c| refresh_tokens::table
        .inner_join(sessions::table.on(sessions::id.eq(refresh_tokens::session_id)))
        .filter(refresh_tokens::hash.eq(token))
        .select((sessions::member_id, sessions::id))
        .first(c))
    .optional()?;
    let Some((member, session)) = found else { return Ok(None) };
    Ok(end_session(conn, session, now)?.then_some((member, session)))
}
