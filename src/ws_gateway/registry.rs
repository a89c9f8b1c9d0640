//! Whose sockets are here, and the bounded queue of each.

use std::sync::Arc;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU8, AtomicUsize, Ordering};

use bytestring::ByteString;
use dashmap::DashMap;
use tokio::sync::mpsc::{self, Receiver, Sender};
use tokio_util::sync::CancellationToken;

use crate::base::{MemberId, SessionId, SocketId};
use crate::protocol::CloseReason;

/// How much a frame matters when a reader is slow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Weight {
    /// Must arrive; a socket that cannot take it is closed and resumes.
    Durable,
    /// Of the moment only; dropped first.
    Passing,
}

/// The way to one socket. Cheap to clone.
#[derive(Clone)]
pub(super) struct Mailbox {
    pub(super) socket: SocketId,
    pub(super) session: SessionId,
    pub(super) shares_typing: SharesTyping,
    frames: Sender<ByteString>,
    bytes: Arc<AtomicUsize>,
    bytes_max: usize,
    closing: Closing,
}

/// The other end of a [`Mailbox`]: what the session of the socket reads.
pub(super) struct Queue {
    pub(super) shares_typing: SharesTyping,
    frames: Receiver<ByteString>,
    bytes: Arc<AtomicUsize>,
    closing: Closing,
}

/// Whether the member of a socket shares that it is typing. Not before somebody has said so.
#[derive(Clone, Debug, Default)]
pub(super) struct SharesTyping(Arc<AtomicU8>);

impl SharesTyping {
    const UNKNOWN: u8 = 0;
    const NO: u8 = 1;
    const YES: u8 = 2;

    /// What the greeting read, unless the member has changed it meanwhile.
    pub(super) fn begin(&self, shares: bool) {
        let to = if shares { Self::YES } else { Self::NO };
        let _ = self.0.compare_exchange(Self::UNKNOWN, to, Ordering::Relaxed, Ordering::Relaxed);
    }

    pub(super) fn set(&self, shares: bool) {
        self.0.store(if shares { Self::YES } else { Self::NO }, Ordering::Relaxed);
    }

    pub(super) fn get(&self) -> bool {
        self.0.load(Ordering::Relaxed) == Self::YES
    }
}

/// Says once why a socket is to be closed.
#[derive(Clone, Default)]
struct Closing {
    reason: Arc<OnceLock<CloseReason>>,
    said: CancellationToken,
}

impl Closing {
    fn say(&self, reason: CloseReason) {
        // The first reason counts.
        let _ = self.reason.set(reason);
        self.said.cancel();
    }
}

/// A mailbox for a socket that may fall behind by so many frames and bytes.
pub(super) fn mailbox(
    socket: SocketId,
    session: SessionId,
    frames_max: usize,
    bytes_max: usize,
) -> (Mailbox, Queue) {
    let (sender, receiver) = mpsc::channel(frames_max);
    let bytes = Arc::new(AtomicUsize::new(0));
    let (closing, shares_typing) = (Closing::default(), SharesTyping::default());
    let queue = Queue {
        shares_typing: shares_typing.clone(),
        frames: receiver,
        bytes: bytes.clone(),
        closing: closing.clone(),
    };
    let frames = sender;
    (Mailbox { socket, session, shares_typing, frames, bytes, bytes_max, closing }, queue)
}

impl Mailbox {
    /// Queues a frame without waiting. A socket that is too far behind is closed.
    pub(super) fn put(&self, frame: ByteString, weight: Weight) {
        let waiting = self.bytes.load(Ordering::Relaxed);
        if weight == Weight::Passing && waiting > self.bytes_max / 2 {
            return;
        }
        let size = frame.len();
        if waiting + size > self.bytes_max || self.frames.try_send(frame).is_err() {
            self.close(CloseReason::TooSlow);
            return;
        }
        self.bytes.fetch_add(size, Ordering::Relaxed);
    }

    /// Closes the socket.
    pub(super) fn close(&self, reason: CloseReason) {
        self.closing.say(reason);
    }
}

