//! The server of the public port: as actix-web sets one up, but that a connection which becomes a WebSocket leaves
//! actix-http and is carried by `upgraded`.

use std::fmt::Debug;
use std::io;
use std::net::TcpListener;
use std::time::Duration;

use actix_http::{HttpService, Request, Response};
use actix_service::{IntoServiceFactory, ServiceFactoryExt, map_config};
use actix_web::Error;
use actix_web::body::MessageBody;
use actix_web::dev::{AppConfig, Server, Service, ServiceFactory};
use tokio_util::task::TaskTracker;

use super::connection::bound_connection;
use super::upgraded::upgraded;

/// How long a connection that is to end is still read, so that the other side finds what was said to it last.
pub(super) const LINGER: Duration = Duration::from_secs(1);

/// How a server treats its connections.
#[derive(Clone, Copy, Debug)]
pub struct ServerRules {
    /// Threads that serve.
    pub threads: usize,
    /// How long a connection without a request is kept.
    pub keep_alive: Duration,
    /// How long the headers of a request may take.
    pub headers_within: Duration,
    /// Connections that have become sockets, at most.
    pub sockets_max: usize,
    /// How long the requests that there are may take after the stop. Whole seconds.
    pub stop_within: Duration,
}

/// Serves an `App` on a listener. `app` makes two for every thread: one for requests, one for those that become
/// sockets. Of these the server knows nothing any more; `carried` counts them.
pub fn serve<F, I, S, B>(
    listener: TcpListener,
    rules: ServerRules,
    carried: &TaskTracker,
    app: F,
) -> io::Result<Server>
where
    F: Fn() -> I + Send + Clone + 'static,
    I: IntoServiceFactory<S, Request>,
    S: ServiceFactory<Request, Config = AppConfig> + 'static,
    S::Error: Into<Error> + 'static,
    S::InitError: Debug,
    S::Response: Into<Response<B>> + 'static,
    <S::Service as Service<Request>>::Future: 'static,
    S::Service: 'static,
    B: MessageBody + 'static,
{
    let builder = Server::build()
        .workers(rules.threads)
        .shutdown_timeout(rules.stop_within.as_secs())
        .disable_signals();
    let stopping = builder.graceful_shutdown_signal();
    let (address, carried) = (listener.local_addr()?, carried.clone());
    let builder = builder.listen("public", listener, move || {
        let service = || {
            let app = app().into_factory().map_err(|error| error.into().error_response());
            map_config(app, |()| AppConfig::default())
        };
        let stopping = stopping.clone();
        HttpService::build()
            .graceful_shutdown_signal(move || {
                let stopping = stopping.clone();
                async move { stopping.notified().await }
            })
            .keep_alive(rules.keep_alive)
            .client_request_timeout(rules.headers_within)
            .client_disconnect_timeout(LINGER)
            // A frame does not wait until the one before was acknowledged.
            .tcp_nodelay(true)
            .local_addr(address)
            .on_connect_ext(|connection, _| bound_connection(connection))
            .upgrade(upgraded(service(), carried.clone(), rules.sockets_max))
            .finish(service())
            .tcp()
    })?;
    Ok(builder.run())
}
