//! What is said to a page, one frame at a time.

use std::error::Error;
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, ready};

use actix_web::HttpResponse;
use actix_web::body::{BodySize, BoxBody, MessageBody};
use actix_web::web::Bytes;
use actix_ws::Session;
use bytestring::ByteString;
use tokio::sync::{Semaphore, SemaphorePermit, oneshot};

/// The page is gone.
#[derive(Debug, thiserror::Error)]
#[error("the socket is closed")]
pub struct Gone;

/// The way to one page. A frame waits until the one before has gone to the connection.
pub struct Outgoing {
    session: Session,
    pace: Rc<Semaphore>,
    /// Dropped with this, and the response ends.
    _open: oneshot::Sender<()>,
}

/// Lets only one frame at a time into the body of the response: actix-ws would take 32 of any size. And keeps the body
/// open after the close frame, so that the answer to it is still read.
pub(super) fn pace(response: HttpResponse, session: Session) -> (HttpResponse, Outgoing) {
    let pace = Rc::new(Semaphore::new(1));
    let (open, closed) = oneshot::channel();
    let paced = pace.clone();
    let response = response.map_body(|_, frames| Paced { frames, pace: paced, closed });
    (response.map_into_boxed_body(), Outgoing { session, pace, _open: open })
}

impl Outgoing {
    /// Sends a text.
    pub async fn text(&mut self, text: ByteString) -> Result<(), Gone> {
        self.turn().await?;
        self.session.text(text).await.map_err(|_| Gone)
    }

    /// Sends bytes.
    pub async fn binary(&mut self, bytes: Bytes) -> Result<(), Gone> {
        self.turn().await?;
        self.session.binary(bytes).await.map_err(|_| Gone)
    }

    /// Answers a ping.
    pub async fn pong(&mut self, payload: &[u8]) -> Result<(), Gone> {
        self.turn().await?;
        self.session.pong(payload).await.map_err(|_| Gone)
    }

    /// Sends the close frame, with a code and a text or with neither. Does not wait for the frame before: the page finds
    /// this behind it, whenever it reads.
    pub async fn close(&mut self, reason: Option<(u16, &str)>) {
        let reason = reason.map(|(code, text)| actix_ws::CloseReason {
            code: code.into(),
            description: (!text.is_empty()).then(|| text.to_owned()),
        });
        // Nobody is left to tell if this fails.
        let _ = self.session.clone().close(reason).await;
    }

    /// Waits until the frame before has gone.
    async fn turn(&self) -> Result<(), Gone> {
        // The place comes back when the connection has taken the frame.
        self.pace.acquire().await.map(SemaphorePermit::forget).map_err(|_| Gone)
    }
}

/// The body of the response: tells when the connection has taken what there was.
struct Paced {
    frames: BoxBody,
    pace: Rc<Semaphore>,
    closed: oneshot::Receiver<()>,
}

impl MessageBody for Paced {
    type Error = Box<dyn Error>;

    fn size(&self) -> BodySize {
        self.frames.size()
    }

    fn poll_next(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Bytes, Self::Error>>> {
        let body = self.get_mut();
        let Some(frame) = ready!(Pin::new(&mut body.frames).poll_next(cx)) else {
            return Pin::new(&mut body.closed).poll(cx).map(|_| None);
        };
        if body.pace.available_permits() == 0 {
            body.pace.add_permits(1);
        }
        Poll::Ready(Some(frame))
    }
}

impl Drop for Paced {
    fn drop(&mut self) {
        self.pace.close();
    }
}