impl Queue {
    /// The next frame to send, or the reason to close. Closing goes first.
    pub(super) async fn next(&mut self) -> Result<ByteString, CloseReason> {
        tokio::select! {
            biased;
            () = self.closing.said.cancelled() => Err(self.reason()),
            frame = self.frames.recv() => match frame {
                Some(frame) => {
                    // A frame is counted after it was queued, so the count may lag behind for a moment.
                    let size = frame.len();
                    let minus = |bytes: usize| Some(bytes.saturating_sub(size));
                    let _ = self.bytes.fetch_update(Ordering::Relaxed, Ordering::Relaxed, minus);
                    Ok(frame)
                }
                None => Err(self.reason()),
            },
        }
    }

    fn reason(&self) -> CloseReason {
        self.closing.reason.get().copied().unwrap_or(CloseReason::Internal)
    }
}

/// Whose sockets are here. Cheap to clone.
#[derive(Clone)]
pub(super) struct Registry {
    members: Arc<DashMap<MemberId, Vec<Mailbox>>>,
    per_member: usize,
}

impl Registry {
    /// An empty registry that keeps so many sockets of a member, the newest ones.
    pub(super) fn new(per_member: usize) -> Self {
        Self { members: Arc::default(), per_member }
    }

    /// Adds a socket. The oldest of a member who has too many is closed.
    pub(super) fn add(&self, member: MemberId, mailbox: Mailbox) {
        let mut mailboxes = self.members.entry(member).or_default();
        mailboxes.push(mailbox);
        if mailboxes.len() > self.per_member {
            mailboxes.remove(0).close(CloseReason::Replaced);
        }
    }

    /// Removes a socket. True if it was the last of its member here.
    pub(super) fn remove(&self, member: MemberId, socket: SocketId) -> bool {
        let last = self.members.remove_if_mut(&member, |_, mailboxes| {
            mailboxes.retain(|mailbox| mailbox.socket != socket);
            mailboxes.is_empty()
        });
        last.is_some()
    }

    /// The sockets of a member here.
    pub(super) fn of(&self, member: MemberId) -> Vec<Mailbox> {
        self.members.get(&member).map_or_else(Vec::new, |mailboxes| mailboxes.clone())
    }

    /// Every member who has a socket here.
    pub(super) fn members(&self) -> Vec<MemberId> {
        self.members.iter().map(|entry| *entry.key()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn make(frames: usize, bytes: usize) -> (Mailbox, Queue) {
        mailbox(SocketId::fresh(), SessionId::fresh(), frames, bytes)
    }

    #[tokio::test]
    async fn a_reader_that_is_too_slow_is_closed_by_count_and_by_bytes() {
        for (frames, bytes) in [(2, 1000), (1000, 2)] {
            let (mailbox, mut queue) = make(frames, bytes);
            for _ in 0..3 {
                mailbox.put("x".into(), Weight::Durable);
            }
            assert_eq!(queue.next().await, Err(CloseReason::TooSlow));
        }
    }

    #[tokio::test]
    async fn what_is_of_the_moment_is_dropped_first() {
        let (mailbox, mut queue) = make(100, 10);
        mailbox.put("123456".into(), Weight::Durable);
        mailbox.put("typing".into(), Weight::Passing);
        mailbox.put("7890".into(), Weight::Durable);

        assert_eq!(queue.next().await.unwrap(), "123456");
        assert_eq!(queue.next().await.unwrap(), "7890");
    }

    #[tokio::test]
    async fn a_queue_that_is_read_never_fills() {
        let (mailbox, mut queue) = make(4, 16);
        for _ in 0..1000 {
            mailbox.put("12345678".into(), Weight::Durable);
            assert_eq!(queue.next().await.unwrap(), "12345678");
        }
    }

    #[tokio::test]
    async fn the_oldest_socket_of_a_member_gives_way() {
        let registry = Registry::new(2);
        let member = MemberId::fresh();
        let (first, mut first_queue) = make(4, 16);
        let others = [make(4, 16), make(4, 16)];
        registry.add(member, first.clone());
        for (mailbox, _) in &others {
            registry.add(member, mailbox.clone());
        }

        assert_eq!(first_queue.next().await, Err(CloseReason::Replaced));
        assert!(!registry.remove(member, first.socket));
        assert!(!registry.remove(member, others[0].0.socket));
        assert!(registry.remove(member, others[1].0.socket));
        assert!(registry.members().is_empty());
    }
}
