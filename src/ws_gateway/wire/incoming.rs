//! What a page says, message by message.

use std::io;
use std::pin::Pin;
use std::str;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use actix_web::web::{Bytes, BytesMut};
use actix_ws::{Item, Message, MessageStream, ProtocolError};
use bytestring::ByteString;
use futures_util::{Stream, StreamExt};
use tokio::time::timeout;

use crate::protocol::CloseReason;

use super::guard::Verdict;

/// How long a page may take to answer our goodbye.
pub const GOODBYE_WITHIN: Duration = Duration::from_secs(1);

/// Something that a page said.
#[derive(Debug, PartialEq, Eq)]
pub enum Heard {
    /// A whole text.
    Text(ByteString),
    /// Whole bytes.
    Binary(Bytes),
    /// Wants a pong.
    Ping(Bytes),
    /// Answers a ping.
    Pong,
    /// Leaves, and waits for the same from us. With the code it gave.
    Goodbye(Option<u16>),
}

/// What a page says, and reasons to hang up. Ends when nothing more can come.
pub struct Incoming {
    frames: MessageStream,
    verdict: Verdict,
    /// A message that is not over.
    parts: Parts,
    over: bool,
}

/// After our goodbye, waits for the one of the page, but not for long. Whether it came.
pub async fn goodbye(
    incoming: &mut (impl Stream<Item = Result<Heard, CloseReason>> + Unpin),
) -> bool {
    let goodbye = async {
        loop {
            match incoming.next().await {
                Some(Ok(Heard::Goodbye(_))) => return true,
                Some(_) => {}
                None => return false,
            }
        }
    };
    timeout(GOODBYE_WITHIN, goodbye).await.unwrap_or(false)
}

#[derive(Default)]
struct Parts {
    is_text: bool,
    bytes: BytesMut,
    /// So much of a text is known to be UTF-8.
    good: usize,
}

impl Incoming {
    pub(super) fn new(frames: MessageStream, verdict: Verdict) -> Self {
        Self { frames, verdict, parts: Parts::default(), over: false }
    }

    fn on_frame(&mut self, frame: Message) -> Result<Option<Heard>, CloseReason> {
        Ok(Some(match frame {
            Message::Text(text) => Heard::Text(text),
            Message::Binary(bytes) => Heard::Binary(bytes),
            Message::Ping(bytes) => Heard::Ping(bytes),
            Message::Pong(_) => Heard::Pong,
            Message::Close(reason) => Heard::Goodbye(reason.map(|reason| reason.code.into())),
            Message::Nop => return Ok(None),
            Message::Continuation(part) => {
                let (bytes, is_last) = match part {
                    Item::FirstText(bytes) => {
                        self.parts.is_text = true;
                        (bytes, false)
                    }
                    Item::FirstBinary(bytes) => {
                        self.parts.is_text = false;
                        (bytes, false)
                    }
                    Item::Continue(bytes) => (bytes, false),
                    Item::Last(bytes) => (bytes, true),
                };
                self.parts.add(&bytes)?;
                return if is_last { self.parts.take().map(Some) } else { Ok(None) };
            }
        }))
    }
}

impl Stream for Incoming {
    type Item = Result<Heard, CloseReason>;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let incoming = self.get_mut();
        while !incoming.over {
            let heard = match ready!(Pin::new(&mut incoming.frames).poll_next(cx)) {
                Some(Ok(frame)) => incoming.on_frame(frame),
                Some(Err(error)) => {
                    // A text can be wrong without what follows being wrong.
                    incoming.over = !is_not_utf8(&error);
                    let Some(reason) = reason_of(&error) else { break };
                    Err(reason)
                }
                None => {
                    incoming.over = true;
                    let Some(reason) = incoming.verdict.get() else { break };
                    Err(reason)
                }
            };
            if let Some(heard) = heard.transpose() {
                return Poll::Ready(Some(heard));
            }
        }
        Poll::Ready(None)
    }
}

impl Parts {
    /// Adds a part. A text is refused with the first part that makes it wrong.
    fn add(&mut self, bytes: &[u8]) -> Result<(), CloseReason> {
        self.bytes.extend_from_slice(bytes);
        if self.is_text {
            let unknown = &self.bytes[self.good..];
            self.good += match str::from_utf8(unknown) {
                Ok(all) => all.len(),
                // The last character goes on in the next part.
                Err(error) if error.error_len().is_none() => error.valid_up_to(),
                Err(_) => return Err(CloseReason::NotUtf8),
            };
        }
        Ok(())
    }

    fn take(&mut self) -> Result<Heard, CloseReason> {
        let Self { is_text, bytes, .. } = std::mem::take(self);
        let bytes = bytes.freeze();
        if !is_text {
            return Ok(Heard::Binary(bytes));
        }
        ByteString::try_from(bytes).map(Heard::Text).map_err(|_| CloseReason::NotUtf8)
    }
}

/// There is no variant for it. The guard lets nothing else pass that would look like this.
fn is_not_utf8(error: &ProtocolError) -> bool {
    matches!(error, ProtocolError::Io(error) if error.kind() == io::ErrorKind::InvalidData)
}

/// Why we hang up after an error of the parser; nothing if the page is gone. What the head of a frame tells, the guard
/// has judged already.
fn reason_of(error: &ProtocolError) -> Option<CloseReason> {
    match error {
        error if is_not_utf8(error) => Some(CloseReason::NotUtf8),
        ProtocolError::Io(_) => None,
        _ => Some(CloseReason::Framing),
    }
}
