//! Section `[storage]`.

use std::path::PathBuf;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::at_least_one;

/// The embedded stores.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct StorageConfig {
    /// The folder of database, keys and files.
    pub data_dir: PathBuf,
    /// Connections that read; one more writes.
    pub readers: u32,
    /// How long a query may wait for a connection.
    pub wait_ms: u64,
    /// Run pending migrations at the start.
    pub migrate: bool,
}

impl StorageConfig {
    /// How long a query may wait for a connection.
    #[must_use]
    pub const fn wait(&self) -> Duration {
        Duration::from_millis(self.wait_ms)
    }

    pub(super) fn check(&self, wrong: &mut Vec<String>) {
        at_least_one(
            wrong,
            [("storage.readers", self.readers.into()), ("storage.wait_ms", self.wait_ms)],
        );
    }
}
