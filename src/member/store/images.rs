//! The picture of a member, and objects that nobody needs once they are due.

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Integer, Text};

use crate::base::{ImageId, MemberId, Timestamp};
use crate::infra::db::schema::{members, object_deletions};
use crate::infra::db::{Conn, DbId, DbTime, sql};
use crate::infra::objects::image_names;
use crate::infra::{DbError, WriteConn};

/// An object that somebody has taken to delete it.
#[derive(Clone, Debug, QueryableByName)]
pub(in crate::member) struct TakenDeletion {
    #[diesel(sql_type = Text)]
    pub(in crate::member) name: String,
    /// How often it was taken, with this time.
    #[diesel(sql_type = Integer)]
    pub(in crate::member) tries: i32,
}

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
        insert_deletions(conn, &image_names(before), now)?;
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

/// Has objects deleted from `due` on.
pub(in crate::member) fn insert_deletions(
    conn: &mut WriteConn<'_>,
    names: &[String],
    due: Timestamp,
) -> Result<(), DbError> {
    for name in names {
        sql!(conn, |c| diesel::insert_into(object_deletions::table)
            .values((object_deletions::name.eq(name), object_deletions::due_at.eq(due)))
            .on_conflict(object_deletions::name)
            .do_update()
            .set((object_deletions::due_at.eq(due), object_deletions::tries.eq(0)))
            .execute(c))?;
    }
    Ok(())
}

/// Has objects kept that were to be deleted. False if somebody has begun with one.
pub(in crate::member) fn withdraw_deletions(
    conn: &mut WriteConn<'_>,
    names: &[String],
) -> Result<bool, DbError> {
    let untouched = object_deletions::table
        .filter(object_deletions::name.eq_any(names))
        .filter(object_deletions::tries.eq(0));
    Ok(sql!(conn, |c| diesel::delete(untouched).execute(c))? == names.len())
}

/// Takes objects that are due, longest first: nobody else gets them until `until`.
pub(in crate::member) fn take_deletions(
    conn: &mut WriteConn<'_>,
    now: Timestamp,
    until: Timestamp,
    limit: i64,
) -> Result<Vec<TakenDeletion>, DbError> {
    // Of two who take at once each gets others. `SQLite` has one writer anyway.
    let skip = match conn.engine() {
        Conn::Sqlite(_) => "",
        Conn::Postgres(_) => "FOR UPDATE SKIP LOCKED",
    };
    let query = format!(
        "UPDATE object_deletions SET due_at = $1, tries = tries + 1 WHERE name IN (
            SELECT name FROM object_deletions WHERE due_at <= $2 ORDER BY due_at LIMIT $3 {skip})
         RETURNING name, tries"
    );
    Ok(sql!(conn, |c| diesel::sql_query(query)
        .bind::<DbTime, _>(until)
        .bind::<DbTime, _>(now)
        .bind::<BigInt, _>(limit)
        .load(c))?)
}

/// Forgets an object that is deleted.
pub(in crate::member) fn forget_deletion(
    conn: &mut WriteConn<'_>,
    name: &str,
) -> Result<(), DbError> {
    sql!(conn, |c| diesel::delete(object_deletions::table.find(name)).execute(c))?;
    Ok(())
}

/// Says when an object that could not be deleted is due again.
pub(in crate::member) fn put_off_deletion(
    conn: &mut WriteConn<'_>,
    name: &str,
    due: Timestamp,
) -> Result<(), DbError> {
    sql!(conn, |c| diesel::update(object_deletions::table.find(name))
        .set(object_deletions::due_at.eq(due))
        .execute(c))?;
    Ok(())
}
