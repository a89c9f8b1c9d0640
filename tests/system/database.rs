//! The one database that all processes of a system share, and the folder with their keys.

use std::path::Path;

use crate::harness::postgres;

/// The settings that name them: a fresh database on `PostgreSQL` with its replica. The processes are on one
/// host, so they can share a folder.
pub async fn settings(folder: &Path) -> Vec<(&'static str, String)> {
    let mut settings = postgres().await.to_vec();
    settings.push(("storage__data_dir", folder.join("data").display().to_string()));
    settings
}
