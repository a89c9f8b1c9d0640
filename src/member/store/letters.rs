//! Mail that is to be sent.

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Integer, Text};

use crate::base::{LetterId, MemberId, Timestamp};
use crate::infra::db::schema::letters;
use crate::infra::db::{Conn, DbId, DbTime, sql};
use crate::infra::{DbError, WriteConn};

/// A letter that one sender has taken.
#[derive(Clone, Debug, QueryableByName)]
pub(in crate::member) struct TakenLetter {
    #[diesel(sql_type = DbId)]
    pub(in crate::member) id: LetterId,
    /// What it is about, as JSON.
    #[diesel(sql_type = Text)]
    pub(in crate::member) about: String,
    #[diesel(sql_type = DbTime)]
    pub(in crate::member) asked_at: Timestamp,
    /// How often it was taken, with this time.
    #[diesel(sql_type = Integer)]
    pub(in crate::member) tries: i32,
}

/// Puts a letter in the outbox. One about the same that has not left is asked for anew.
pub(in crate::member) fn insert_letter(
    conn: &mut WriteConn<'_>,
    about: &str,
    now: Timestamp,
) -> Result<(), DbError> {
    sql!(conn, |c| diesel::insert_into(letters::table)
        .values((
            letters::id.eq(LetterId::fresh()),
            letters::about.eq(about),
            letters::asked_at.eq(now),
            letters::due_at.eq(now),
        ))
        .on_conflict(letters::about)
        .do_update()
        .set((letters::asked_at.eq(now), letters::due_at.eq(now), letters::tries.eq(0)))
        .execute(c))?;
    Ok(())
}

/// Takes letters that are due, oldest first: nobody else gets them until `until`.
pub(in crate::member) fn take_letters(
    conn: &mut WriteConn<'_>,
    now: Timestamp,
    until: Timestamp,
    limit: i64,
) -> Result<Vec<TakenLetter>, DbError> {
    // Of two who take at once each gets others. `SQLite` has one writer anyway.
    let skip = match conn.engine() {
        Conn::Sqlite(_) => "",
        Conn::Postgres(_) => "FOR UPDATE SKIP LOCKED",
    };
    let query = format!(
        "UPDATE letters SET due_at = $1, tries = tries + 1 WHERE id IN (
            SELECT id FROM letters WHERE due_at <= $2 ORDER BY due_at LIMIT $3 {skip})
         RETURNING id, about, asked_at, tries"
    );
    Ok(sql!(conn, |c| diesel::sql_query(query)
        .bind::<DbTime, _>(until)
        .bind::<DbTime, _>(now)
        .bind::<BigInt, _>(limit)
        .load(c))?)
}

/// Takes a letter out of the outbox, unless it was asked for anew since it was taken.
pub(in crate::member) fn delete_letter(
    conn: &mut WriteConn<'_>,
    taken: &TakenLetter,
) -> Result<(), DbError> {
    let same = letters::table.find(taken.id).filter(letters::asked_at.eq(taken.asked_at));
    sql!(conn, |c| diesel::delete(same).execute(c))?;
    Ok(())
}

/// Says when a letter that did not leave is due again, unless it was asked for anew.
pub(in crate::member) fn put_off_letter(
    conn: &mut WriteConn<'_>,
    taken: &TakenLetter,
    due: Timestamp,
) -> Result<(), DbError> {
    let same = letters::table.find(taken.id).filter(letters::asked_at.eq(taken.asked_at));
    sql!(conn, |c| diesel::update(same).set(letters::due_at.eq(due)).execute(c))?;
    Ok(())
}

/// Deletes every letter that names a member.
pub(in crate::member) fn delete_letters_of(
    conn: &mut WriteConn<'_>,
    member: MemberId,
) -> Result<(), DbError> {
    let theirs = letters::table.filter(letters::about.like(format!("%\"{member}\"%")));
    sql!(conn, |c| diesel::delete(theirs).execute(c))?;
    Ok(())
}
