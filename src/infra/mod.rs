//! The outside world: relational database, shared state, objects, mail, other nodes. The only floor
//! that opens connections. Behind each seam stands an embedded adapter; the distributed ones take
//! their places beside it.

mod cache;
pub mod db;
pub mod key_file;
pub mod mail;
pub mod objects;
pub mod peers;
pub mod shared;

use std::path::Path;
use std::sync::Arc;

use crate::base::SharedClock;
use crate::config::{Config, MailKind};

pub use self::cache::Cache;
pub use self::db::{Db, DbError, Freshness, ReadConn, WriteConn};
use self::mail::MailError;
pub use self::mail::{ConsoleMailer, Mail, Mailer, SmtpMailer};
pub use self::objects::{ImageLinks, Objects};
pub use self::shared::Shared;

/// Every handle to the outside world, opened once per process. Cheap to clone.
#[derive(Clone)]
pub struct Infra {
    /// The relational database.
    pub db: Db,
    /// What the roles share: room log, inboxes, waiting pool, values with a life, rate limits.
    pub shared: Shared,
    /// What the database says, kept in shared state.
    pub cache: Cache,
    /// Images and exports.
    pub objects: Objects,
    /// Links to pictures among them.
    pub images: ImageLinks,
    /// The way for mail.
    pub mailer: Arc<dyn Mailer>,
}

/// The outside world could not be opened. Says what, and what to do.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The data folder cannot be written.
    #[error(
        "storage.data_dir {folder:?} cannot be written ({source}): choose a folder this user may write, with RAND_CHAT__STORAGE__DATA_DIR"
    )]
    DataDir {
        /// The folder.
        folder: String,
        /// What the system said.
        source: std::io::Error,
    },
    /// The database cannot be opened.
    #[error("database: {0}")]
    Db(#[from] DbError),
    /// The object store cannot be opened.
    #[error("objects: {0}")]
    Objects(anyhow::Error),
    /// Mail cannot leave as the settings say.
    #[error(transparent)]
    Mail(#[from] MailError),
}

impl Infra {
    /// Opens every handle, on the stores that the settings name.
    pub fn open(config: &Config, shared: Shared, clock: &SharedClock) -> Result<Self, OpenError> {
        let folder = &config.storage.data_dir;
        writable(folder).map_err(|source| OpenError::DataDir {
            folder: folder.display().to_string(),
            source,
        })?;
        let mailer: Arc<dyn Mailer> = match config.mail.kind {
            MailKind::Console => Arc::new(ConsoleMailer),
            MailKind::Smtp => Arc::new(SmtpMailer::new(&config.mail, clock)?),
        };
        let objects = Objects::open(&config.objects, folder, clock).map_err(OpenError::Objects)?;
        Ok(Self {
            db: Db::open(config, &shared)?,
            cache: Cache::new(shared.values.clone()),
            shared,
            images: ImageLinks::new(objects.store.clone(), config.images.link(), clock),
            objects,
            mailer,
        })
    }
}

/// Makes sure that a folder is there and can be written.
fn writable(folder: &Path) -> std::io::Result<()> {
    std::fs::create_dir_all(folder)?;
    let probe = folder.join(format!(".probe-{}", std::process::id()));
    std::fs::write(&probe, b"")?;
    std::fs::remove_file(probe)
}
