//! The relational database, and the rule that decides which copy of it a query goes to.
//!
//! Diesel blocks, so every query runs on a blocking thread. That also makes a transaction
//! uncancellable: once begun it commits or rolls back, whatever happens to the request.
//!
//! `SQLite` is the embedded engine: one connection writes, several read (write-ahead log). A
//! `PostgreSQL` engine takes its place behind the same two verbs, `read` and `write`.

mod engine;
mod error;
mod migrate;
pub mod schema;
mod types;

use std::time::Instant;

use tracing::Span;

use crate::config::StorageConfig;

use self::engine::{Engine, Lease, Mode};

pub use self::engine::Backend;
pub use self::error::DbError;
pub use self::types::{DbId, DbTime, JsonList};

/// How old the answer to a read may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Freshness {
    /// A few seconds old is fine: a replica may answer.
    MayLag,
    /// Must see every write that was answered before: the primary answers.
    Latest,
}

/// A connection that only reads, perhaps from a copy that lags.
pub struct ReadConn<'c>(&'c mut Backend);

/// A connection to the primary, inside a transaction.
pub struct WriteConn<'c>(&'c mut Backend);

impl ReadConn<'_> {
    /// The Diesel connection. Only `store.rs` files call this.
    pub const fn sql(&mut self) -> &mut Backend {
        self.0
    }
}

impl WriteConn<'_> {
    /// The Diesel connection. Only `store.rs` files call this.
    pub const fn sql(&mut self) -> &mut Backend {
        self.0
    }

    /// Reads inside the transaction, so it sees its own writes.
    pub const fn as_read(&mut self) -> ReadConn<'_> {
        ReadConn(self.0)
    }
}

/// A handle to the database. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Db {
    writer: Engine,
    readers: Engine,
}

impl Db {
    /// Opens the pools and, if asked to, runs pending migrations.
    pub fn open(config: &StorageConfig) -> Result<Self, DbError> {
        let file = config.data_dir.join("rand-chat.db").to_string_lossy().into_owned();
        let writer = Engine::open(&file, Mode::Write, 1, config.wait())?;
        if config.migrate {
            migrate::run(&mut *writer.now()?)?;
        }
        Ok(Self {
            writer,
            readers: Engine::open(&file, Mode::Read, config.readers, config.wait())?,
        })
    }

    /// Runs pending migrations and names them.
    pub fn migrate(&self) -> Result<Vec<String>, DbError> {
        migrate::run(&mut *self.writer.now()?)
    }

    /// Runs a read. `name` identifies it in metrics and traces.
    ///
    /// The embedded engine has one copy, so both freshnesses read the same.
    pub async fn read<T, E, F>(&self, name: &'static str, _: Freshness, query: F) -> Result<T, E>
    where
        F: FnOnce(&mut ReadConn<'_>) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<DbError> + Send + 'static,
    {
        let mut lease = self.readers.lease().await?;
        blocking(name, move || query(&mut ReadConn(lease.conn()))).await
    }

    /// Runs `body` in a transaction on the primary: all of it happens, or none.
    pub async fn write<T, E, F>(&self, name: &'static str, body: F) -> Result<T, E>
    where
        F: FnOnce(&mut WriteConn<'_>) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<DbError> + Send + 'static,
    {
        let mut lease = self.writer.lease().await?;
        blocking(name, move || transact(&mut lease, body)).await
    }
}

fn transact<T, E: From<DbError>>(
    lease: &mut Lease,
    body: impl FnOnce(&mut WriteConn<'_>) -> Result<T, E>,
) -> Result<T, E> {
    let done = lease
        .conn()
        .immediate_transaction(|conn| body(&mut WriteConn(conn)).map_err(Rollback::Body));
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

#[cfg(test)]
mod tests;
