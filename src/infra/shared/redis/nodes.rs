//! The registry of processes, on Redis.

use async_trait::async_trait;
use deadpool_redis::redis::pipe;
use tracing::warn;

use crate::base::NodeId;
use crate::infra::shared::{NodeEntry, Nodes, SharedResult};

use super::{OwnScript, Redis, script, shared};

static ANNOUNCE: OwnScript = script!("announce.lua");
static ALIVE: OwnScript = script!("alive.lua");
const LIFE_MS: u64 = 30_000;

/// The registry of processes, on Redis.
pub struct RedisNodes(Redis);

impl RedisNodes {
    /// The registry on this Redis.
    #[must_use]
    pub const fn new(redis: Redis) -> Self {
        Self(redis)
    }
}

#[async_trait]
impl Nodes for RedisNodes {
    async fn announce(&self, node: NodeEntry) -> SharedResult<()> {
        let [nodes, ends] = self.0.keys.nodes();
        let entry = serde_json::to_string(&node).map_err(shared)?;
        ANNOUNCE
            .key(nodes)
            .key(ends)
            .arg(node.id.to_string())
            .arg(entry)
            .arg(LIFE_MS)
            .invoke_async(&mut self.0.link.clone())
            .await
            .map_err(shared)
    }

    async fn withdraw(&self, node: NodeId) -> SharedResult<()> {
        let [nodes, ends] = self.0.keys.nodes();
        let node = node.to_string();
        let mut step = pipe();
        step.atomic().hdel(nodes, &node).zrem(ends, &node);
        step.exec_async(&mut self.0.link.clone()).await.map_err(shared)
    }

    async fn alive(&self) -> SharedResult<Vec<NodeEntry>> {
        let [nodes, ends] = self.0.keys.nodes();
        let mut link = self.0.link.clone();
        let entries: Vec<String> =
            ALIVE.key(nodes).key(ends).invoke_async(&mut link).await.map_err(shared)?;
        let read = |entry: &String| {
            serde_json::from_str(entry)
                .inspect_err(|error| warn!(%error, "an entry of the node registry is not readable"))
                .ok()
        };
        Ok(entries.iter().filter_map(read).collect())
    }
}
