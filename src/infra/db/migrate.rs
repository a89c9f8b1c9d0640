//! Brings the schema up to date. Each engine has migrations of its own, with the same names.

use diesel::SqliteConnection;
use diesel::backend::Backend;
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

use super::{DbError, PgConn};

const SQLITE: EmbeddedMigrations = embed_migrations!("migrations/sqlite");
const POSTGRES: EmbeddedMigrations = embed_migrations!("migrations/postgres");

/// Runs what is pending and names it.
pub(super) fn sqlite(conn: &mut SqliteConnection) -> Result<Vec<String>, DbError> {
    run(conn, SQLITE)
}

/// Runs what is pending and names it.
pub(super) fn postgres(conn: &mut PgConn) -> Result<Vec<String>, DbError> {
    run(conn, POSTGRES)
}

fn run<B: Backend>(
    conn: &mut impl MigrationHarness<B>,
    migrations: EmbeddedMigrations,
) -> Result<Vec<String>, DbError>
where
    EmbeddedMigrations: diesel::migration::MigrationSource<B>,
{
    let failed =
        |error: Box<dyn std::error::Error + Send + Sync>| DbError::Migration(error.to_string());
    let pending = conn.pending_migrations(migrations).map_err(failed)?;
    conn.run_migrations(&pending).map_err(failed)?;
    Ok(pending.iter().map(|migration| migration.name().to_string()).collect())
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
