//! The registry of processes, in this one.

use std::collections::HashMap;
use std::sync::Mutex;
use std::time::Duration;

use async_trait::async_trait;
use tokio::time::Instant;

use crate::base::NodeId;
use crate::infra::shared::{NodeEntry, Nodes, SharedResult};

use super::lock;

const LIFE: Duration = Duration::from_secs(30);

/// The registry of processes, in this one.
#[derive(Default)]
pub struct MemoryNodes(Mutex<HashMap<NodeId, (Instant, NodeEntry)>>);

#[async_trait]
impl Nodes for MemoryNodes {
    async fn announce(&self, node: NodeEntry) -> SharedResult<()> {
        lock(&self.0).insert(node.id, (Instant::now() + LIFE, node));
        Ok(())
    }

    async fn withdraw(&self, node: NodeId) -> SharedResult<()> {
        lock(&self.0).remove(&node);
        Ok(())
    }

    async fn alive(&self) -> SharedResult<Vec<NodeEntry>> {
        let now = Instant::now();
        let mut nodes = lock(&self.0);
        nodes.retain(|_, (end, _)| *end > now);
        Ok(nodes.values().map(|(_, node)| node.clone()).collect())
    }
}
