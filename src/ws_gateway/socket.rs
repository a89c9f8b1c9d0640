//! The sending half of a socket, behind a trait so that sessions can be tested without one.

use std::future::Future;

use bytestring::ByteString;

use crate::protocol::CloseReason;

/// The page is gone.
#[derive(Debug, thiserror::Error)]
#[error("the socket is closed")]
pub(super) struct Gone;

/// Sends to one page.
pub(super) trait Socket {
    /// Sends a text frame.
    fn send(&mut self, text: ByteString) -> impl Future<Output = Result<(), Gone>>;
    /// Answers a ping of the WebSocket layer.
    fn pong(&mut self, payload: &[u8]) -> impl Future<Output = Result<(), Gone>>;
    /// Says why, and hangs up.
    fn close(self, reason: CloseReason) -> impl Future<Output = ()>;
}

impl Socket for actix_ws::Session {
    async fn send(&mut self, text: ByteString) -> Result<(), Gone> {
        self.text(text).await.map_err(|_| Gone)
    }

    async fn pong(&mut self, payload: &[u8]) -> Result<(), Gone> {
        Self::pong(self, payload).await.map_err(|_| Gone)
    }

    async fn close(self, reason: CloseReason) {
        let reason = actix_ws::CloseReason {
            code: reason.code().into(),
            description: Some(reason.text().to_owned()),
        };
        // Nobody is left to tell if this fails.
        let _ = Self::close(self, Some(reason)).await;
    }
}
