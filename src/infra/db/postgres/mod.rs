//! The distributed engine: a `PostgreSQL` primary, and perhaps a streaming replica.
//!
//! A pool that meets a server which is gone, or which may not write any more, lets all its connections
//! go and connects anew: to the first host of its address that takes writes, or to whatever the name
//! stands for now. So it follows a promotion by itself.

mod pool;
mod tls;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use diesel::connection::{Connection, TransactionManager};
use diesel::pg::Pg;
use diesel::sql_types::{BigInt, Bool, Nullable, Text};
use diesel::{QueryResult, QueryableByName};
use diesel_async::RunQueryDsl;
use diesel_async::async_connection_wrapper::AsyncConnectionWrapper;
use tokio::time::{Instant, timeout};
use tokio_postgres::config::TargetSessionAttrs;
use tracing::warn;

use crate::config::PostgresConfig;

use super::DbError;
use super::marks::Mark;

use self::pool::{Lease, Pool, PoolOptions};

/// Whether what is logged below `info` for this target has the values of queries in it, with all that members have
/// written.
#[must_use]
pub fn tells_values(target: &str) -> bool {
    target.split("::").next() == Some("tokio_postgres")
}

/// A connection as query functions see it: `Diesel`'s synchronous face of an asynchronous one.
pub type PgConn = AsyncConnectionWrapper<Lease>;

type Manager = <PgConn as Connection>::TransactionManager;

/// How often a transaction may find its server gone before it has begun.
const BEGIN_TRIES: u32 = 3;
/// How long a replica that failed is left alone.
const REPLICA_RESTS: Duration = Duration::from_secs(1);

/// The pools.
#[derive(Clone)]
pub(super) struct Postgres {
    writers: Pool,
    readers: Pool,
    replica: Option<Pool>,
    /// How long a question may take that only finds out where a server is.
    answer_within: Duration,
    /// How long one transaction may take in all.
    pub(super) body_within: Duration,
    /// Until when a replica that failed is left alone.
    replica_rests: Arc<Mutex<Option<Instant>>>,
}

#[derive(QueryableByName)]
struct Replayed {
    #[diesel(sql_type = Bool)]
    is_replica: bool,
    #[diesel(sql_type = Nullable<BigInt>)]
    up_to: Option<i64>,
}

#[derive(QueryableByName)]
struct Writes {
    #[diesel(sql_type = Text)]
    timeline: String,
}

#[derive(QueryableByName)]
struct Written {
    #[diesel(sql_type = BigInt)]
    up_to: i64,
}

impl Postgres {
    /// Pools on the servers of the settings. Nothing is connected yet.
    pub(super) fn open(config: &PostgresConfig) -> Result<Self, DbError> {
        let tls = Arc::new(tls::client(config.ca_file())?);
        let pool = |url: &str, options: PoolOptions| Pool::open(url, options, config, tls.clone());
        let primary = config.url.expose();
        let writing = Some(TargetSessionAttrs::ReadWrite);
        let writers = PoolOptions { size: config.writers, target: writing, read_only: false };
        let readers = PoolOptions { size: config.readers, target: writing, read_only: true };
        let replica = PoolOptions { size: config.readers, target: None, read_only: true };
        let replica_url = config.replica_url.expose();
        Ok(Self {
            writers: pool(primary, writers)?,
            readers: pool(primary, readers)?,
            replica: (!replica_url.is_empty()).then(|| pool(replica_url, replica)).transpose()?,
            answer_within: config.connect_within(),
            body_within: config.transaction_within(),
            replica_rests: Arc::default(),
        })
    }

    pub(super) const fn has_replica(&self) -> bool {
        self.replica.is_some()
    }

    /// A connection that may write, inside a transaction that has begun.
    ///
    /// `READ WRITE` is refused at once by a server that was demoted, and a connection whose server is
    /// gone fails here too: so nothing was done yet, and another server can be tried.
    pub(super) async fn begin(&self) -> Result<PgConn, DbError> {
        let mut tries = 1;
        loop {
            let mut lease = self.writers.lease().await?;
            match self.in_time(lease.begin("BEGIN READ WRITE")).await {
                Ok(()) => return Ok(PgConn::from(lease)),
                Err(error) => {
                    lease.discard();
                    warn!(%error, "the primary is gone or takes no writes, looking for another");
                    self.let_go();
                    if tries == BEGIN_TRIES {
                        return Err(error);
                    }
                    tries += 1;
                }
            }
        }
    }

    /// A connection that reads from the primary.
    pub(super) async fn latest(&self) -> Result<PgConn, DbError> {
        Ok(PgConn::from(self.readers.lease().await?))
    }

