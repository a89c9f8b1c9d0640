//! Puts roles into a process, runs it, and takes it down in order.

mod admin;
mod announce;
mod api;
mod keys;
mod role;
mod servers;

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::sync::Arc;

use actix_web::dev::Server;
use anyhow::{Context, anyhow, bail};
use tracing::{error, info, warn};

use crate::base::{NodeId, SharedClock, SystemClock};
use crate::config::{Config, ImagesConfig};
use crate::http::{Gate, Origins, Served, TokenKeys, client_is_built};
use crate::imaging::{Imaging, ImagingLimits};
use crate::infra::shared::{NodeEntry, Shared};
use crate::infra::{Db, Infra, Mailer};
use crate::runtime::{HealthBoard, Lifecycle, Light, Routes, Worker, record_metrics};

pub use admin::{AdminRequest, admin, member_name};
pub use api::openapi;
pub use role::Role;

use role::Ground;
use servers::{Listeners, ServerPair};

/// A process that is put together and listening, but not yet running.
pub struct App {
    config: Config,
    /// The database, if its schema may be older than this program.
    outdated: Option<Db>,
    lifecycle: Lifecycle,
    board: HealthBoard,
    lights: Vec<&'static str>,
    workers: Vec<Worker>,
    servers: ServerPair,
    addresses: Addresses,
}

/// Where a process listens.
#[derive(Clone, Copy, Debug)]
pub struct Addresses {
    /// For browsers.
    pub public: SocketAddr,
    /// For other roles, health and metrics.
    pub internal: SocketAddr,
}

/// What a caller may put in the place of the real thing.
#[derive(Clone, Default)]
pub struct Substitutes {
    /// Instead of the machine's clock.
    pub clock: Option<SharedClock>,
    /// Instead of the mailer of the settings.
    pub mailer: Option<Arc<dyn Mailer>>,
    /// Instead of shared state of its own.
    pub shared: Option<Shared>,
}

impl App {
    /// Binds the ports, opens the outside world and assembles the roles.
    pub fn build(config: Config, roles: &BTreeSet<Role>) -> anyhow::Result<Self> {
        Self::build_with(config, roles, Substitutes::default())
    }

    /// As [`App::build`], with substitutes.
    pub fn build_with(
        config: Config,
        roles: &BTreeSet<Role>,
        substitutes: Substitutes,
    ) -> anyhow::Result<Self> {
        record_metrics()?;
        let clock = substitutes.clock.unwrap_or_else(|| Arc::new(SystemClock));
        let listeners = Listeners::bind(&config)?;
        let addresses = listeners.addresses;
        let shared = match substitutes.shared {
            Some(shared) => shared,
            None => Shared::open(&config, &clock).context("redis")?,
        };
        let mut infra = Infra::open(&config, shared, &clock)?;
        infra.mailer = substitutes.mailer.unwrap_or(infra.mailer);
        let uses_database = roles.iter().any(|role| role.uses_database());
        let outdated = (config.storage.migrate && uses_database).then(|| infra.db.clone());
        let gate = Gate {
            tokens: TokenKeys::open(&config.keys_dir(), &config.auth.issuer, &clock)
                .context("the keys of tokens cannot be read")?,
            shared: infra.shared.clone(),
            origins: Origins::new(config.http.origins(addresses.public)),
        };
        let (lifecycle, board) = (Lifecycle::default(), HealthBoard::default());
        let node = NodeEntry {
            id: NodeId::fresh(),
            roles: roles.iter().map(ToString::to_string).collect(),
            internal_url: internal_url(&config, addresses),
        };
        let ground = Ground {
            config: &config,
            infra: &infra,
            gate: &gate,
            imaging: &imaging(&config.images),
            clock: &clock,
            lifecycle: &lifecycle,
            node: node.id,
        };
        let (mut routes, mut internal): (Vec<Routes>, Vec<Routes>) = Default::default();
        let (mut workers, mut lights) = (Vec::new(), Vec::new());
        for role in roles {
            let parts = role.assemble(&ground)?;
            board.set(parts.light, Light::Starting);
            lights.push(parts.light);
            routes.extend(parts.routes);
            internal.extend(parts.internal_routes);
            workers.extend(parts.workers);
        }
        workers.push(announce::worker(infra.shared.clone(), node));
        workers.push(keys::worker(gate.tokens.clone(), config.auth.keys_reload()));
        warn_if_alone(&config, roles);
        let served = Served::by(roles.iter().filter_map(|role| role.api()));
        let servers = listeners.serve(&config, &gate, &board, served, routes, internal)?;
        Ok(Self { config, outdated, lifecycle, board, lights, workers, servers, addresses })
    }

