//! The relational database, and the rule that decides which copy of it a query goes to.
//!
//! Diesel blocks, so every query runs on a blocking thread. That also makes a transaction
//! uncancellable: once begun it commits or rolls back, whatever happens to the request.
//!
//! Two engines stand behind the same verbs, `read` and `write`: the embedded `SQLite` and `PostgreSQL`
//! with a replica. A query is written once and compiled for both, by [`sql`].

mod error;
mod marks;
mod migrate;
mod postgres;
pub mod schema;
mod sqlite;
mod types;

use std::time::Instant;

use diesel::SqliteConnection;
use diesel::connection::SimpleConnection;
use tracing::Span;

use crate::base::MemberId;
use crate::config::Config;

use self::marks::{Mark, Marks};
use self::postgres::Postgres;
use self::sqlite::Sqlite;
use super::shared::Shared;

pub use self::error::DbError;
pub use self::postgres::{PgConn, tells_values};
pub use self::types::{DbId, DbTime, JsonList};

/// How old the answer to a read may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Freshness {
    /// Must see every write that was answered before: the primary answers.
    Latest,
    /// Must see what was shown to this member ([`Db::show_to`]): a replica that has come so far may answer, else
    /// the primary does.
    SeenBy(MemberId),
}

/// A connection of either engine.
pub enum Conn<'c> {
    /// Embedded.
    Sqlite(&'c mut SqliteConnection),
    /// Distributed.
    Postgres(&'c mut PgConn),
}

/// A connection that only reads, perhaps from a copy that lags.
pub struct ReadConn<'c>(Conn<'c>);

/// A connection to the primary, inside a transaction.
pub struct WriteConn<'c>(Conn<'c>);

/// Runs a Diesel query on the engine of a connection. Only `store.rs` files call this.
///
/// The body is compiled once for each engine, so it names no engine:
/// `sql!(conn, |c| members::table.find(id).first(c))`.
macro_rules! sql {
    ($conn:expr, |$c:ident| $query:expr) => {
        match $conn.engine() {
            $crate::infra::db::Conn::Sqlite($c) => $query,
            $crate::infra::db::Conn::Postgres($c) => $query,
        }
    };
}
pub(crate) use sql;

/// So many rows, for `LIMIT`.
#[must_use]
pub fn row_limit(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

impl Conn<'_> {
    const fn again(&mut self) -> Conn<'_> {
        match self {
            Self::Sqlite(conn) => Conn::Sqlite(conn),
            Self::Postgres(conn) => Conn::Postgres(conn),
        }
    }
}

impl ReadConn<'_> {
    /// The connection of the engine there is.
    pub const fn engine(&mut self) -> Conn<'_> {
        self.0.again()
    }
}

impl WriteConn<'_> {
    /// The connection of the engine there is.
    pub const fn engine(&mut self) -> Conn<'_> {
        self.0.again()
    }

    /// Reads inside the transaction, so it sees its own writes.
    pub const fn as_read(&mut self) -> ReadConn<'_> {
        ReadConn(self.0.again())
    }
}

/// A handle to the database. Cheap to clone.
#[derive(Clone)]
pub struct Db(Engine);

#[derive(Clone)]
enum Engine {
    Sqlite(Sqlite),
    Postgres(Postgres, Marks),
}

impl Db {
    /// Opens the pools of the engine that the settings name. Connects to nothing yet.
    pub fn open(config: &Config, shared: &Shared) -> Result<Self, DbError> {
        Ok(Self(if config.postgres.url.expose().is_empty() {
            Engine::Sqlite(Sqlite::open(&config.storage)?)
        } else {
            let marks = Marks::new(shared.values.clone(), config.postgres.mark());
            Engine::Postgres(Postgres::open(&config.postgres)?, marks)
        }))
    }

    /// Runs pending migrations and names them. Waits while another process does.
    pub async fn migrate(&self) -> Result<Vec<String>, DbError> {
        match &self.0 {
            Engine::Sqlite(sqlite) => migrate::sqlite(&mut *sqlite.writer.now()?),
            Engine::Postgres(postgres, _) => postgres.migrating(migrate::postgres).await,
        }
    }

