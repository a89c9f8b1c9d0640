//! The WebSocket layer: actix-ws between two bounds of our own.
//!
//! In front of its parser stands a [`guard`], which looks at the head of every frame before anything is kept for it:
//! how long it says it is, how many came, whether it may come now. Behind it [`Incoming`] puts the frames of a message
//! together. Towards the page [`Outgoing`] lets one frame out at a time, so that what a page does not read stays in
//! the queue of its session, which counts it.
//!
//! Public only so that the conformance tests can talk to exactly this layer and nothing behind it.

mod guard;
mod incoming;
mod outgoing;

use std::pin::Pin;

use actix_web::error::PayloadError;
use actix_web::web::{Bytes, Payload};
use actix_web::{FromRequest, HttpRequest, HttpResponse, dev};
use futures_util::Stream;

pub use incoming::{GOODBYE_WITHIN, Heard, Incoming, goodbye};
pub use outgoing::{Gone, Outgoing};

use guard::{Guard, Verdict};

/// The subprotocol of our pages.
pub const SUBPROTOCOL: &str = "randchat.v1";

/// What a page may send.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Longest frame, and longest message of several frames.
    pub bytes_max: usize,
    /// Frames of every kind; all of them may come at once.
    pub frames_per_minute: u32,
}

/// Opens a WebSocket, unless the request asks for something else.
pub async fn open(
    request: &HttpRequest,
    body: Payload,
    limits: Limits,
) -> Option<(HttpResponse, Outgoing, Incoming)> {
    let verdict = Verdict::default();
    let guard = Guard::new(body.into_inner(), limits, verdict.clone());
    let guard: Pin<Box<dyn Stream<Item = Result<Bytes, PayloadError>>>> = Box::pin(guard);
    let mut guarded = dev::Payload::Stream { payload: guard };
    // There is no other way to make a `Payload`.
    let body = Payload::from_request(request, &mut guarded).await.ok()?;
    let opened = actix_ws::handle_with_protocols(request, body, &[SUBPROTOCOL]);
    let (response, session, messages) = opened.ok()?;
    let (response, outgoing) = outgoing::pace(response, session);
    // The guard has looked at the length already.
    let messages = messages.max_frame_size(limits.bytes_max);
    Some((response, outgoing, Incoming::new(messages, verdict)))
}