    /// Where it listens.
    #[must_use]
    pub const fn addresses(&self) -> Addresses {
        self.addresses
    }

    /// A handle that can stop it.
    #[must_use]
    pub fn lifecycle(&self) -> Lifecycle {
        self.lifecycle.clone()
    }

    /// Runs until told to stop. Returns whether everything finished by itself.
    pub async fn run(self) -> anyhow::Result<bool> {
        let Self { config, outdated, lifecycle, board, lights, workers, servers, addresses } = self;
        if let Some(db) = outdated {
            db.migrate().await.context("the schema cannot be brought up to date")?;
        }
        let ServerPair { public, internal, sockets } = servers;
        let (public_handle, internal_handle) = (public.handle(), internal.handle());
        let serving = spawn_server(public);
        let serving_internal = spawn_server(internal);
        for worker in workers {
            spawn(worker, &lifecycle, &board);
        }
        for light in lights {
            board.set(light, Light::Ready);
        }
        let Addresses { public, internal } = addresses;
        info!(%public, %internal, "ready: http://{public}");
        if !client_is_built() {
            warn!("the browser client is not built: `make run` builds it; the API is at /api/docs");
        }

        lifecycle.stop_requested().await?;

        // From the outside in: say goodbye, close the door, finish the work, turn off the light.
        board.set_all(Light::Draining);
        tokio::time::sleep(config.shutdown.announce()).await;
        public_handle.pause().await;
        let clean = lifecycle.drain(config.shutdown.grace()).await;
        sockets.end().await;
        public_handle.stop(true).await;
        internal_handle.stop(true).await;
        serving.await?.context("the public server failed")?;
        serving_internal.await?.context("the internal server failed")?;
        if let Some(part) = lifecycle.failed_part() {
            bail!("{part} failed");
        }
        info!(clean, "stopped");
        Ok(clean)
    }
}

fn spawn_server(server: Server) -> tokio::task::JoinHandle<std::io::Result<()>> {
    tokio::spawn(server)
}

fn internal_url(config: &Config, addresses: Addresses) -> String {
    if config.internal.url.is_empty() {
        format!("http://{}", addresses.internal)
    } else {
        config.internal.url.trim_end_matches('/').to_owned()
    }
}

fn imaging(config: &ImagesConfig) -> Imaging {
    Imaging::new(ImagingLimits {
        bytes_max: config.bytes_max,
        pixels_max: config.pixels_max,
        receive_at_once: config.receive_at_once,
        at_once: config.at_once,
        queue: config.queue,
        wait: config.wait(),
        quality: config.quality,
    })
}

/// Roles that meet only in this process cannot be spread over several.
fn warn_if_alone(config: &Config, roles: &BTreeSet<Role>) {
    if config.redis.urls.is_empty() && roles.len() < 4 {
        let roles: Vec<&str> = roles.iter().map(|role| role.name()).collect();
        warn!(
            roles = roles.join(","),
            "shared state is in this process: other processes will not see what happens here"
        );
    }
}

/// Starts a worker. If it fails, panics or ends too early, the process goes down with it.
fn spawn(worker: Worker, lifecycle: &Lifecycle, board: &HealthBoard) {
    let (name, board, whole) = (worker.name, board.clone(), lifecycle.clone());
    board.set(name, Light::Ready);
    let running = tokio::spawn(worker.start(lifecycle.stop()));
    tokio::spawn(lifecycle.track(async move {
        let error = match running.await {
            Ok(Ok(())) if whole.stop().is_finishing() => return,
            Ok(Ok(())) => anyhow!("ended before it was told to"),
            Ok(Err(error)) => error,
            Err(panic) => panic.into(),
        };
        error!(worker = name, ?error, "worker failed, stopping the process");
        board.set(name, Light::Failed);
        whole.fail(name);
    }));
}

#[cfg(test)]
mod tests;
