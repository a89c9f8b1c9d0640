//! Role `ws-gateway`: holds the WebSocket connections of members' pages.
//!
//! One task per socket, in [`session`], on top of the WebSocket layer ([`wire`]). It touches shared state and nothing relational: what needs the
//! database is asked of a chat-writer over HTTP ([`chat_writer_client`]). [`fanout`] takes what other
//! nodes send to the members here and hands it to their sockets; a slow socket never holds it up.

mod chat_writer_client;
mod fanout;
mod heartbeat;
mod meter;
mod registry;
mod session;
mod socket;
mod upgrade;
pub mod wire;

use std::sync::Arc;

use crate::base::{NodeId, SharedClock};
use crate::config::{ChatConfig, Config, WsGatewayConfig};
use crate::http::Gate;
use crate::infra::shared::Shared;
use crate::runtime::{Lifecycle, RoleParts, Worker};

use chat_writer_client::ChatWriterClient;
use registry::Registry;

/// What every session needs. Cheap to clone.
#[derive(Clone)]
struct Gateway {
    node: NodeId,
    rules: Arc<WsGatewayConfig>,
    chat: Arc<ChatConfig>,
    shared: Shared,
    gate: Gate,
    registry: Registry,
    chat_writer: ChatWriterClient,
    clock: SharedClock,
    lifecycle: Lifecycle,
}

/// Puts the role together. `node` is this process.
pub fn assemble(
    config: &Config,
    shared: &Shared,
    gate: &Gate,
    clock: &SharedClock,
    lifecycle: &Lifecycle,
    node: NodeId,
) -> anyhow::Result<RoleParts> {
    let gateway = Gateway {
        node,
        rules: Arc::new(config.ws_gateway.clone()),
        chat: Arc::new(config.chat.clone()),
        shared: shared.clone(),
        gate: gate.clone(),
        registry: Registry::new(config.ws_gateway.sockets_per_member),
        chat_writer: ChatWriterClient::new(&config.internal, shared, &gate.tokens)?,
        clock: clock.clone(),
        lifecycle: lifecycle.clone(),
    };
    let fanout = gateway.clone();
    Ok(RoleParts::new("ws-gateway")
        .with_routes(move |routes| upgrade::routes(routes, gateway.clone()))
        .with_worker(Worker::new("ws-gateway.fanout", move |stop| fanout::run(fanout, stop))))
}
