//! What can go wrong with the database, sorted by what a caller can do about it.

use diesel::r2d2;
use diesel::result::{DatabaseErrorKind, Error as DieselError};

/// A failed query or transaction.
#[derive(Debug, thiserror::Error)]
pub enum DbError {
    /// The row looked for is not there.
    #[error("no such row")]
    NotFound,
    /// A unique key is already taken.
    #[error("unique key `{key}` is taken")]
    Taken {
        /// The violated key, as the engine names it, for example `members.username_key`.
        key: String,
    },
    /// The database cannot be reached. Worth another try.
    #[error("database is unavailable: {0}")]
    Unavailable(#[source] r2d2::PoolError),
    /// Every connection stayed in use for too long. Worth another try.
    #[error("database is busy")]
    Busy,
    /// The query panicked.
    #[error("query `{name}` crashed")]
    Crashed {
        /// Which query.
        name: &'static str,
    },
    /// The schema could not be brought up to date.
    #[error("migration failed: {0}")]
    Migration(String),
    /// Anything else is our mistake.
    #[error("query failed: {0}")]
    Other(#[source] DieselError),
}

impl DbError {
    /// Whether the same call may work later.
    #[must_use]
    pub const fn is_passing(&self) -> bool {
        matches!(self, Self::Unavailable(_) | Self::Busy)
    }

    /// Whether a unique key that ends with `name` is taken.
    #[must_use]
    pub fn is_taken(&self, name: &str) -> bool {
        matches!(self, Self::Taken { key } if key.ends_with(name))
    }
}

impl From<r2d2::PoolError> for DbError {
    fn from(error: r2d2::PoolError) -> Self {
        Self::Unavailable(error)
    }
}

impl From<DieselError> for DbError {
    fn from(error: DieselError) -> Self {
        match error {
            DieselError::NotFound => Self::NotFound,
            DieselError::DatabaseError(DatabaseErrorKind::UniqueViolation, info) => {
                // SQLite names the key only in its message: "UNIQUE constraint failed: members.email_key".
                let message = info.message();
                let key = message.rsplit_once(": ").map_or(message, |(_, key)| key);
                Self::Taken { key: info.constraint_name().unwrap_or(key).to_owned() }
            }
            error => Self::Other(error),
        }
    }
}
