//! The one database that all processes of a system share, and the folder with their signing key.

use std::path::Path;

/// The settings that name them. The processes are on one host, so they can share a folder.
pub fn settings(folder: &Path) -> Vec<(&'static str, String)> {
    vec![("storage__data_dir", folder.join("data").display().to_string())]
}
