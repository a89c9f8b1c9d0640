//! Connection registry and inboxes, in this process.

use std::collections::HashMap;
use std::time::Duration;

use async_trait::async_trait;
use dashmap::DashMap;
use tokio::sync::mpsc::{self, Sender};
use tokio::time::Instant;

use crate::base::{MemberId, NodeId};
use crate::infra::shared::{Inbox, Inboxes, SharedResult};
use crate::protocol::{Envelope, Event};

const LIFE: Duration = Duration::from_mins(1);

/// Connection registry and inboxes, in this process.
pub struct MemoryInboxes {
    capacity: usize,
    nodes: DashMap<NodeId, Sender<Envelope>>,
    /// Where each member is connected, and until when that holds.
    members: DashMap<MemberId, HashMap<NodeId, Instant>>,
}

impl MemoryInboxes {
    /// Inboxes that hold `capacity` envelopes each.
    #[must_use]
    pub fn new(capacity: usize) -> Self {
        Self { capacity, nodes: DashMap::new(), members: DashMap::new() }
    }

    fn nodes_of(&self, member: MemberId) -> Vec<NodeId> {
        let now = Instant::now();
        let Some(nodes) = self.members.get(&member) else { return Vec::new() };
        nodes.iter().filter(|(_, end)| **end > now).map(|(node, _)| *node).collect()
    }
}

#[async_trait]
impl Inboxes for MemoryInboxes {
    async fn open(&self, node: NodeId) -> SharedResult<Inbox> {
        let (sender, inbox) = mpsc::channel(self.capacity);
        self.nodes.insert(node, sender);
        Ok(inbox)
    }

    async fn connect(&self, member: MemberId, node: NodeId) -> SharedResult<()> {
        self.members.entry(member).or_default().insert(node, Instant::now() + LIFE);
        Ok(())
    }

    async fn disconnect(&self, member: MemberId, node: NodeId) -> SharedResult<()> {
        self.members.remove_if_mut(&member, |_, nodes| {
            nodes.remove(&node);
            nodes.is_empty()
        });
        Ok(())
    }

    async fn is_connected(&self, member: MemberId) -> SharedResult<bool> {
        Ok(!self.nodes_of(member).is_empty())
    }

    async fn deliver(&self, to: MemberId, event: Event) -> SharedResult<()> {
        for node in self.nodes_of(to) {
            let Some(inbox) = self.nodes.get(&node) else { continue };
            if inbox.try_send(Envelope { to, event: event.clone() }).is_err() {
                metrics::counter!("inbox_dropped_total").increment(1);
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use crate::protocol::ServerFrame;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn an_event_reaches_the_nodes_that_hold_the_member_and_only_them() {
        let inboxes = MemoryInboxes::new(1);
        let (here, there, member) = (NodeId::fresh(), NodeId::fresh(), MemberId::fresh());
        let mut inbox = inboxes.open(here).await.unwrap();
        let mut other = inboxes.open(there).await.unwrap();
        inboxes.connect(member, here).await.unwrap();

        let ping = Event::show(ServerFrame::Ping {});
        inboxes.deliver(member, ping.clone()).await.unwrap();
        inboxes.deliver(member, ping).await.unwrap();

        assert_eq!(inbox.try_recv().unwrap().to, member);
        assert!(inbox.try_recv().is_err(), "a full inbox drops what comes");
        assert!(other.try_recv().is_err());

        tokio::time::advance(LIFE).await;
        assert!(!inboxes.is_connected(member).await.unwrap());
        inboxes.disconnect(member, here).await.unwrap();
        assert!(inboxes.members.is_empty());
    }
}
