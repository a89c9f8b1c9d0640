//! The way to Redis: one node or a cluster, the same to everybody above.

use std::fs;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use deadpool_redis::redis::aio::{ConnectionLike, ConnectionManager, ConnectionManagerConfig};
use deadpool_redis::redis::cluster::{ClusterClient, ClusterClientBuilder, ClusterConfig};
use deadpool_redis::redis::cluster_async::ClusterConnection;
use deadpool_redis::redis::io::tcp::TcpSettings;
use deadpool_redis::redis::{
    AsyncConnectionConfig, Client, Cmd, IntoConnectionInfo, Pipeline, ProtocolVersion, PushInfo,
    RedisFuture, RedisResult, TlsCertificates, Value,
};
use deadpool_redis::{PoolError, Runtime};
use tokio::sync::mpsc::Sender;
use tokio::sync::mpsc::error::TrySendError;

use crate::config::RedisConfig;

/// Opens connections, as the settings say.
#[derive(Clone)]
pub(super) struct Opener {
    server: Server,
    connect_within: Duration,
    answer_within: Duration,
}

#[derive(Clone)]
enum Server {
    Single(Client),
    Cluster { urls: Vec<String>, root_cert: Option<Vec<u8>> },
}

/// A connection that many tasks share. Cheap to clone; it comes back by itself after a loss.
#[derive(Clone)]
pub(super) enum Link {
    Single(ConnectionManager),
    Cluster(ClusterConnection),
}

/// Connections of their own for whole batches, so that nobody waits behind a megabyte.
#[derive(Clone)]
pub(super) enum BulkPool {
    Single(deadpool_redis::Pool),
    /// One, whose connections to the nodes are other ones than those of [`Link`].
    Cluster(ClusterConnection),
}

/// A connection out of a [`BulkPool`].
pub(super) enum BulkLink {
    Single(deadpool_redis::Connection),
    Cluster(ClusterConnection),
}

/// A connection that hears what it has subscribed to.
pub(super) enum ListeningLink {
    Single(deadpool_redis::redis::aio::MultiplexedConnection),
    Cluster(ClusterConnection),
}

impl Opener {
    /// Reads the settings; connects to nothing yet.
    pub(super) fn new(config: &RedisConfig) -> anyhow::Result<Self> {
        let root_cert = config.ca_file().map(fs::read).transpose()?;
        let urls: Vec<String> = config.urls.iter().map(|url| url.expose().to_owned()).collect();
        let server = if config.cluster {
            Server::Cluster { urls, root_cert }
        } else {
            let url = urls.first().cloned().unwrap_or_default();
            let info = url.into_connection_info()?;
            let redis = info.redis_settings().clone().set_protocol(ProtocolVersion::RESP3);
            let info = info.set_redis_settings(redis).set_tcp_settings(at_once());
            Server::Single(match root_cert {
                None => Client::open(info)?,
                Some(_) => {
                    Client::build_with_tls(info, TlsCertificates { client_tls: None, root_cert })?
                }
            })
        };
        Ok(Self {
            server,
            connect_within: config.connect_within(),
            answer_within: config.answer_within(),
        })
    }

    /// The shared connection. It is made when it is first used.
    pub(super) fn link(&self) -> RedisResult<Link> {
        Ok(match &self.server {
            Server::Single(client) => {
                let config = ConnectionManagerConfig::new()
                    .set_connection_timeout(Some(self.connect_within))
                    .set_response_timeout(Some(self.answer_within))
                    .set_number_of_retries(2)
                    .set_max_delay(Duration::from_millis(500));
                Link::Single(ConnectionManager::new_lazy_with_config(client.clone(), config)?)
            }
            Server::Cluster { urls, root_cert } => {
                let client = self.cluster(urls, root_cert.as_ref()).build()?;
                Link::Cluster(client.get_pending_async_connection_with_config(ClusterConfig::new()))
            }
        })
    }

