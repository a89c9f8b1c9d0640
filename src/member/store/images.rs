//! The picture of a member.

use diesel::prelude::*;

use crate::base::{ImageId, MemberId, Timestamp};
use crate::infra::db::schema::members;
use crate::infra::db::{Conn, DbId, sql};
use crate::infra::objects::plan_deletions;
use crate::infra::{DbError, WriteConn};

/// Gives a member another picture, or none. The one before is deleted from `now` on. False if there is no such
/// member.
pub(in crate::member) fn replace_image(
    conn: &mut WriteConn<'_>,
    id: MemberId,
    image: Option<ImageId>,
    now: Timestamp,
) -> Result<bool, DbError> {
    lock_member(conn, id)?;
    let found = members::table.find(id).filter(members::withdrawn_at.is_null());
    let before: Option<Option<ImageId>> =
        sql!(conn, |c| found.select(members::image_id).first(c)).optional()?;
    let Some(before) = before else { return Ok(false) };
    sql!(conn, |c| diesel::update(members::table.find(id))
        .set(members::image_id.eq(image))
        .execute(c))?;
    if let Some(before) = before {
        plan_deletions(conn, &[before], now)?;
    }
    Ok(true)
}

/// Of two who change the picture of a member at once, the second sees what the first did. `SQLite` has one
/// writer anyway.
fn lock_member(conn: &mut WriteConn<'_>, id: MemberId) -> Result<(), DbError> {
    if let Conn::Postgres(c) = conn.engine() {
        diesel::sql_query("SELECT 1 FROM members WHERE id = $1 FOR UPDATE")
            .bind::<DbId, _>(id)
            .execute(c)?;
    }
    Ok(())
}
