//! Brings the schema up to date. Each engine has migrations of its own, with the same names.

use diesel::backend::Backend;
use diesel::connection::SimpleConnection;
use diesel::sql_types::Text;
use diesel::{QueryableByName, RunQueryDsl, SqliteConnection};
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

use super::{DbError, PgConn};

const SQLITE: EmbeddedMigrations = embed_migrations!("migrations/sqlite");
const POSTGRES: EmbeddedMigrations = embed_migrations!("migrations/postgres");

/// Runs what is pending and names it.
pub(super) fn sqlite(conn: &mut SqliteConnection) -> Result<Vec<String>, DbError> {
    run(conn, SQLITE, |_| Ok(()))
}

/// Runs what is pending and names it.
pub(super) fn postgres(conn: &mut PgConn) -> Result<Vec<String>, DbError> {
    run(conn, POSTGRES, drop_unfinished_indexes)
}

/// Runs what is pending, if anything is, after `prepare`.
fn run<B: Backend, C: MigrationHarness<B>>(
    conn: &mut C,
    migrations: EmbeddedMigrations,
    prepare: impl FnOnce(&mut C) -> Result<(), DbError>,
) -> Result<Vec<String>, DbError>
where
    EmbeddedMigrations: diesel::migration::MigrationSource<B>,
{
    let failed =
        |error: Box<dyn std::error::Error + Send + Sync>| DbError::Migration(error.to_string());
    let pending = conn.pending_migrations(migrations).map_err(failed)?;
    if pending.is_empty() {
        return Ok(Vec::new());
    }
    prepare(conn)?;
    conn.run_migrations(&pending).map_err(failed)?;
    Ok(pending.iter().map(|migration| migration.name().to_string()).collect())
}

/// An index that is built `CONCURRENTLY` when its process dies stays, and is of no use but in the way of the next try.
fn drop_unfinished_indexes(conn: &mut PgConn) -> Result<(), DbError> {
    #[derive(QueryableByName)]
    struct Unfinished {
        #[diesel(sql_type = Text)]
        name: String,
    }
    let unfinished: Vec<Unfinished> = diesel::sql_query(
        "SELECT indexrelid::regclass::text AS name FROM pg_index
         JOIN pg_class ON pg_class.oid = indexrelid
         WHERE NOT indisvalid AND relnamespace = current_schema()::regnamespace
               AND indexrelid NOT IN (SELECT index_relid FROM pg_stat_progress_create_index
                                      WHERE index_relid IS NOT NULL)",
    )
    .load(conn)?;
    for Unfinished { name } in unfinished {
        conn.batch_execute(&format!("DROP INDEX CONCURRENTLY {name}"))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use diesel::Connection;

    use super::*;

    #[test]
    fn every_migration_goes_up_down_and_up_again() {
        let mut conn = SqliteConnection::establish(":memory:").unwrap();

        conn.run_pending_migrations(SQLITE).unwrap();
        conn.revert_all_migrations(SQLITE).unwrap();
        let again = sqlite(&mut conn).unwrap();

        assert!(!again.is_empty());
    }
}
