//! The one database and the one object store that all processes of a system share, and the folder with
//! their keys.

use std::path::Path;

use crate::harness::{on_s3, postgres};

/// The settings that name them: a fresh database on `PostgreSQL` with its replica, and S3. The processes are on one
/// host, so they can share a folder.
pub async fn settings(folder: &Path) -> Vec<(&'static str, String)> {
    let mut settings = postgres().await.to_vec();
    settings.extend(on_s3());
    settings.push(("storage__data_dir", folder.join("data").display().to_string()));
    settings
}
