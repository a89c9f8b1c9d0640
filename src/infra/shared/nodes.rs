//! Which processes are there, and what they do.

use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use crate::base::NodeId;

use super::SharedResult;

/// A running process.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NodeEntry {
    /// Which.
    pub id: NodeId,
    /// The roles it plays.
    pub roles: Vec<String>,
    /// Where its internal API is.
    pub internal_url: String,
}

/// The registry of processes. An entry lives 30 s unless it is announced again.
#[async_trait]
pub trait Nodes: Send + Sync {
    /// Adds or renews a process.
    async fn announce(&self, node: NodeEntry) -> SharedResult<()>;
    /// Removes a process.
    async fn withdraw(&self, node: NodeId) -> SharedResult<()>;
    /// The processes that are alive.
    async fn alive(&self) -> SharedResult<Vec<NodeEntry>>;
}
