//! A pool of connections to one server.

use std::ops::{Deref, DerefMut};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use deadpool::Runtime;
use deadpool::managed::{self, Metrics, Object, PoolError, RecycleError, RecycleResult, Timeouts};
use diesel::sql_types::Bool;
use diesel::{QueryResult, QueryableByName};
use diesel_async::{
    AnsiTransactionManager, AsyncPgConnection, SimpleAsyncConnection, TransactionManager,
};
use tokio::task::{AbortHandle, JoinHandle};
use tokio_postgres::config::{SslMode, TargetSessionAttrs};
use tokio_postgres::tls::{MakeTlsConnect, TlsConnect};
use tokio_postgres::{Config, NoTls, Socket};
use tokio_postgres_rustls::MakeRustlsConnect;
use tracing::debug;

use crate::config::PostgresConfig;
use crate::infra::db::DbError;

/// Any number: who migrates holds the lock of this name (`pg_try_advisory_lock`).
const MIGRATING: i64 = 0x7261_6e64_6368_6174;

/// How often is asked whether another still migrates.
const ASK_AGAIN: Duration = Duration::from_millis(100);

/// A connection on loan; returned on drop.
pub struct Lease(Object<Connector>);

/// What a pool is for.
#[derive(Clone, Copy)]
pub(super) struct PoolOptions {
    pub(super) size: usize,
    pub(super) target: Option<TargetSessionAttrs>,
    pub(super) read_only: bool,
}

/// Connections to one server. Cheap to clone.
#[derive(Clone)]
pub(super) struct Pool(managed::Pool<Connector>);

/// Makes connections and decides whether one may be used again.
pub(super) struct Connector {
    server: Config,
    tls: Arc<MakeRustlsConnect>,
    read_only: bool,
    /// Connections of an earlier generation are let go.
    generation: AtomicU64,
}

/// A connection and the task that moves its bytes.
pub(super) struct Link {
    conn: AsyncPgConnection,
    driver: JoinHandle<()>,
    generation: u64,
}

