//! Role `chat-writer`: moves sent messages to the database, and serves rooms and history.
//!
//! The promise: a message is told to be *stored* only after its commit. [`worker`] takes messages from
//! the room log in batches, commits, acknowledges, and then tells both members. A writer that dies in
//! between leaves its entries to the next; storing a message twice changes nothing. [`replay`] stores again
//! what a database that took over has missed.

mod http;
mod internal;
mod replay;
mod worker;

use std::sync::Arc;

use crate::base::SharedClock;
use crate::config::{ChatConfig, ChatWriterConfig, Config, ImagesConfig, SafetyConfig};
use crate::http::{Gate, TokenKeys};
use crate::imaging::Imaging;
use crate::infra::Infra;
use crate::runtime::{RoleParts, Worker};

pub use http::ChatApi;

/// What this role needs. Cheap to clone.
#[derive(Clone)]
struct Writer {
    infra: Infra,
    clock: SharedClock,
    tokens: TokenKeys,
    imaging: Imaging,
    images: Arc<ImagesConfig>,
    chat: Arc<ChatConfig>,
    safety: Arc<SafetyConfig>,
    rules: Arc<ChatWriterConfig>,
    resume_max: usize,
}

/// Puts the role together.
#[must_use]
pub fn assemble(
    config: &Config,
    infra: &Infra,
    gate: &Gate,
    imaging: &Imaging,
    clock: &SharedClock,
) -> RoleParts {
    let writer = Writer {
        infra: infra.clone(),
        clock: clock.clone(),
        tokens: gate.tokens.clone(),
        imaging: imaging.clone(),
        images: Arc::new(config.images.clone()),
        chat: Arc::new(config.chat.clone()),
        safety: Arc::new(config.safety.clone()),
        rules: Arc::new(config.chat_writer.clone()),
        resume_max: config.ws_gateway.resume_messages_max,
    };
    let (public, internal, replaying) = (writer.clone(), writer.clone(), writer.clone());
    RoleParts::new("chat-writer")
        .with_routes(move |routes| http::routes(routes, public.clone()))
        .with_internal_routes(move |routes| internal::routes(routes, internal.clone()))
        .with_worker(Worker::new("chat-writer.worker", move |stop| worker::run(writer, stop)))
        .with_worker(Worker::new("chat-writer.replay", move |stop| replay::run(replaying, stop)))
}
