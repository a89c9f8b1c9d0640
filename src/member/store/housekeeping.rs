//! Deleting what nobody needs any more, some at a time.

use diesel::prelude::*;

use crate::base::{AuditId, SessionId, Timestamp};
use crate::infra::db::schema::{audit, devices, sessions};
use crate::infra::db::sql;
use crate::infra::{DbError, WriteConn};

/// Deletes sessions that nobody has used since. How many there were, at most `limit`.
pub(in crate::member) fn delete_old_sessions(
    conn: &mut WriteConn<'_>,
    before: Timestamp,
    limit: i64,
) -> Result<usize, DbError> {
    let old: Vec<SessionId> = sql!(conn, |c| sessions::table
        .filter(sessions::last_used_at.lt(before))
        .select(sessions::id)
        .limit(limit)
        .load(c))?;
    Ok(sql!(conn, |c| diesel::delete(sessions::table.filter(sessions::id.eq_any(&old)))
        .execute(c))?)
}

/// Deletes devices that nobody has logged in with since. How many there were, at most `limit`.
pub(in crate::member) fn delete_old_devices(
    conn: &mut WriteConn<'_>,
    before: Timestamp,
    limit: i64,
) -> Result<usize, DbError> {
    let old: Vec<Vec<u8>> = sql!(conn, |c| devices::table
        .filter(devices::last_used_at.lt(before))
        .select(devices::hash)
        .limit(limit)
        .load(c))?;
    let gone =
        devices::table.filter(devices::hash.eq_any(&old)).filter(devices::last_used_at.lt(before));
    Ok(sql!(conn, |c| diesel::delete(gone).execute(c))?)
}

/// Deletes what happened before. How many entries there were, at most `limit`.
pub(in crate::member) fn delete_old_audit(
    conn: &mut WriteConn<'_>,
    before: Timestamp,
    limit: i64,
) -> Result<usize, DbError> {
    let old: Vec<AuditId> = sql!(conn, |c| audit::table
        .filter(audit::at.lt(before))
        .order(audit::at)
        .select(audit::id)
        .limit(limit)
        .load(c))?;
    Ok(sql!(conn, |c| diesel::delete(audit::table.filter(audit::id.eq_any(&old))).execute(c))?)
}