    /// A connection that reads from the replica, if it is there and has replayed up to `mark`; else
    /// from the primary.
    pub(super) async fn replayed(&self, mark: Option<Mark>) -> Result<PgConn, DbError> {
        let Some(replica) = self.replica.as_ref().filter(|_| !self.replica_rests()) else {
            return self.latest().await;
        };
        match self.caught_up(replica, mark).await {
            Ok(Some(conn)) => {
                metrics::counter!("db_reads_total", "from" => "replica").increment(1);
                return Ok(conn);
            }
            Ok(None) => metrics::counter!("db_reads_total", "from" => "primary").increment(1),
            Err(error) => {
                metrics::counter!("db_replica_failures_total").increment(1);
                warn!(%error, "the replica does not answer, the primary does its work");
                replica.let_go();
                *lock(&self.replica_rests) = Some(Instant::now() + REPLICA_RESTS);
            }
        }
        self.latest().await
    }

    fn replica_rests(&self) -> bool {
        lock(&self.replica_rests).is_some_and(|until| Instant::now() < until)
    }

    async fn caught_up(
        &self,
        replica: &Pool,
        mark: Option<Mark>,
    ) -> Result<Option<PgConn>, DbError> {
        let mut lease = replica.lease().await?;
        let query = diesel::sql_query(
            "SELECT pg_is_in_recovery() AS is_replica,
                    (pg_last_wal_replay_lsn() - '0/0'::pg_lsn)::bigint AS up_to",
        );
        match self.in_time(query.get_result::<Replayed>(&mut *lease)).await {
            // A replica that was promoted is behind nobody.
            Ok(Replayed { is_replica: false, .. }) => Ok(Some(PgConn::from(lease))),
            Ok(Replayed { up_to, .. }) => {
                let has_all =
                    mark.is_none_or(|mark| up_to.is_some_and(|up_to| Mark(up_to) >= mark));
                Ok(has_all.then(|| PgConn::from(lease)))
            }
            Err(error) => {
                lease.discard();
                Err(error)
            }
        }
    }

    /// Where the primary's log ends now. Whoever has replayed up to there has seen every write before.
    pub(super) async fn written(&self) -> Result<Mark, DbError> {
        let query = "SELECT (pg_current_wal_insert_lsn() - '0/0'::pg_lsn)::bigint AS up_to";
        let Written { up_to } = self.ask_primary(query).await?;
        Ok(Mark(up_to))
    }

    /// The timeline that the primary writes. A promotion begins a new one.
    pub(super) async fn timeline(&self) -> Result<String, DbError> {
        let query = "SELECT substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8) AS timeline";
        let Writes { timeline } = self.ask_primary(query).await?;
        Ok(timeline)
    }

    /// Asks something that only a primary can answer. Without an answer the primary is another now.
    async fn ask_primary<T>(&self, query: &'static str) -> Result<T, DbError>
    where
        T: QueryableByName<Pg> + Send + 'static,
    {
        let mut lease = self.readers.lease().await?;
        let asked = self.in_time(diesel::sql_query(query).get_result(&mut *lease)).await;
        if asked.is_err() {
            lease.discard();
            self.let_go();
        }
        asked
    }

    /// Waits for a short answer, but not for long: a server that is frozen gives none.
    async fn in_time<T>(
        &self,
        answer: impl Future<Output = QueryResult<T>> + Send,
    ) -> Result<T, DbError> {
        let late = |_| DbError::Unavailable("no answer in time".into());
        Ok(timeout(self.answer_within, answer).await.map_err(late)??)
    }

    /// Lets every connection to the primary go.
    pub(super) fn let_go(&self) {
        self.writers.let_go();
        self.readers.let_go();
    }

    /// Runs `migrate` on the primary, while nobody else migrates.
    pub(super) async fn migrating<T, F>(&self, migrate: F) -> Result<T, DbError>
    where
        F: FnOnce(&mut PgConn) -> Result<T, DbError> + Send + 'static,
        T: Send + 'static,
    {
        let mut lease = self.writers.lease().await?;
        lease.wait_for_migrations().await?;
        let mut conn = PgConn::from(lease);
        let migrating = move || {
            let done = migrate(&mut conn);
            conn.into_inner().discard();
            done
        };
        let crashed = |_| DbError::Crashed { name: "migrate" };
        tokio::task::spawn_blocking(migrating).await.map_err(crashed)?
    }
}

/// Ends a transaction that [`Postgres::begin`] began: commits what went well, rolls back what did not.
pub(super) fn end<T, E: From<DbError>>(conn: &mut PgConn, done: Result<T, E>) -> Result<T, E> {
    match done {
        Ok(value) => {
            Manager::commit_transaction(conn).map_err(DbError::from)?;
            Ok(value)
        }
        Err(error) => {
            // If that fails the connection is broken, and the pool does not take it back.
            let _ = Manager::rollback_transaction(conn);
            Err(error)
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_crate_that_tells_values_is_kept_quiet() {
        for (target, tells) in [
            ("tokio_postgres", true),
            ("tokio_postgres::query", true),
            ("tokio_postgres_rustls", false),
            ("rand_chat::infra::db::postgres", false),
        ] {
            assert_eq!(tells_values(target), tells, "{target}");
        }
    }
}
