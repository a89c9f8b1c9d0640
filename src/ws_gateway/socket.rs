//! The sending half of a socket, behind a trait so that sessions can be tested without one.

use std::future::Future;

use bytestring::ByteString;

use crate::protocol::CloseReason;

use super::wire::{Gone, Outgoing};

/// How we say goodbye.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Goodbye {
    /// First, and say why.
    Because(CloseReason),
    /// After the page, which gave this code.
    Answer(Option<u16>),
}

/// Sends to one page.
pub(super) trait Socket {
    /// Sends a text frame.
    fn send(&mut self, text: ByteString) -> impl Future<Output = Result<(), Gone>>;
    /// Answers a ping of the WebSocket layer.
    fn pong(&mut self, payload: &[u8]) -> impl Future<Output = Result<(), Gone>>;
    /// Says goodbye: with a reason of ours, or to a page that leaves with its own code.
    fn close(&mut self, goodbye: Goodbye) -> impl Future<Output = ()>;
}

impl Socket for Outgoing {
    async fn send(&mut self, text: ByteString) -> Result<(), Gone> {
        self.text(text).await
    }

    async fn pong(&mut self, payload: &[u8]) -> Result<(), Gone> {
        Self::pong(self, payload).await
    }

    async fn close(&mut self, goodbye: Goodbye) {
        Self::close(
            self,
            match goodbye {
                Goodbye::Because(reason) => Some((reason.code(), reason.text())),
                Goodbye::Answer(code) => code.map(|code| (code, "")),
            },
        )
        .await;
    }
}
