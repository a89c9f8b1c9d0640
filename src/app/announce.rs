//! Worker: keeps this process in the node registry.

use std::time::Duration;

use tokio::time::{MissedTickBehavior, interval};
use tracing::warn;

use crate::infra::shared::{NodeEntry, Shared};
use crate::runtime::Worker;

/// An entry lives 30 s.
const EVERY: Duration = Duration::from_secs(10);

pub(super) fn worker(shared: Shared, node: NodeEntry) -> Worker {
    Worker::new("announce", move |stop| async move {
        let mut rounds = interval(EVERY);
        rounds.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                () = stop.finish() => break,
                _ = rounds.tick() => {
                    if let Err(error) = shared.nodes.announce(node.clone()).await {
                        warn!(%error, "this node could not be announced, trying again soon");
                    }
                }
            }
        }
        if let Err(error) = shared.nodes.withdraw(node.id).await {
            warn!(%error, "this node could not be withdrawn; its entry runs out by itself");
        }
        Ok(())
    })
}
