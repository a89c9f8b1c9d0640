//! The embedded engine: a pool of connections to one file, and the queue before it.

use std::fmt;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use diesel::SqliteConnection;
use diesel::connection::SimpleConnection;
use diesel::r2d2::{ConnectionManager, CustomizeConnection, Pool, PooledConnection};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;

use crate::config::StorageConfig;

use super::DbError;

type Connection = PooledConnection<ConnectionManager<SqliteConnection>>;

/// One file: one connection writes, several read (write-ahead log).
#[derive(Clone, Debug)]
pub(super) struct Sqlite {
    pub(super) writer: Pooled,
    pub(super) readers: Pooled,
}

impl Sqlite {
    pub(super) fn open(config: &StorageConfig) -> Result<Self, DbError> {
        Ok(Self {
            writer: Pooled::open(&config.data_dir, Mode::Write, 1, config.wait())?,
            readers: Pooled::open(&config.data_dir, Mode::Read, config.readers, config.wait())?,
        })
    }
}

/// What the connections of a pool are for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mode {
    Write,
    Read,
}

/// A pool, and as many permits as it has connections. Who has no permit yet waits without holding
/// a thread.
#[derive(Clone)]
pub(super) struct Pooled {
    pool: Pool<ConnectionManager<SqliteConnection>>,
    permits: Arc<Semaphore>,
    wait: Duration,
}

/// A connection on loan; returned on drop.
pub(super) struct Lease {
    conn: Connection,
    _permit: OwnedSemaphorePermit,
}

impl fmt::Debug for Pooled {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let free = self.permits.available_permits();
        f.debug_struct("Pooled").field("free", &free).finish_non_exhaustive()
    }
}

impl Pooled {
    fn open(folder: &Path, mode: Mode, size: u32, wait: Duration) -> Result<Self, DbError> {
        let file = folder.join("rand-chat.db").to_string_lossy().into_owned();
        let pool = Pool::builder()
            .max_size(size)
            .min_idle(Some(0))
            .test_on_check_out(false)
            .connection_timeout(wait)
            .connection_customizer(Box::new(mode))
            .build(ConnectionManager::new(file))?;
        Ok(Self { pool, permits: Arc::new(Semaphore::new(size as usize)), wait })
    }

    /// Waits for a connection, but not for long.
    pub(super) async fn lease(&self) -> Result<Lease, DbError> {
        let permit = timeout(self.wait, self.permits.clone().acquire_owned())
            .await
            .map_err(|_| DbError::Busy)?
            .map_err(|_| DbError::Busy)?;
        if let Some(conn) = self.pool.try_get() {
            return Ok(Lease { conn, _permit: permit });
        }
        let pool = self.pool.clone();
        let conn = tokio::task::spawn_blocking(move || pool.get())
            .await
            .map_err(|_| DbError::Crashed { name: "connect" })??;
        Ok(Lease { conn, _permit: permit })
    }

    /// A connection for work at the start, on this thread.
    pub(super) fn now(&self) -> Result<Connection, DbError> {
        Ok(self.pool.get()?)
    }
}

impl Lease {
    pub(super) fn conn(&mut self) -> &mut SqliteConnection {
        &mut self.conn
    }
}

impl CustomizeConnection<SqliteConnection, diesel::r2d2::Error> for Mode {
    /// `synchronous = FULL`: what was committed survives a power cut, not only a crash.
    fn on_acquire(&self, conn: &mut SqliteConnection) -> Result<(), diesel::r2d2::Error> {
        let pragmas = match self {
            Self::Write => {
                "PRAGMA busy_timeout = 5000; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; \
                 PRAGMA foreign_keys = ON; PRAGMA secure_delete = ON;"
            }
            Self::Read => "PRAGMA busy_timeout = 5000; PRAGMA query_only = ON;",
        };
        conn.batch_execute(pragmas).map_err(diesel::r2d2::Error::QueryError)
    }
}
