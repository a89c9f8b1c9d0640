//! Suspensions: every one there was. At most one of a member is in force.

use diesel::prelude::*;

use crate::base::{MemberId, SuspensionId, Timestamp};
use crate::http::Suspended;
use crate::infra::db::schema::{members, suspensions};
use crate::infra::db::{Conn, DbId, sql};
use crate::infra::{DbError, ReadConn, WriteConn};
use crate::protocol::SuspensionView;

/// A suspension to be.
pub(in crate::member) struct NewSuspension {
    /// None: for good.
    pub(in crate::member) until: Option<Timestamp>,
    pub(in crate::member) reason: String,
    pub(in crate::member) by: String,
}

/// The suspension of a member that is in force.
pub(in crate::member) fn suspension_of(
    conn: &mut ReadConn<'_>,
    member: MemberId,
    now: Timestamp,
) -> Result<Option<Suspended>, DbError> {
    let in_force = suspensions::table
        .filter(suspensions::member_id.eq(member))
        .filter(suspensions::released_at.is_null())
        .filter(suspensions::until.is_null().or(suspensions::until.gt(now)))
        .order(suspensions::since.desc())
        .select((suspensions::until, suspensions::reason));
    let found: Option<(Option<Timestamp>, String)> =
        sql!(conn, |c| in_force.first(c)).optional()?;
    Ok(found.map(|(until, reason)| Suspended { until, reason }))
}

/// Every suspension of a member, newest first.
pub(in crate::member) fn suspensions_of(
    conn: &mut ReadConn<'_>,
    member: MemberId,
) -> Result<Vec<SuspensionView>, DbError> {
    type Found = (Timestamp, Option<Timestamp>, String, String, Option<Timestamp>, Option<String>);
    let found: Vec<Found> = sql!(conn, |c| suspensions::table
        .filter(suspensions::member_id.eq(member))
        .order((suspensions::since.desc(), suspensions::id.desc()))
        .select((
            suspensions::since,
            suspensions::until,
            suspensions::reason,
            suspensions::imposed_by,
            suspensions::released_at,
            suspensions::released_by,
        ))
        .load(c))?;
    let view = |(since, until, reason, imposed_by, released_at, released_by)| SuspensionView {
        since,
        until,
        reason,
        imposed_by,
        released_at,
        released_by,
    };
    Ok(found.into_iter().map(view).collect())
}

/// Whether a member is there. Whoever logs it in, lets it withdraw or opens a room for it waits until the transaction
/// ends.
pub(in crate::member) fn hold_member(
    conn: &mut WriteConn<'_>,
    member: MemberId,
) -> Result<bool, DbError> {
    if let Conn::Postgres(c) = conn.engine() {
        diesel::sql_query("SELECT 1 FROM members WHERE id = $1 FOR NO KEY UPDATE")
            .bind::<DbId, _>(member)
            .execute(c)?;
    }
    let there = members::table.find(member).filter(members::withdrawn_at.is_null());
    Ok(sql!(conn, |c| diesel::select(diesel::dsl::exists(there)).get_result(c))?)
}

/// The member of this id or username, in lower case.
pub(in crate::member) fn member_named(
    conn: &mut ReadConn<'_>,
    name: &str,
) -> Result<Option<MemberId>, DbError> {
    let there = members::table.filter(members::withdrawn_at.is_null()).select(members::id);
    let found = match name.parse::<MemberId>() {
        Ok(id) => sql!(conn, |c| there.filter(members::id.eq(id)).first(c)),
        Err(_) => sql!(conn, |c| there.filter(members::username.eq(name)).first(c)),
    };
    Ok(found.optional()?)
}

pub(in crate::member) fn insert_suspension(
    conn: &mut WriteConn<'_>,
    member: MemberId,
    new: &NewSuspension,
    now: Timestamp,
) -> Result<(), DbError> {
    sql!(conn, |c| diesel::insert_into(suspensions::table)
        .values((
            suspensions::id.eq(SuspensionId::fresh()),
            suspensions::member_id.eq(member),
            suspensions::since.eq(now),
            suspensions::until.eq(new.until),
            suspensions::reason.eq(&new.reason),
            suspensions::imposed_by.eq(&new.by),
        ))
        .execute(c))?;
    Ok(())
}

/// Lifts the suspension of a member that is in force. False if none was.
pub(in crate::member) fn release(
    conn: &mut WriteConn<'_>,
    member: MemberId,
    by: &str,
    now: Timestamp,
) -> Result<bool, DbError> {
    let in_force = suspensions::table
        .filter(suspensions::member_id.eq(member))
        .filter(suspensions::released_at.is_null())
        .filter(suspensions::until.is_null().or(suspensions::until.gt(now)));
    let released = sql!(conn, |c| diesel::update(in_force)
        .set((suspensions::released_at.eq(now), suspensions::released_by.eq(by)))
        .execute(c))?;
    Ok(released > 0)
}

/// Forgets every suspension of a member who withdraws.
pub(in crate::member) fn delete_suspensions(
    conn: &mut WriteConn<'_>,
    member: MemberId,
) -> Result<(), DbError> {
    let all = suspensions::table.filter(suspensions::member_id.eq(member));
    sql!(conn, |c| diesel::delete(all).execute(c))?;
    Ok(())
}
