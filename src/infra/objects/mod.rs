//! The object store: bytes under a name, with what they are. Embedded: a folder; distributed: S3.
//!
//! Both give out links: whoever has one can read one object until the link expires. Both sort what can
//! go wrong in the same way: *not there* is an answer (`None`), [`ObjectError`] is the rest.

mod folder;
mod hmac;
mod images;
mod links;
mod s3;
mod store;

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;

use crate::base::SharedClock;
use crate::config::{ObjectsConfig, ObjectsKind};

pub use self::folder::FolderObjects;
pub use self::images::{ImageLinks, ImageSize, image_name, image_names, put_image};
pub use self::links::{FileLinks, LinkError};
pub use self::s3::S3Objects;
pub use self::store::{
    TakenDeletion, forget_deletion, plan_deletions, put_off_deletion, take_deletions,
    withdraw_deletions,
};

use super::key_file::read_or_make_key;

/// Longest life of a link; what S3 allows.
pub const LINK_LIFE_MAX: Duration = Duration::from_hours(7 * 24);

/// An object could not be kept or found.
#[derive(Debug, thiserror::Error)]
pub enum ObjectError {
    /// Not a name: `a-z 0-9 - _ .` in parts divided by `/`, no part beginning with a dot.
    #[error("object name is not allowed")]
    BadName,
    /// Not a media type, such as `image/webp`.
    #[error("content type is not allowed")]
    BadContentType,
    /// Larger than an object may be.
    #[error("object is larger than objects.bytes_max ({0})")]
    TooLarge(usize),
    /// The store does not answer, or not in time. Worth another try.
    #[error("object store is unavailable: {0}")]
    Unavailable(String),
    /// The store answers that this may not be. Trying again does not help; mending the settings may.
    #[error("object store refuses: {0}")]
    Refused(String),
}

impl ObjectError {
    /// Whether the store is away, so that the same call may work later.
    #[must_use]
    pub const fn is_passing(&self) -> bool {
        matches!(self, Self::Unavailable(_))
    }
}

/// An object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Object {
    /// What the bytes are.
    pub content_type: String,
    /// The bytes.
    pub bytes: Vec<u8>,
}

/// What can be said of an object without reading it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ObjectHead {
    /// What the bytes are.
    pub content_type: String,
    /// How many bytes it has.
    pub size: u64,
}

/// Keeps bytes under names.
#[async_trait]
pub trait ObjectStore: Send + Sync {
    /// Keeps `bytes`; what was under that name is replaced as a whole.
    async fn put(&self, name: &str, bytes: Vec<u8>, content_type: &str) -> Result<(), ObjectError>;
    /// The object under a name, if there is one.
    async fn get(&self, name: &str) -> Result<Option<Object>, ObjectError>;
    /// What is under a name, if there is something.
    async fn head(&self, name: &str) -> Result<Option<ObjectHead>, ObjectError>;
    /// Forgets a name; that it was not there is no error.
    async fn delete(&self, name: &str) -> Result<(), ObjectError>;
    /// Where anybody can `GET` the object for as long as `life` and less than a second more, at most
    /// [`LINK_LIFE_MAX`], and on S3 not longer than the keys that signed it. Does not ask whether the
    /// object is there.
    async fn link(&self, name: &str, life: Duration) -> Result<String, ObjectError>;
}

/// The way to objects. Cheap to clone.
#[derive(Clone)]
pub struct Objects {
    /// Where they are.
    pub store: Arc<dyn ObjectStore>,
    /// Checks the links that lead to this service; none if they lead to S3.
    pub links: Option<FileLinks>,
}

impl Objects {
    /// Where the settings say: below the data folder, or on S3.
    pub fn open(
        config: &ObjectsConfig,
        data_dir: &Path,
        clock: &SharedClock,
    ) -> anyhow::Result<Self> {
        match config.kind {
            ObjectsKind::Folder => {
                let key = read_or_make_key(&data_dir.join("keys"), "file-links.key")?;
                let links = FileLinks::new(key, clock);
                let folder = data_dir.join("objects");
                let store = FolderObjects::new(folder, config.bytes_max, links.clone());
                Ok(Self { store: Arc::new(store), links: Some(links) })
            }
            ObjectsKind::S3 => {
                Ok(Self { store: Arc::new(S3Objects::new(config, clock)?), links: None })
            }
        }
    }
}

fn check_name(name: &str) -> Result<(), ObjectError> {
    let allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "-_.".contains(c);
    let part = |part: &str| !part.is_empty() && !part.starts_with('.') && part.chars().all(allowed);
    if name.len() <= NAME_BYTES_MAX && name.split('/').all(part) {
        Ok(())
    } else {
        Err(ObjectError::BadName)
    }
}

/// Leaves room for a prefix within the 1,024 bytes of S3.
const NAME_BYTES_MAX: usize = 512;
const CONTENT_TYPE_BYTES_MAX: usize = 128;

fn check_content_type(content_type: &str) -> Result<(), ObjectError> {
    let parts = content_type.split_once('/');
    let whole = parts.is_some_and(|(kind, sub)| !kind.is_empty() && !sub.is_empty());
    let printable = content_type.bytes().all(|byte| byte == b' ' || byte.is_ascii_graphic());
    let short = content_type.len() <= CONTENT_TYPE_BYTES_MAX;
    if whole && printable && short { Ok(()) } else { Err(ObjectError::BadContentType) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_cannot_leave_the_store() {
        let long = "a".repeat(NAME_BYTES_MAX + 1);
        for name in ["", "../x", "/etc/passwd", "a//b", ".hidden", "a/../b", "A", "a\0b", &long] {
            assert!(matches!(check_name(name), Err(ObjectError::BadName)), "{name:?}");
        }
        check_name("member/0190163d-8694/face_1.webp").unwrap();
    }

    #[test]
    fn a_content_type_is_one_line_of_two_parts() {
        for bad in ["", "image", "/webp", "image/", "image/webp\r\nx: y", "image/웹"] {
            assert!(matches!(check_content_type(bad), Err(ObjectError::BadContentType)), "{bad:?}");
        }
        check_content_type("text/plain; charset=utf-8").unwrap();
    }
}
