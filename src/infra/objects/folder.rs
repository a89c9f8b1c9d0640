//! Objects as files below a folder. The first line of a file says what it is, the rest are the bytes:
//! one file, so that both change at once.

use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::time::Duration;

use async_trait::async_trait;
use tokio::fs::{self, File};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use super::{
    CONTENT_TYPE_BYTES_MAX, FileLinks, Object, ObjectError, ObjectHead, ObjectStore,
    check_content_type, check_name,
};

/// Objects as files below a folder.
#[derive(Clone)]
pub struct FolderObjects {
    folder: PathBuf,
    bytes_max: usize,
    links: FileLinks,
}

impl FolderObjects {
    /// A store in `folder`, which is made when first written to.
    #[must_use]
    pub const fn new(folder: PathBuf, bytes_max: usize, links: FileLinks) -> Self {
        Self { folder, bytes_max, links }
    }

    fn path(&self, name: &str) -> Result<PathBuf, ObjectError> {
        check_name(name)?;
        Ok(self.folder.join(name))
    }
}

#[async_trait]
impl ObjectStore for FolderObjects {
    async fn put(&self, name: &str, bytes: Vec<u8>, content_type: &str) -> Result<(), ObjectError> {
        let path = self.path(name)?;
        check_content_type(content_type)?;
        if bytes.len() > self.bytes_max {
            return Err(ObjectError::TooLarge(self.bytes_max));
        }
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder).await?;
        }
        let file = [content_type.as_bytes(), b"\n", &bytes].concat();
        // Renaming is atomic: a reader sees the old object or the new one, never half of one. No name
        // begins with a dot, so nobody reads a draft.
        let draft = path.with_file_name(format!(".{}", uuid::Uuid::now_v7()));
        let placed = match write(&draft, &file).await {
            Ok(()) => fs::rename(&draft, &path).await,
            Err(error) => Err(error),
        };
        if placed.is_err() {
            // There may be nothing to remove; what went wrong before is what counts.
            let _ = fs::remove_file(&draft).await;
        }
        Ok(placed?)
    }

    async fn get(&self, name: &str) -> Result<Option<Object>, ObjectError> {
        let Some(mut file) = there(fs::read(self.path(name)?).await)? else { return Ok(None) };
        let (content_type, start) = first_line(&file)?;
        Ok(Some(Object { content_type, bytes: file.split_off(start) }))
    }

    async fn head(&self, name: &str) -> Result<Option<ObjectHead>, ObjectError> {
        let Some(file) = there(File::open(self.path(name)?).await)? else { return Ok(None) };
        let all = file.metadata().await?.len();
        let (mut start, mut file) = (Vec::new(), file.take(CONTENT_TYPE_BYTES_MAX as u64 + 1));
        let Some(_) = there(file.read_to_end(&mut start).await)? else { return Ok(None) };
        let (content_type, start) = first_line(&start)?;
        Ok(Some(ObjectHead { content_type, size: all - start as u64 }))
    }

    async fn delete(&self, name: &str) -> Result<(), ObjectError> {
        there(fs::remove_file(self.path(name)?).await)?;
        Ok(())
    }

    async fn link(&self, name: &str, life: Duration) -> Result<String, ObjectError> {
        check_name(name)?;
        Ok(self.links.sign(name, life))
    }
}

/// Writes a file to the disk, so that its name never outlives its contents.
async fn write(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = File::create(path).await?;
    file.write_all(bytes).await?;
    file.sync_all().await
}

/// That a file is not there is no error; nor that it would be below another file, or is a folder.
fn there<T>(done: io::Result<T>) -> io::Result<Option<T>> {
    match done {
        Ok(found) => Ok(Some(found)),
        Err(error) => match error.kind() {
            ErrorKind::NotFound | ErrorKind::NotADirectory | ErrorKind::IsADirectory => Ok(None),
            _ => Err(error),
        },
    }
}

/// What a file says it is, and where its bytes begin.
fn first_line(file: &[u8]) -> io::Result<(String, usize)> {
    let not_ours = || io::Error::new(ErrorKind::InvalidData, "a file that is no object");
    let end = file.iter().position(|byte| *byte == b'\n').ok_or_else(not_ours)?;
    let line = str::from_utf8(&file[..end]).map_err(|_| not_ours())?;
    Ok((line.to_owned(), end + 1))
}

impl From<io::Error> for ObjectError {
    fn from(error: io::Error) -> Self {
        let text = error.to_string();
        match error.kind() {
            ErrorKind::PermissionDenied
            | ErrorKind::ReadOnlyFilesystem
            | ErrorKind::InvalidData
            | ErrorKind::NotADirectory
            | ErrorKind::IsADirectory
            | ErrorKind::AlreadyExists => Self::Refused(text),
            _ => Self::Unavailable(text),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use crate::base::{SharedClock, SystemClock};

    use super::*;

    fn store() -> (FolderObjects, tempfile::TempDir) {
        let (clock, folder): (SharedClock, _) =
            (Arc::new(SystemClock), tempfile::tempdir().unwrap());
        let links = FileLinks::new([7; 32], &clock);
        (FolderObjects::new(folder.path().join("objects"), 1000, links), folder)
    }

    #[tokio::test]
    async fn neither_a_folder_nor_what_is_below_a_file_is_an_object() {
        let (store, _folder) = store();
        store.put("a/b", b"x".to_vec(), "text/plain").await.unwrap();

        for name in ["a", "a/b/c"] {
            assert_eq!(store.get(name).await.unwrap(), None, "{name}");
            assert_eq!(store.head(name).await.unwrap(), None, "{name}");
            store.delete(name).await.unwrap();
            let refused = store.put(name, Vec::new(), "text/plain").await;
            assert!(matches!(refused, Err(ObjectError::Refused(_))), "{name} {refused:?}");
        }
        assert_eq!(store.get("a/b").await.unwrap().unwrap().bytes, b"x");
    }

    #[tokio::test]
    async fn a_file_that_is_no_object_is_refused() {
        let (store, folder) = store();
        store.put("a", Vec::new(), "text/plain").await.unwrap();
        std::fs::write(folder.path().join("objects/b"), b"no line").unwrap();

        assert!(matches!(store.get("b").await, Err(ObjectError::Refused(_))));
        assert!(matches!(store.head("b").await, Err(ObjectError::Refused(_))));
    }

    #[tokio::test]
    async fn no_draft_is_left_whether_it_could_be_placed_or_not() {
        let (store, folder) = store();
        store.put("a/b", Vec::new(), "text/plain").await.unwrap();
        store.put("a", Vec::new(), "text/plain").await.unwrap_err();

        let left: Vec<_> = std::fs::read_dir(folder.path().join("objects")).unwrap().collect();
        assert_eq!(left.len(), 1, "{left:?}");
    }
}
