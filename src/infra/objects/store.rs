//! Objects that nobody needs once they are due: the table `object_deletions`.
//!
//! Whoever lets go of an object plans its deletion in the same transaction; a worker of the role `member` does it.

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Integer, Text};

use crate::base::Timestamp;
use crate::infra::db::schema::object_deletions;
use crate::infra::db::{Conn, DbTime, sql};
use crate::infra::{DbError, WriteConn};

/// An object that somebody has taken to delete it.
#[derive(Clone, Debug, QueryableByName)]
pub struct TakenDeletion {
    /// Its name.
    #[diesel(sql_type = Text)]
    pub name: String,
    /// How often it was taken, with this time.
    #[diesel(sql_type = Integer)]
    pub tries: i32,
}

/// Has objects deleted from `due` on.
pub fn plan_deletions(
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
pub fn withdraw_deletions(conn: &mut WriteConn<'_>, names: &[String]) -> Result<bool, DbError> {
    let untouched = object_deletions::table
        .filter(object_deletions::name.eq_any(names))
        .filter(object_deletions::tries.eq(0));
    Ok(sql!(conn, |c| diesel::delete(untouched).execute(c))? == names.len())
}

/// Takes objects that are due, longest first: nobody else gets them until `until`.
pub fn take_deletions(
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
pub fn forget_deletion(conn: &mut WriteConn<'_>, name: &str) -> Result<(), DbError> {
    sql!(conn, |c| diesel::delete(object_deletions::table.find(name)).execute(c))?;
    Ok(())
}

/// Says when an object that could not be deleted is due again.
pub fn put_off_deletion(
    conn: &mut WriteConn<'_>,
    name: &str,
    due: Timestamp,
) -> Result<(), DbError> {
    sql!(conn, |c| diesel::update(object_deletions::table.find(name))
        .set(object_deletions::due_at.eq(due))
        .execute(c))?;
    Ok(())
}
