//! Who is connected where, and the way there: one inbox per node.
//!
//! Delivery is at most once: what comes while an inbox is full, or its connection is away, is lost. The
//! inbox says so by [`InboxItem::Gap`], and its reader has the pages look for themselves.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use async_trait::async_trait;
use tokio::sync::Notify;
use tokio::sync::mpsc::error::TrySendError;
use tokio::sync::mpsc::{self, Receiver, Sender};

use crate::base::{MemberId, NodeId};
use crate::protocol::{Envelope, Event, Place};

use super::SharedResult;

/// What comes out of an inbox.
#[derive(Clone, Debug, PartialEq)]
pub enum InboxItem {
    /// Something for a member.
    Envelope(Envelope),
    /// Something may have been missed before this.
    Gap,
}

/// Where a node takes what is sent to its members. Bounded.
pub struct Inbox {
    envelopes: Receiver<Envelope>,
    gap: Arc<Gap>,
}

/// The way into an [`Inbox`].
pub struct InboxSlot {
    envelopes: Sender<Envelope>,
    gap: Arc<Gap>,
}

#[derive(Default)]
struct Gap {
    is_there: AtomicBool,
    noted: Notify,
}

/// An inbox that holds up to `capacity` envelopes.
#[must_use]
pub fn inbox(capacity: usize) -> (InboxSlot, Inbox) {
    let (sender, receiver) = mpsc::channel(capacity);
    let gap = Arc::<Gap>::default();
    (InboxSlot { envelopes: sender, gap: gap.clone() }, Inbox { envelopes: receiver, gap })
}

impl InboxSlot {
    /// Puts an envelope in without waiting. What does not fit is dropped and makes a gap. False once
    /// nobody reads any more.
    #[must_use]
    pub fn put(&self, envelope: Envelope) -> bool {
        match self.envelopes.try_send(envelope) {
            Ok(()) => true,
            Err(TrySendError::Full(_)) => {
                metrics::counter!("inbox_dropped_total").increment(1);
                self.note_gap();
                true
            }
            Err(TrySendError::Closed(_)) => false,
        }
    }

    /// Notes that something may have been missed.
    pub fn note_gap(&self) {
        self.gap.is_there.store(true, Ordering::SeqCst);
        self.gap.noted.notify_one();
    }
}

impl Inbox {
    /// What came next; none once nothing can come any more. Safe to drop and call again.
    pub async fn next(&mut self) -> Option<InboxItem> {
        loop {
            if self.gap.is_there.swap(false, Ordering::SeqCst) {
                return Some(InboxItem::Gap);
            }
            tokio::select! {
                envelope = self.envelopes.recv() => return envelope.map(InboxItem::Envelope),
                () = self.gap.noted.notified() => {}
            }
        }
    }
}

/// The connection registry and the inboxes of all nodes.
#[async_trait]
pub trait Inboxes: Send + Sync {
    /// Opens the inbox of a node; an earlier one is closed.
    async fn open(&self, node: NodeId) -> SharedResult<Inbox>;
    /// Notes that a member has a socket on a node. Lives 60 s unless noted again.
    async fn connect(&self, member: MemberId, node: NodeId) -> SharedResult<()>;
    /// Notes that a member has no socket on a node any more.
    async fn disconnect(&self, member: MemberId, node: NodeId) -> SharedResult<()>;
    /// Whether a member has a socket anywhere.
    async fn is_connected(&self, member: MemberId) -> SharedResult<bool>;
    /// Sends an event to every node that holds a socket of a member, and notes its place.
    async fn deliver(&self, to: MemberId, event: Event) -> SharedResult<()>;
    /// The greatest place of all events that were sent to a member who was connected, in the last minute at least.
    async fn latest_place(&self, member: MemberId) -> SharedResult<Option<Place>>;
}