    /// Runs a read. `name` identifies it in metrics and traces.
    pub async fn read<T, E, F>(
        &self,
        name: &'static str,
        freshness: Freshness,
        query: F,
    ) -> Result<T, E>
    where
        F: FnOnce(&mut ReadConn<'_>) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<DbError> + Send + 'static,
    {
        match &self.0 {
            // The embedded engine has one copy, so every freshness reads the same.
            Engine::Sqlite(sqlite) => {
                let mut lease = sqlite.readers.lease().await?;
                blocking(name, move || query(&mut ReadConn(Conn::Sqlite(lease.conn())))).await
            }
            Engine::Postgres(postgres, marks) => {
                let mut conn = match freshness {
                    Freshness::SeenBy(member) if postgres.has_replica() => {
                        // Without a mark nobody knows how far the replica must be.
                        match marks.of(member).await {
                            Ok(mark) => postgres.replayed(mark).await?,
                            Err(_) => postgres.latest().await?,
                        }
                    }
                    Freshness::Latest | Freshness::SeenBy(_) => postgres.latest().await?,
                };
                let limit = postgres.body_within;
                blocking(name, move || {
                    let _watchdog = conn.watch(limit);
                    query(&mut ReadConn(Conn::Postgres(&mut conn)))
                })
                .await
            }
        }
    }

    /// Runs `body` in a transaction on the primary: all of it happens, or none.
    pub async fn write<T, E, F>(&self, name: &'static str, body: F) -> Result<T, E>
    where
        F: FnOnce(&mut WriteConn<'_>) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<DbError> + Send + 'static,
    {
        match &self.0 {
            Engine::Sqlite(sqlite) => {
                let mut lease = sqlite.writer.lease().await?;
                blocking(name, move || transact(lease.conn(), body)).await
            }
            Engine::Postgres(postgres, _) => {
                let mut conn = postgres.begin().await?;
                let limit = postgres.body_within;
                blocking(name, move || {
                    let _watchdog = conn.watch(limit);
                    let done = body(&mut WriteConn(Conn::Postgres(&mut conn)));
                    postgres::end(&mut conn, done)
                })
                .await
            }
        }
    }

    /// Has what was deleted leave the disk too, as far as it is up to this program: a `PostgreSQL` server has a
    /// vacuum and backups of its own.
    pub async fn scrub(&self) -> Result<(), DbError> {
        let Engine::Sqlite(sqlite) = &self.0 else { return Ok(()) };
        let mut lease = sqlite.writer.lease().await?;
        blocking("db.scrub", move || {
            // Overwrites the pages that were deleted, then empties the log that still has them.
            Ok(lease.conn().batch_execute("PRAGMA wal_checkpoint(TRUNCATE)")?)
        })
        .await
    }

    /// Names the history that the primary is in: it changes when a replica is promoted, which may have missed
    /// the newest commits. None for an engine that cannot forget what it committed.
    pub async fn history(&self) -> Result<Option<String>, DbError> {
        match &self.0 {
            Engine::Sqlite(_) => Ok(None),
            Engine::Postgres(postgres, _) => Ok(Some(postgres.timeline().await?)),
        }
    }

    /// From now on these members read a copy that has every write in it that was answered before.
    pub async fn show_to(&self, members: Vec<MemberId>) {
        if let Engine::Postgres(postgres, marks) = &self.0
            && postgres.has_replica()
        {
            // The writes are committed: if nobody knows how far, no replica is far enough.
            let mark = postgres.written().await.unwrap_or(Mark(i64::MAX));
            marks.note(members, mark).await;
        }
    }
}

fn transact<T, E: From<DbError>>(
    conn: &mut SqliteConnection,
    body: impl FnOnce(&mut WriteConn<'_>) -> Result<T, E>,
) -> Result<T, E> {
    let done = conn.immediate_transaction(|conn| {
        body(&mut WriteConn(Conn::Sqlite(conn))).map_err(Rollback::Body)
    });
    done.map_err(|rollback| match rollback {
        Rollback::Body(error) => error,
        Rollback::Engine(error) => DbError::from(error).into(),
    })
}

/// Why a transaction rolled back: the body said so, or the engine did.
enum Rollback<E> {
    Body(E),
    Engine(diesel::result::Error),
}

impl<E> From<diesel::result::Error> for Rollback<E> {
    fn from(error: diesel::result::Error) -> Self {
        Self::Engine(error)
    }
}

#[tracing::instrument(level = "debug", skip(work))]
async fn blocking<T, E, F>(name: &'static str, work: F) -> Result<T, E>
where
    F: FnOnce() -> Result<T, E> + Send + 'static,
    T: Send + 'static,
    E: From<DbError> + Send + 'static,
{
    let span = Span::current();
    let begun = Instant::now();
    let done = tokio::task::spawn_blocking(move || span.in_scope(work))
        .await
        .unwrap_or_else(|_| Err(DbError::Crashed { name }.into()));
    metrics::histogram!("db_query_seconds", "query" => name).record(begun.elapsed());
    done
}
