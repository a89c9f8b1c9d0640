//! Objects that nobody needs once they are due: the table `object_deletions`.
//!
//! Whoever lets go of an object plans its deletion in the same transaction; a worker of the role `member` does it.

use std::collections::HashSet;

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Integer, Text};

use crate::base::{ImageId, Timestamp};
use crate::infra::db::schema::object_deletions;
use crate::infra::db::{Conn, DbTime, sql};
use crate::infra::{DbError, WriteConn};

use super::image_names;

/// Pictures whose deletion is planned or withdrawn in one statement.
const AT_ONCE: usize = 1000;

#[derive(Insertable)]
#[diesel(table_name = object_deletions, treat_none_as_default_value = false)]
struct Planned {
    name: String,
    due_at: Timestamp,
}

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

/// Has the objects of pictures deleted from `due` on. Each picture is named once.
pub fn plan_deletions(
    conn: &mut WriteConn<'_>,
    images: &[ImageId],
    due: Timestamp,
) -> Result<(), DbError> {
    for images in images.chunks(AT_ONCE) {
        let planned: Vec<Planned> =
            names_of(images).into_iter().map(|name| Planned { name, due_at: due }).collect();
        sql!(conn, |c| diesel::insert_into(object_deletions::table)
            .values(&planned)
            .on_conflict(object_deletions::name)
            .do_update()
            .set((object_deletions::due_at.eq(due), object_deletions::tries.eq(0)))
            .execute(c))?;
    }
    Ok(())
}

/// Has pictures kept that were to be deleted. Which: none with an object that somebody has begun with, for then all of
/// them go.
pub fn withdraw_deletions(
    conn: &mut WriteConn<'_>,
    images: &[ImageId],
) -> Result<HashSet<ImageId>, DbError> {
    let mut kept = HashSet::new();
    for images in images.chunks(AT_ONCE) {
        let untouched = object_deletions::table
            .filter(object_deletions::name.eq_any(names_of(images)))
            .filter(object_deletions::tries.eq(0))
            .select(object_deletions::name);
        let untouched: Vec<String> = match conn.engine() {
            Conn::Sqlite(c) => untouched.load(c)?,
            // Who takes some to delete them passes over these. `SQLite` has one writer anyway.
            Conn::Postgres(c) => untouched.order(object_deletions::name).for_update().load(c)?,
        };
        let untouched: HashSet<String> = untouched.into_iter().collect();
        let is_whole =
            |image: &ImageId| image_names(*image).iter().all(|name| untouched.contains(name));
        let whole: Vec<ImageId> = images.iter().copied().filter(is_whole).collect();
        let planned =
            object_deletions::table.filter(object_deletions::name.eq_any(names_of(&whole)));
        sql!(conn, |c| diesel::delete(planned).execute(c))?;
        kept.extend(whole);
    }
    Ok(kept)
}

fn names_of(images: &[ImageId]) -> Vec<String> {
    images.iter().copied().flat_map(image_names).collect()
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