/// No connection could be made.
#[derive(Debug, thiserror::Error)]
pub(super) enum ConnectError {
    #[error(transparent)]
    Server(#[from] tokio_postgres::Error),
    #[error(transparent)]
    Setup(#[from] diesel::ConnectionError),
    #[error(transparent)]
    Query(#[from] diesel::result::Error),
}

/// Whether this connection is the one that migrates.
#[derive(QueryableByName)]
struct Turn {
    #[diesel(sql_type = Bool)]
    is_ours: bool,
}

/// Cuts a connection off when its time is over, unless it is dropped before: whoever waits for an answer
/// then gets an error, even from a server that is frozen.
pub(crate) struct Watchdog(AbortHandle);

impl Pool {
    pub(super) fn open(
        url: &str,
        options: PoolOptions,
        config: &PostgresConfig,
        tls: Arc<MakeRustlsConnect>,
    ) -> Result<Self, DbError> {
        let PoolOptions { size, target, read_only } = options;
        let mut server: Config =
            // Not the value: it may hold a password.
            url.parse().map_err(|error| DbError::Settings(format!("postgres.url: {error}")))?;
        let limits = format!(
            "-c statement_timeout={} -c lock_timeout={} -c idle_in_transaction_session_timeout={}",
            config.statement_within_ms, config.lock_within_ms, config.transaction_within_ms
        );
        let given = server.get_options().map_or_else(String::new, |given| format!("{given} "));
        server
            .options(format!("{given}{limits}"))
            .application_name("rand-chat")
            .connect_timeout(config.connect_within())
            .keepalives_idle(Duration::from_secs(10))
            .keepalives_interval(Duration::from_secs(5))
            .keepalives_retries(3)
            .tcp_user_timeout(config.transaction_within());
        if let Some(target) = target {
            server.target_session_attrs(target);
        }
        let connector = Connector { server, tls, read_only, generation: AtomicU64::new(0) };
        let pool = managed::Pool::builder(connector)
            .max_size(size)
            .runtime(Runtime::Tokio1)
            .timeouts(Timeouts {
                wait: Some(config.wait()),
                // One time for each host of the address, and some for greeting it.
                create: Some(config.connect_within() * 3),
                recycle: Some(config.connect_within()),
            })
            .build()
            .map_err(|error| DbError::Settings(error.to_string()))?;
        Ok(Self(pool))
    }

    /// Waits for a connection, but not for long.
    pub(super) async fn lease(&self) -> Result<Lease, DbError> {
        let object = self.0.get().await.map_err(|error| match error {
            PoolError::Timeout(managed::TimeoutType::Wait) => DbError::Busy,
            error => DbError::Unavailable(Box::new(error)),
        })?;
        Ok(Lease(object))
    }

    /// Lets every connection go: those that are free now, those in use when they come back.
    pub(super) fn let_go(&self) {
        self.0.manager().generation.fetch_add(1, Ordering::SeqCst);
        self.0.retain(|_, _| false);
    }
}

impl Connector {
    async fn connect<T>(&self, tls: T) -> Result<Link, ConnectError>
    where
        T: MakeTlsConnect<Socket> + Send,
        T::Stream: Send + 'static,
        T::TlsConnect: Send,
        <T::TlsConnect as TlsConnect<Socket>>::Future: Send,
    {
        let generation = self.generation.load(Ordering::SeqCst);
        let (client, connection) = self.server.connect(tls).await?;
        let driver = tokio::spawn(async move {
            if let Err(error) = connection.await {
                debug!(%error, "a connection to the database ended");
            }
        });
        let mut conn = AsyncPgConnection::try_from(client).await?;
        if self.read_only {
            conn.batch_execute("SET default_transaction_read_only = on").await?;
        }
        Ok(Link { conn, driver, generation })
    }
}

impl managed::Manager for Connector {
    type Type = Link;
    type Error = ConnectError;

    async fn create(&self) -> Result<Link, ConnectError> {
        if self.server.get_ssl_mode() == SslMode::Disable {
            Box::pin(self.connect(NoTls)).await
        } else {
            Box::pin(self.connect((*self.tls).clone())).await
        }
    }

    async fn recycle(&self, link: &mut Link, _: &Metrics) -> RecycleResult<ConnectError> {
        let is_old = link.generation != self.generation.load(Ordering::SeqCst);
        if is_old || link.driver.is_finished() || link.is_broken() {
            return Err(RecycleError::message("the connection is over"));
        }
        Ok(())
    }
}

impl Link {
    /// Whether somebody left a transaction open, or does not know how it ended.
    fn is_broken(&mut self) -> bool {
        AnsiTransactionManager::is_broken_transaction_manager(&mut self.conn)
    }
}

impl Drop for Link {
    fn drop(&mut self) {
        self.driver.abort();
    }
}

impl Lease {
    pub(super) async fn begin(&mut self, how: &str) -> QueryResult<()> {
        AnsiTransactionManager::begin_transaction_sql(&mut self.0.conn, how).await
    }

    /// Waits until nobody else migrates, and without a limit for statements: a migration may take long.
    ///
    /// It does not wait inside a statement: who builds an index `CONCURRENTLY` waits for every statement that has begun,
    /// and the two would wait for each other.
    pub(super) async fn wait_for_migrations(&mut self) -> QueryResult<()> {
        use diesel_async::RunQueryDsl as _;

        let conn = &mut self.0.conn;
        conn.batch_execute("SET statement_timeout = 0; SET lock_timeout = 0").await?;
        let ask = format!("SELECT pg_try_advisory_lock({MIGRATING}) AS is_ours");
        while !diesel::sql_query(&ask).get_result::<Turn>(conn).await?.is_ours {
            tokio::time::sleep(ASK_AGAIN).await;
        }
        Ok(())
    }

    /// Closes the connection instead of giving it back.
    pub(super) fn discard(self) {
        drop(Object::take(self.0));
    }

    /// Cuts the connection off if the watchdog is still there by then.
    pub(crate) fn watch(&self, within: Duration) -> Watchdog {
        let connection = self.0.driver.abort_handle();
        let waiting = tokio::spawn(async move {
            tokio::time::sleep(within).await;
            tracing::warn!("the database did not answer in time, its connection is cut off");
            connection.abort();
        });
        Watchdog(waiting.abort_handle())
    }
}

impl Drop for Watchdog {
    fn drop(&mut self) {
        self.0.abort();
    }
}

impl Deref for Lease {
    type Target = AsyncPgConnection;

    fn deref(&self) -> &AsyncPgConnection {
        &self.0.conn
    }
}

impl DerefMut for Lease {
    fn deref_mut(&mut self) -> &mut AsyncPgConnection {
        &mut self.0.conn
    }
}
