//! The registry of processes, in this one.

use std::sync::Mutex;
use std::time::Duration;

use async_trait::async_trait;

use crate::base::{NodeId, SharedClock};
use crate::infra::shared::{NodeEntry, Nodes, SharedResult};

use super::{Expiring, lock};

const LIFE: Duration = Duration::from_secs(30);

/// The registry of processes, in this one.
pub struct MemoryNodes {
    clock: SharedClock,
    nodes: Mutex<Expiring<NodeId, NodeEntry>>,
}

impl MemoryNodes {
    /// No processes.
    #[must_use]
    pub fn new(clock: &SharedClock) -> Self {
        Self { clock: clock.clone(), nodes: Mutex::default() }
    }
}

#[async_trait]
impl Nodes for MemoryNodes {
    async fn announce(&self, node: NodeEntry) -> SharedResult<()> {
        lock(&self.nodes).insert(node.id, node, self.clock.now(), LIFE);
        Ok(())
    }

    async fn withdraw(&self, node: NodeId) -> SharedResult<()> {
        lock(&self.nodes).remove(&node, self.clock.now());
        Ok(())
    }

    async fn alive(&self) -> SharedResult<Vec<NodeEntry>> {
        Ok(lock(&self.nodes).alive(self.clock.now()).cloned().collect())
    }
}
