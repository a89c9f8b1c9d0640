//! Who is connected where, and the way there: one inbox per node.
//!
//! Delivery is at most once, and an inbox that is full drops what comes: readers notice a missing
//! message by the `prev` of the next one, and repair it.

use async_trait::async_trait;
use tokio::sync::mpsc::Receiver;

use crate::base::{MemberId, NodeId};
use crate::protocol::{Envelope, Event};

use super::SharedResult;

/// Where a node takes what is sent to its members. Bounded.
pub type Inbox = Receiver<Envelope>;

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
    /// Sends an event to every node that holds a socket of a member.
    async fn deliver(&self, to: MemberId, event: Event) -> SharedResult<()>;
}