    /// Connections for batches.
    pub(super) fn bulk_pool(&self, size: usize) -> anyhow::Result<BulkPool> {
        let within = Some(self.answer_within);
        Ok(match &self.server {
            Server::Single(client) => {
                let config = AsyncConnectionConfig::new()
                    .set_connection_timeout(Some(self.connect_within))
                    .set_response_timeout(within);
                let info = client.get_connection_info().clone();
                let manager = deadpool_redis::Manager::new_with_config(info, config)?;
                BulkPool::Single(
                    deadpool_redis::Pool::builder(manager)
                        .max_size(size)
                        .runtime(Runtime::Tokio1)
                        .timeouts(deadpool_redis::Timeouts {
                            wait: within,
                            create: within,
                            recycle: within,
                        })
                        .build()?,
                )
            }
            Server::Cluster { urls, root_cert } => {
                let client = self.cluster(urls, root_cert.as_ref()).build()?;
                BulkPool::Cluster(
                    client.get_pending_async_connection_with_config(ClusterConfig::new()),
                )
            }
        })
    }

    /// A connection that sends what it hears to `heard`; if that is full, it drops it and sets `dropped`.
    pub(super) async fn listening_link(
        &self,
        heard: Sender<PushInfo>,
        dropped: Arc<AtomicBool>,
    ) -> RedisResult<ListeningLink> {
        let push = move |info: PushInfo| {
            heard.try_send(info).inspect_err(|error| {
                if matches!(error, TrySendError::Full(_)) {
                    dropped.store(true, Ordering::SeqCst);
                }
            })
        };
        Ok(match &self.server {
            Server::Single(client) => {
                let config = AsyncConnectionConfig::new()
                    .set_connection_timeout(Some(self.connect_within))
                    .set_response_timeout(Some(self.answer_within))
                    .set_push_sender(push);
                ListeningLink::Single(
                    client.get_multiplexed_async_connection_with_config(&config).await?,
                )
            }
            Server::Cluster { urls, root_cert } => {
                let client: ClusterClient =
                    self.cluster(urls, root_cert.as_ref()).push_sender(push).build()?;
                ListeningLink::Cluster(client.get_async_connection().await?)
            }
        })
    }

    fn cluster(&self, urls: &[String], root_cert: Option<&Vec<u8>>) -> ClusterClientBuilder {
        let builder = ClusterClientBuilder::new(urls.to_vec())
            .connection_timeout(self.connect_within)
            .response_timeout(self.answer_within)
            .overall_response_timeout(Some(self.answer_within * 4))
            .retries(8)
            .max_retry_wait(500)
            .use_protocol(ProtocolVersion::RESP3)
            .tcp_settings(at_once());
        match root_cert {
            None => builder,
            Some(cert) => {
                builder.certs(TlsCertificates { client_tls: None, root_cert: Some(cert.clone()) })
            }
        }
    }
}

/// A command leaves at once, and does not wait until the one before it has arrived (Nagle's algorithm).
fn at_once() -> TcpSettings {
    TcpSettings::default().set_nodelay(true)
}

impl BulkPool {
    pub(super) async fn get(&self) -> Result<BulkLink, PoolError> {
        Ok(match self {
            Self::Single(pool) => BulkLink::Single(pool.get().await?),
            Self::Cluster(link) => BulkLink::Cluster(link.clone()),
        })
    }
}

impl ListeningLink {
    /// Subscribes to a channel of one slot.
    pub(super) async fn subscribe(&mut self, channel: &str) -> RedisResult<()> {
        match self {
            // The library has no call for it outside of a cluster; the server takes it.
            Self::Single(link) => Cmd::new().arg("SSUBSCRIBE").arg(channel).exec_async(link).await,
            Self::Cluster(link) => link.ssubscribe(channel).await,
        }
    }
}

macro_rules! each_is_like_a_connection {
    ($($link:ty),*) => {$(
        impl ConnectionLike for $link {
            fn req_packed_command<'a>(&'a mut self, command: &'a Cmd) -> RedisFuture<'a, Value> {
                match self {
                    Self::Single(link) => link.req_packed_command(command),
                    Self::Cluster(link) => link.req_packed_command(command),
                }
            }

            fn req_packed_commands<'a>(
                &'a mut self,
                pipeline: &'a Pipeline,
                offset: usize,
                count: usize,
            ) -> RedisFuture<'a, Vec<Value>> {
                match self {
                    Self::Single(link) => link.req_packed_commands(pipeline, offset, count),
                    Self::Cluster(link) => link.req_packed_commands(pipeline, offset, count),
                }
            }

            fn get_db(&self) -> i64 {
                match self {
                    Self::Single(link) => link.get_db(),
                    Self::Cluster(link) => link.get_db(),
                }
            }
        }
    )*};
}

each_is_like_a_connection!(Link, BulkLink, ListeningLink);
