//! One pool of connections, and the queue before it.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use diesel::connection::SimpleConnection;
use diesel::r2d2::{ConnectionManager, CustomizeConnection, Pool, PooledConnection};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;

use super::DbError;

/// The one line that names the database engine.
pub type Backend = diesel::SqliteConnection;

type Connection = PooledConnection<ConnectionManager<Backend>>;

/// What the connections of a pool are for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mode {
    Write,
    Read,
}

/// A pool, and as many permits as it has connections. Who has no permit yet waits without holding
/// a thread.
#[derive(Clone)]
pub(super) struct Engine {
    pool: Pool<ConnectionManager<Backend>>,
    permits: Arc<Semaphore>,
    wait: Duration,
}

/// A connection on loan; returned on drop.
pub(super) struct Lease {
    conn: Connection,
    _permit: OwnedSemaphorePermit,
}

impl fmt::Debug for Engine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let free = self.permits.available_permits();
        f.debug_struct("Engine").field("free", &free).finish_non_exhaustive()
    }
}

impl Engine {
    pub(super) fn open(file: &str, mode: Mode, size: u32, wait: Duration) -> Result<Self, DbError> {
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
    pub(super) fn conn(&mut self) -> &mut Backend {
        &mut self.conn
    }
}

impl CustomizeConnection<Backend, diesel::r2d2::Error> for Mode {
    /// `synchronous = FULL`: what was committed survives a power cut, not only a crash.
    fn on_acquire(&self, conn: &mut Backend) -> Result<(), diesel::r2d2::Error> {
        let pragmas = match self {
            Self::Write => {
                "PRAGMA busy_timeout = 5000; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; \
                 PRAGMA foreign_keys = ON;"
            }
            Self::Read => "PRAGMA busy_timeout = 5000; PRAGMA query_only = ON;",
        };
        conn.batch_execute(pragmas).map_err(diesel::r2d2::Error::QueryError)
    }
}
