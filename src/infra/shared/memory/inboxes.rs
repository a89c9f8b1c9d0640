//! Connection registry and inboxes, in this process.

use std::collections::HashMap;
use std::time::Duration;

use async_trait::async_trait;
use dashmap::DashMap;
use tokio::time::Instant;

use crate::base::{MemberId, NodeId};
use crate::infra::shared::{Inbox, InboxSlot, Inboxes, SharedResult, inbox};
use crate::protocol::{Envelope, Event, Place};

const LIFE: Duration = Duration::from_mins(1);

/// Connection registry and inboxes, in this process.
pub struct MemoryInboxes {
    capacity: usize,
    nodes: DashMap<NodeId, InboxSlot>,
    members: DashMap<MemberId, Connected>,
}

#[derive(Default)]
struct Connected {
    /// Where, and until when that holds.
    nodes: HashMap<NodeId, Instant>,
    /// The greatest place that was sent, and until when that is of use.
    latest: Option<(Place, Instant)>,
}

impl Connected {
    fn latest(&self) -> Option<Place> {
        self.latest.filter(|(_, end)| *end > Instant::now()).map(|(place, _)| place)
    }
}

impl MemoryInboxes {
    /// Inboxes that hold `capacity` envelopes each.
    #[must_use]
    pub fn new(capacity: usize) -> Self {
        Self { capacity, nodes: DashMap::new(), members: DashMap::new() }
    }

    fn nodes_of(&self, member: MemberId) -> Vec<NodeId> {
        let now = Instant::now();
        let Some(connected) = self.members.get(&member) else { return Vec::new() };
        connected.nodes.iter().filter(|(_, end)| **end > now).map(|(node, _)| *node).collect()
    }
}

#[async_trait]
impl Inboxes for MemoryInboxes {
    async fn open(&self, node: NodeId) -> SharedResult<Inbox> {
        let (slot, inbox) = inbox(self.capacity);
        self.nodes.insert(node, slot);
        Ok(inbox)
    }

    async fn connect(&self, member: MemberId, node: NodeId) -> SharedResult<()> {
        self.members.entry(member).or_default().nodes.insert(node, Instant::now() + LIFE);
        Ok(())
    }

    async fn disconnect(&self, member: MemberId, node: NodeId) -> SharedResult<()> {
        self.members.remove_if_mut(&member, |_, connected| {
            connected.nodes.remove(&node);
            connected.nodes.is_empty()
        });
        Ok(())
    }

    async fn is_connected(&self, member: MemberId) -> SharedResult<bool> {
        Ok(!self.nodes_of(member).is_empty())
    }

    async fn deliver(&self, to: MemberId, event: Event) -> SharedResult<()> {
        if let (Some(place), Some(mut connected)) = (event.place(), self.members.get_mut(&to)) {
            let greatest = connected.latest().map_or(place, |known| known.max(place));
            connected.latest = Some((greatest, Instant::now() + LIFE));
        }
        for node in self.nodes_of(to) {
            let Some(slot) = self.nodes.get(&node) else { continue };
            // Whether somebody still reads there: that node leaves the registry by itself.
            let _ = slot.put(Envelope { to, event: event.clone() });
        }
        Ok(())
    }

    async fn latest_place(&self, member: MemberId) -> SharedResult<Option<Place>> {
        Ok(self.members.get(&member).and_then(|connected| connected.latest()))
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt;

    use crate::infra::shared::InboxItem;
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

        assert_eq!(inbox.next().await, Some(InboxItem::Gap), "a full inbox drops what comes");
        let Some(InboxItem::Envelope(envelope)) = inbox.next().await else { panic!("nothing") };
        assert_eq!(envelope.to, member);
        assert_eq!(inbox.next().now_or_never(), None);
        assert_eq!(other.next().now_or_never(), None);

        tokio::time::advance(LIFE).await;
        assert!(!inboxes.is_connected(member).await.unwrap());
        inboxes.disconnect(member, here).await.unwrap();
        assert!(inboxes.members.is_empty());
    }
}
