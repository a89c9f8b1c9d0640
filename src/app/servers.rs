//! The two listeners of a process: one for browsers, one for other roles, health and metrics.

use std::net::{SocketAddr, TcpListener};
use std::time::Duration;

use actix_web::dev::Server;
use actix_web::middleware::{Compress, from_fn};
use actix_web::web::{self, Data};
use actix_web::{App as ActixApp, HttpServer};
use anyhow::Context;
use tokio::time::timeout;
use tokio_util::task::TaskTracker;

use crate::config::Config;
use crate::http::{
    Gate, SecurityHeaders, Served, ServerRules, TrustedProxies, access_log, client_routes, cors,
    docs_routes, edge_config, health_routes, no_such_path, serve,
};
use crate::runtime::{HealthBoard, Routes};

use super::{Addresses, openapi};

/// How long a connection without a request is kept. Longer than the other side of it keeps it, so that
/// no request meets a connection that is just closing.
const KEEP_ALIVE: Duration = Duration::from_secs(75);
/// How long the headers of a request may take.
const HEADERS_WITHIN: Duration = Duration::from_secs(10);

/// How long the requests that there are may take after the stop.
const STOP_WITHIN: Duration = Duration::from_secs(1);

/// Both ports, bound.
pub(super) struct Listeners {
    public: TcpListener,
    internal: TcpListener,
    pub(super) addresses: Addresses,
}

/// Both servers, not yet running.
pub(super) struct ServerPair {
    pub(super) public: Server,
    pub(super) internal: Server,
    pub(super) sockets: Sockets,
}

/// The sockets of the public port. The server does not wait for them.
pub(super) struct Sockets(TaskTracker);

impl Sockets {
    /// Lets those that end say their last, but not for long.
    pub(super) async fn end(self) {
        self.0.close();
        // Whoever takes nothing has had the time.
        let _ = timeout(STOP_WITHIN, self.0.wait()).await;
    }
}

impl Listeners {
    pub(super) fn bind(config: &Config) -> anyhow::Result<Self> {
        let public = bind("http", SocketAddr::from((config.http.host, config.http.port)))?;
        let internal =
            bind("internal", SocketAddr::from((config.internal.host, config.internal.port)))?;
        let addresses =
            Addresses { public: public.local_addr()?, internal: internal.local_addr()? };
        Ok(Self { public, internal, addresses })
    }

    pub(super) fn serve(
        self,
        config: &Config,
        gate: &Gate,
        board: &HealthBoard,
        served: Served,
        routes: Vec<Routes>,
        internal_routes: Vec<Routes>,
    ) -> anyhow::Result<ServerPair> {
        let body_bytes_max = config.http.body_bytes_max;
        let (public_gate, internal_gate, board) = (gate.clone(), gate.clone(), board.clone());
        let api = openapi();
        let images = config.objects.link_origin();
        let security = SecurityHeaders::new(config.http.public_origin(), images.as_deref());
        let (security, served) = (Data::new(security), Data::new(served));
        let proxies = Data::new(TrustedProxies::new(config.http.trusted_proxies.clone()));
        let public = move || {
            ActixApp::new()
                .wrap(from_fn(cors))
                .wrap(Compress::default())
                .wrap(from_fn(access_log))
                .app_data(Data::new(public_gate.clone()))
                .app_data(security.clone())
                .app_data(proxies.clone())
                .configure(|all| edge_config(all, body_bytes_max))
                .configure(|all| routes.iter().for_each(|routes| routes(all)))
                .configure(|all| docs_routes(all, api.clone()))
                .configure(|all| client_routes(all, served.clone()))
        };
        let internal = HttpServer::new(move || {
            ActixApp::new()
                .wrap(from_fn(access_log))
                .app_data(Data::new(internal_gate.clone()))
                .configure(|all| edge_config(all, body_bytes_max))
                .configure(|all| internal_routes.iter().for_each(|routes| routes(all)))
                .configure(|all| health_routes(all, &board))
                .default_service(web::to(no_such_path))
        });
        let threads = match config.http.threads {
            0 => std::thread::available_parallelism().map_or(1, usize::from),
            threads => threads,
        };
        let rules = ServerRules {
            threads,
            keep_alive: KEEP_ALIVE,
            headers_within: HEADERS_WITHIN,
            sockets_max: config.ws_gateway.sockets_max,
            stop_within: STOP_WITHIN,
        };
        let sockets = TaskTracker::new();
        Ok(ServerPair {
            public: serve(self.public, rules, &sockets, public)?,
            internal: internal
                .workers(1)
                .tcp_nodelay(true)
                .keep_alive(KEEP_ALIVE)
                .client_request_timeout(HEADERS_WITHIN)
                .shutdown_timeout(STOP_WITHIN.as_secs())
                .disable_signals()
                .listen(self.internal)?
                .run(),
            sockets: Sockets(sockets),
        })
    }
}

fn bind(section: &str, address: SocketAddr) -> anyhow::Result<TcpListener> {
    let upper = section.to_uppercase();
    TcpListener::bind(address).with_context(|| {
        format!(
            "{section}.port: cannot listen on {address}: choose another port with \
             RAND_CHAT__{upper}__PORT, or end what uses it"
        )
    })
}
