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
use tokio::time::{sleep, timeout};

use crate::protocol::CloseReason;

use super::guard::Verdict;

/// How long a page may take to answer our goodbye ...
pub const GOODBYE_WITHIN: Duration = Duration::from_secs(1);
/// ... or only to read it.
const READ_WITHIN: Duration = Duration::from_millis(300);

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
    /// Dropped when nothing more can be understood, and what comes then is thrown away.
    frames: Option<MessageStream>,
    verdict: Verdict,
    /// A message that is not over.
    parts: Parts,
}

/// After our goodbye, waits for the one of the page, but not for long. From a page that speaks another language none can
/// be understood; it only gets the time to read ours.
pub async fn goodbye(incoming: &mut (impl Stream<Item = Result<Heard, CloseReason>> + Unpin)) {
    let goodbye = async {
        loop {
            match incoming.next().await {
                Some(Ok(Heard::Goodbye(_))) => return,
                Some(_) => {}
                None => return sleep(READ_WITHIN).await,
            }
        }
    };
    // Whoever says nothing has had the time.
    let _ = timeout(GOODBYE_WITHIN, goodbye).await;
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
        Self { frames: Some(frames), verdict, parts: Parts::default() }
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
        while let Some(frames) = &mut incoming.frames {
            let heard = match ready!(Pin::new(frames).poll_next(cx)) {
                Some(Ok(frame)) => incoming.on_frame(frame),
                // What follows a text that is wrong need not be wrong.
                Some(Err(error)) if is_not_utf8(&error) => Err(CloseReason::NotUtf8),
                last => {
                    incoming.frames = None;
                    let reason = match last {
                        Some(Err(ProtocolError::Io(_))) => None,
                        Some(_) => Some(CloseReason::Framing),
                        None => incoming.verdict.get(),
                    };
                    let Some(reason) = reason else { break };
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
