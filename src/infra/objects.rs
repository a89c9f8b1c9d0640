//! The object store: bytes under a name. Embedded: a folder; distributed: S3.

use std::io::ErrorKind;
use std::path::PathBuf;

use async_trait::async_trait;
use tokio::fs;

/// An object could not be kept or found.
#[derive(Debug, thiserror::Error)]
pub enum ObjectError {
    /// Not a name: `a-z 0-9 - _ .` in parts divided by `/`, no part beginning with a dot.
    #[error("object name is not allowed")]
    BadName,
    /// The store failed.
    #[error("object store is unavailable")]
    Unavailable(#[from] std::io::Error),
}

/// Keeps bytes under names.
#[async_trait]
pub trait ObjectStore: Send + Sync {
    /// Keeps `bytes`; what was under that name is replaced as a whole.
    async fn put(&self, name: &str, bytes: Vec<u8>) -> Result<(), ObjectError>;
    /// The bytes under a name, if there are any.
    async fn get(&self, name: &str) -> Result<Option<Vec<u8>>, ObjectError>;
    /// Forgets a name; that it was not there is no error.
    async fn delete(&self, name: &str) -> Result<(), ObjectError>;
}

/// Objects as files below a folder.
#[derive(Clone, Debug)]
pub struct FolderObjects(PathBuf);

impl FolderObjects {
    /// A store in `folder`, which is made when first written to.
    #[must_use]
    pub const fn new(folder: PathBuf) -> Self {
        Self(folder)
    }

    fn path(&self, name: &str) -> Result<PathBuf, ObjectError> {
        let allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "-_.".contains(c);
        let part =
            |part: &str| !part.is_empty() && !part.starts_with('.') && part.chars().all(allowed);
        if !name.split('/').all(part) {
            return Err(ObjectError::BadName);
        }
        Ok(self.0.join(name))
    }
}

#[async_trait]
impl ObjectStore for FolderObjects {
    async fn put(&self, name: &str, bytes: Vec<u8>) -> Result<(), ObjectError> {
        let path = self.path(name)?;
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder).await?;
        }
        // Renaming is atomic: a reader sees the old object or the new one, never half of one.
        let draft = path.with_extension(format!("{}.part", uuid::Uuid::now_v7()));
        fs::write(&draft, bytes).await?;
        fs::rename(&draft, &path).await?;
        Ok(())
    }

    async fn get(&self, name: &str) -> Result<Option<Vec<u8>>, ObjectError> {
        match fs::read(self.path(name)?).await {
            Ok(bytes) => Ok(Some(bytes)),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    async fn delete(&self, name: &str) -> Result<(), ObjectError> {
        match fs::remove_file(self.path(name)?).await {
            Err(error) if error.kind() != ErrorKind::NotFound => Err(error.into()),
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_was_put_is_got_until_it_is_deleted() {
        let folder = tempfile::tempdir().unwrap();
        let objects = FolderObjects::new(folder.path().join("objects"));

        objects.put("member/a.webp", b"one".to_vec()).await.unwrap();
        objects.put("member/a.webp", b"two".to_vec()).await.unwrap();
        assert_eq!(objects.get("member/a.webp").await.unwrap().unwrap(), b"two");

        objects.delete("member/a.webp").await.unwrap();
        objects.delete("member/a.webp").await.unwrap();
        assert_eq!(objects.get("member/a.webp").await.unwrap(), None);
    }

    #[tokio::test]
    async fn a_name_cannot_leave_the_folder() {
        let folder = tempfile::tempdir().unwrap();
        let objects = FolderObjects::new(folder.path().to_owned());

        for name in ["", "../x", "/etc/passwd", "a//b", ".hidden", "a/../b", "A", "a\0b"] {
            let refused = objects.put(name, Vec::new()).await;
            assert!(matches!(refused, Err(ObjectError::BadName)), "{name:?}");
        }
    }
}
