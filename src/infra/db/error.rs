//! What can go wrong with the database, sorted by what a caller can do about it.

use diesel::r2d2;
use diesel::result::{DatabaseErrorInformation, DatabaseErrorKind, Error as DieselError};

/// How `PostgreSQL` says that it stopped a query for reasons that have nothing to do with its data. Diesel
/// does not hand on the code.
const STOPPED: [&str; 5] = [
    "canceling statement due to",
    "deadlock detected",
    "terminating connection due to",
    "the database system is",
    "could not extend file",
];

/// A failed query or transaction.
#[derive(Debug, thiserror::Error)]
pub enum DbError {
    /// The row looked for is not there.
    #[error("no such row")]
    NotFound,
    /// A unique key is already taken.
    #[error("unique key `{key}` is taken")]
    Taken {
        /// The violated key, as `table_column`, for example `members_email_key`.
        key: String,
    },
    /// The settings cannot work.
    #[error("{0}")]
    Settings(String),
    /// The database cannot be reached. Worth another try.
    #[error("database is unavailable: {0}")]
    Unavailable(#[source] Box<dyn std::error::Error + Send + Sync>),
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
    /// The data break a rule of the schema: they can never be stored as they are.
    #[error("the data are refused: {0}")]
    Refused(#[source] DieselError),
    /// The server failed at a query: its disk is full, its file is locked, it is going away, or the query
    /// is our mistake. May be worth another try.
    #[error("query failed: {0}")]
    Other(#[source] DieselError),
}

impl DbError {
    /// Whether the database is away or overloaded, so that the same call may work later.
    #[must_use]
    pub const fn is_passing(&self) -> bool {
        matches!(self, Self::Unavailable(_) | Self::Busy)
    }

    /// Whether the same data can never be stored, however often it is tried.
    #[must_use]
    pub const fn is_for_ever(&self) -> bool {
        matches!(self, Self::Taken { .. } | Self::Refused(_) | Self::Crashed { .. })
    }

    /// Whether the unique key of this name is taken.
    #[must_use]
    pub fn is_taken(&self, name: &str) -> bool {
        matches!(self, Self::Taken { key } if key == name)
    }
}

impl From<r2d2::PoolError> for DbError {
    fn from(error: r2d2::PoolError) -> Self {
        Self::Unavailable(Box::new(error))
    }
}

impl From<DieselError> for DbError {
    fn from(error: DieselError) -> Self {
        match error {
            DieselError::NotFound => Self::NotFound,
            DieselError::DatabaseError(DatabaseErrorKind::UniqueViolation, info) => {
                Self::Taken { key: key_of(&*info) }
            }
            DieselError::DatabaseError(
                DatabaseErrorKind::UnableToSendCommand
                | DatabaseErrorKind::ClosedConnection
                | DatabaseErrorKind::SerializationFailure,
                _,
            ) => Self::Unavailable(Box::new(error)),
            DieselError::DatabaseError(DatabaseErrorKind::Unknown, ref info)
                if STOPPED.iter().any(|begin| info.message().starts_with(begin)) =>
            {
                Self::Unavailable(Box::new(error))
            }
            DieselError::DatabaseError(
                DatabaseErrorKind::CheckViolation
                | DatabaseErrorKind::NotNullViolation
                | DatabaseErrorKind::ForeignKeyViolation
                | DatabaseErrorKind::ExclusionViolation,
                _,
            )
            | DieselError::SerializationError(_) => Self::Refused(error),
            error => Self::Other(error),
        }
    }
}

/// `PostgreSQL` names the constraint; `SQLite` only says `UNIQUE constraint failed: members.email_key`.
fn key_of(info: &dyn DatabaseErrorInformation) -> String {
    let message = info.message();
    let key = message.rsplit_once(": ").map_or(message, |(_, key)| key);
    info.constraint_name().map_or_else(|| key.replace('.', "_"), str::to_owned)
}
