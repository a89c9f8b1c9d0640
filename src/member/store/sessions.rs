//! Sessions and their refresh tokens.

use std::time::Duration;

use diesel::prelude::*;
use diesel::sql_types::Binary;

use crate::base::{MemberId, SessionId, Timestamp};
use crate::infra::db::schema::{refresh_tokens, sessions};
use crate::infra::db::{Conn, sql};
use crate::infra::{DbError, ReadConn, WriteConn};

/// What came of a refresh token.
pub(in crate::member) enum Rotation {
    /// It is used up, and the new one is in force.
    Done { member: MemberId, session: SessionId },
    /// It is unknown or over, or its session has ended.
    Unknown,
    /// It was used before: the session has ended now.
    Reused { member: MemberId, session: SessionId },
}

pub(in crate::member) fn insert_session(
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

pub(in crate::member) fn insert_refresh_token(
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
pub(in crate::member) fn rotate(
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

/// Of two who use a token at once, the second sees what the first did. The session first, as whoever ends it does.
/// `SQLite` has one writer anyway.
fn lock_token(conn: &mut WriteConn<'_>, token: &[u8]) -> Result<(), DbError> {
    if let Conn::Postgres(c) = conn.engine() {
        for lock in [
            "SELECT 1 FROM sessions WHERE id = (SELECT session_id FROM refresh_tokens WHERE hash = $1) FOR UPDATE",
            "SELECT 1 FROM refresh_tokens WHERE hash = $1 FOR UPDATE",
        ] {
            diesel::sql_query(lock).bind::<Binary, _>(token).execute(c)?;
        }
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

/// The session of a refresh token, if it is there.
pub(in crate::member) fn session_of_token(
    conn: &mut ReadConn<'_>,
    token: &[u8],
) -> Result<Option<(MemberId, SessionId)>, DbError> {
    Ok(sql!(conn, |c| refresh_tokens::table
        .inner_join(sessions::table.on(sessions::id.eq(refresh_tokens::session_id)))
        .filter(refresh_tokens::hash.eq(token))
        .select((sessions::member_id, sessions::id))
        .first(c))
    .optional()?)
}

/// Which sessions of a member.
#[derive(Clone, Copy, Debug)]
pub(in crate::member) enum Which {
    /// Every one.
    All,
    /// Every one but this.
    AllBut(SessionId),
    /// Just this.
    One(SessionId),
}

/// Ends sessions of a member. Returns those, and those that ended within `resent`: whoever asks again because the
/// first answer was an error has them closed again.
pub(in crate::member) fn end_sessions(
    conn: &mut WriteConn<'_>,
    member: MemberId,
    which: Which,
    now: Timestamp,
    resent: Duration,
) -> Result<Vec<SessionId>, DbError> {
    let of_member = sessions::table
        .filter(sessions::member_id.eq(member))
        .filter(sessions::ended_at.is_null().or(sessions::ended_at.gt(now - resent)))
        .order(sessions::id)
        .select(sessions::id);
    let mut ending: Vec<SessionId> = sql!(conn, |c| of_member.load(c))?;
    ending.retain(|session| match which {
        Which::All => true,
        Which::AllBut(kept) => *session != kept,
        Which::One(one) => *session == one,
    });
    end_those(conn, &ending, now)?;
    Ok(ending)
}

fn end_those(
    conn: &mut WriteConn<'_>,
    ending: &[SessionId],
    now: Timestamp,
) -> Result<(), DbError> {
    let open =
        sessions::table.filter(sessions::id.eq_any(ending)).filter(sessions::ended_at.is_null());
    sql!(conn, |c| diesel::update(open).set(sessions::ended_at.eq(now)).execute(c))?;
    Ok(())
}

/// Ends all but the `keep` sessions that were used last, some at a time. Returns them.
pub(in crate::member) fn end_sessions_beyond(
    conn: &mut WriteConn<'_>,
    member: MemberId,
    keep: i64,
    now: Timestamp,
) -> Result<Vec<SessionId>, DbError> {
    let beyond: Vec<SessionId> = sql!(conn, |c| sessions::table
        .filter(sessions::member_id.eq(member))
        .filter(sessions::ended_at.is_null())
        .order((sessions::last_used_at.desc(), sessions::id.desc()))
        .select(sessions::id)
        .offset(keep)
        .limit(BEYOND_AT_ONCE)
        .load(c))?;
    end_those(conn, &beyond, now)?;
    Ok(beyond)
}

/// How many sessions too many are ended at once at most.
const BEYOND_AT_ONCE: i64 = 10;

/// A session that has not ended.
#[derive(Queryable, Selectable)]
#[diesel(table_name = sessions)]
pub(in crate::member) struct SessionRow {
    pub(in crate::member) id: SessionId,
    pub(in crate::member) device: String,
    pub(in crate::member) created_at: Timestamp,
    pub(in crate::member) last_used_at: Timestamp,
}

/// The sessions of a member that have not ended and were used since, the last used first.
pub(in crate::member) fn sessions_of(
    conn: &mut ReadConn<'_>,
    member: MemberId,
    since: Timestamp,
    limit: i64,
) -> Result<Vec<SessionRow>, DbError> {
    let open = sessions::table
        .filter(sessions::member_id.eq(member))
        .filter(sessions::ended_at.is_null())
        .filter(sessions::last_used_at.gt(since))
        .order((sessions::last_used_at.desc(), sessions::id.desc()))
        .limit(limit);
    Ok(sql!(conn, |c| open.select(SessionRow::as_select()).load(c))?)
}

/// Deletes every session of a member, with its refresh tokens.
pub(in crate::member) fn delete_sessions(
    conn: &mut WriteConn<'_>,
    member: MemberId,
) -> Result<(), DbError> {
    let all = sessions::table.filter(sessions::member_id.eq(member));
    sql!(conn, |c| diesel::delete(all).execute(c))?;
    Ok(())
}
