//! Brings the schema up to date.

use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

use super::{Backend, DbError};

const MIGRATIONS: EmbeddedMigrations = embed_migrations!("migrations/sqlite");

/// Runs what is pending and names it.
pub(super) fn run(conn: &mut Backend) -> Result<Vec<String>, DbError> {
    let failed =
        |error: Box<dyn std::error::Error + Send + Sync>| DbError::Migration(error.to_string());
    let pending = conn.pending_migrations(MIGRATIONS).map_err(failed)?;
    conn.run_migrations(&pending).map_err(failed)?;
    Ok(pending.iter().map(|migration| migration.name().to_string()).collect())
}

#[cfg(test)]
mod tests {
    use diesel::Connection;

    use super::*;

    #[test]
    fn every_migration_goes_up_down_and_up_again() {
        let mut conn = Backend::establish(":memory:").unwrap();

        conn.run_pending_migrations(MIGRATIONS).unwrap();
        conn.revert_all_migrations(MIGRATIONS).unwrap();
        let again = run(&mut conn).unwrap();

        assert!(!again.is_empty());
    }
}
