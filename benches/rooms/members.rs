//! Members, put straight into the database of either engine.

use diesel::prelude::*;
use rand_chat::base::{MemberId, Timestamp};
use rand_chat::infra::db::schema::members;
use rand_chat::infra::db::{Conn, DbError};
use rand_chat::infra::{Infra, WriteConn};

/// Rows written together.
const ROWS: usize = 50;

/// Adds members whom nobody can log in as.
pub async fn add_members(infra: &Infra, everybody: Vec<MemberId>, now: Timestamp) {
    let write = infra.db.write("bench.members", move |conn| {
        for some in everybody.chunks(ROWS) {
            insert_members(conn, some, now)?;
        }
        Ok::<_, DbError>(())
    });
    write.await.unwrap();
}

fn insert_members(
    conn: &mut WriteConn<'_>,
    some: &[MemberId],
    now: Timestamp,
) -> Result<(), DbError> {
    let rows = some.iter().map(|id| {
        let name = id.to_string();
        (
            members::id.eq(*id),
            members::username.eq(name.clone()),
            members::nickname.eq(name.clone()),
            members::nickname_key.eq(name.clone()),
            members::email.eq(name.clone()),
            members::email_key.eq(name),
            members::password_hash.eq(""),
            members::birth_date.eq("1995-01-01"),
            members::sex.eq("undisclosed"),
            members::interests.eq("[]"),
            members::languages.eq("[]"),
            members::created_at.eq(now),
        )
    });
    let rows: Vec<_> = rows.collect();
    match conn.engine() {
        Conn::Sqlite(conn) => diesel::insert_into(members::table).values(rows).execute(conn)?,
        Conn::Postgres(conn) => diesel::insert_into(members::table).values(rows).execute(conn)?,
    };
    Ok(())
}
