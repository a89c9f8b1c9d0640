//! The keys that tokens are signed and checked with: the files of a folder. One signs, all of them check.
//!
//! The name of a file says from when its key signs: `ed25519-2026-11-25T020000Z.seed`. `ed25519.seed` always did. So
//! every process that has the files changes over at the same moment, and nobody has to tell it.

use std::collections::HashMap;
use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, bail, ensure};
use chrono::{DateTime, NaiveDateTime, Utc};
use jsonwebtoken::jwk::{Jwk, ThumbprintHash};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey};

use crate::base::Timestamp;
use crate::infra::key_file::{make_key, read_key, read_or_make_key};

/// DER of an Ed25519 private key (RFC 8410) up to its 32 bytes.
const PKCS8_PREFIX: &str = "302e020100300506032b657004220420";
/// What the names of all key files begin and end with.
const NAME: (&str, &str) = ("ed25519", ".seed");
/// The key that a first start makes.
const FIRST: &str = "ed25519.seed";
/// How a name says a moment.
const MOMENT: &str = "%Y-%m-%dT%H%M%SZ";

/// One key.
pub(super) struct Key {
    /// RFC 7638: its thumbprint.
    pub(super) id: String,
    file: String,
    active_at: Timestamp,
    pub(super) signing: EncodingKey,
    pub(super) checking: DecodingKey,
}

/// The keys of a folder at one time. At least one.
pub(super) struct KeySet {
    /// By when they become active.
    keys: Vec<Arc<Key>>,
    by_id: HashMap<String, Arc<Key>>,
}

/// What a key does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyUse {
    /// It signs new tokens.
    Signing,
    /// It checks those that it signed.
    Checking,
    /// It will sign.
    Waiting,
}

/// What there is to be said of a key, but not the key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyInfo {
    /// What tokens name it by (`kid`).
    pub id: String,
    /// Its file in the folder.
    pub file: String,
    /// From when it signs; none if it always did.
    pub active_at: Option<Timestamp>,
    /// What it does now.
    pub does: KeyUse,
}

impl KeySet {
    /// The keys in `folder`. A file that is named like a key and is none is an error, and so is no key.
    pub(super) fn read(folder: &Path) -> anyhow::Result<Self> {
        let named = || format!("{}", folder.display());
        let mut keys = Vec::new();
        for entry in fs::read_dir(folder).with_context(named)? {
            let name = entry.with_context(named)?.file_name();
            let Some(name) = name.to_str() else { continue };
            if name.starts_with(NAME.0) {
                let key = Key::read(folder, name);
                keys.push(Arc::new(key.with_context(|| folder.join(name).display().to_string())?));
            }
        }
        ensure!(!keys.is_empty(), "{}: there is no key", folder.display());
        keys.sort_by(|one, other| (one.active_at, &one.id).cmp(&(other.active_at, &other.id)));
        let mut by_id: HashMap<String, Arc<Key>> = HashMap::new();
        for key in &keys {
            if let Some(same) = by_id.insert(key.id.clone(), key.clone()) {
                bail!("{}: {} and {} are the same key", folder.display(), same.file, key.file);
            }
        }
        Ok(Self { keys, by_id })
    }

    /// The same, after making a first key if there is none.
    pub(super) fn read_or_make(folder: &Path) -> anyhow::Result<Self> {
        let is_empty = !folder.exists()
            || !fs::read_dir(folder)?
                .filter_map(Result::ok)
                .any(|entry| entry.file_name().to_string_lossy().starts_with(NAME.0));
        if is_empty {
            read_or_make_key(folder, FIRST)?;
        }
        Self::read(folder)
    }

    pub(super) fn get(&self, id: &str) -> Option<&Arc<Key>> {
        self.by_id.get(id)
    }

    /// The newest whose time has come; if none has, the first to come.
    pub(super) fn signing(&self, now: Timestamp) -> &Arc<Key> {
        let active = self.keys.iter().rposition(|key| key.active_at <= now);
        &self.keys[active.unwrap_or(0)]
    }

    pub(super) fn ids(&self) -> Vec<&str> {
        self.keys.iter().map(|key| key.id.as_str()).collect()
    }

    fn infos(&self, now: Timestamp) -> Vec<KeyInfo> {
        let signing = &self.signing(now).id;
        let infos = self.keys.iter().map(|key| KeyInfo {
            id: key.id.clone(),
            file: key.file.clone(),
            active_at: (key.active_at != ALWAYS).then_some(key.active_at),
            does: if key.id == *signing {
                KeyUse::Signing
            } else if key.active_at <= now {
                KeyUse::Checking
            } else {
                KeyUse::Waiting
            },
        });
        infos.collect()
    }

    /// Whether nobody needs a key any more: it never signed, or another has since before what it signed ended.
    /// `tokens_end` is the time from when a key stops signing to when no token that it signed is good.
    fn check_unneeded(
        &self,
        key: &Key,
        now: Timestamp,
        tokens_end: Duration,
    ) -> anyhow::Result<()> {
        ensure!(self.signing(now).id != key.id, "{} signs: add another first", key.file);
        if key.active_at > now {
            return Ok(());
        }
        let successor = self.keys.iter().find(|other| other.active_at > key.active_at);
        let over = successor.map_or(now, |successor| successor.active_at + tokens_end);
        ensure!(over <= now, "tokens that {} signed are good until {over}", key.file);
        Ok(())
    }
}

/// Since when the first key is active.
const ALWAYS: Timestamp = Timestamp::from_micros(0);

impl Key {
    fn read(folder: &Path, file: &str) -> anyhow::Result<Self> {
        let active_at = active_at(file)?;
        let mut der = hex::decode(PKCS8_PREFIX)?;
        der.extend_from_slice(&read_key(&folder.join(file))?);
        let signing = EncodingKey::from_ed_der(&der);
        let public = Jwk::from_encoding_key(&signing, Algorithm::EdDSA)?;
        Ok(Self {
            id: public.thumbprint(ThumbprintHash::SHA256)?,
            file: file.to_owned(),
            active_at,
            checking: DecodingKey::from_jwk(&public)?,
            signing,
        })
    }
}

/// What the name of a file says.
fn active_at(file: &str) -> anyhow::Result<Timestamp> {
    if file == FIRST {
        return Ok(ALWAYS);
    }
    let moment = file.strip_prefix(NAME.0).and_then(|rest| rest.strip_suffix(NAME.1));
    let moment = moment.and_then(|rest| rest.strip_prefix('-'));
    let moment = moment.and_then(|text| NaiveDateTime::parse_from_str(text, MOMENT).ok());
    let moment =
        moment.context("the name must be ed25519.seed or like ed25519-2026-11-25T020000Z.seed")?;
    Ok(Timestamp::from_micros(moment.and_utc().timestamp_micros()))
}

/// Makes a key in `folder` that signs from `active_at` on, or up to a second later.
pub fn add_key(folder: &Path, active_at: Timestamp, now: Timestamp) -> anyhow::Result<KeyInfo> {
    let seconds = (active_at + Duration::from_micros(999_999)).as_seconds();
    let moment = DateTime::<Utc>::from_timestamp(seconds, 0).context("that is too far away")?;
    let file = format!("{}-{}{}", NAME.0, moment.format(MOMENT), NAME.1);
    let is_new = make_key(folder, &file)?;
    ensure!(is_new, "{}: there is one already", folder.join(&file).display());
    let infos = list_keys(folder, now)?;
    infos.into_iter().find(|info| info.file == file).context("the key is gone again")
}

/// The keys in `folder`, in the order in which they sign.
pub fn list_keys(folder: &Path, now: Timestamp) -> anyhow::Result<Vec<KeyInfo>> {
    Ok(KeySet::read(folder)?.infos(now))
}

/// Deletes a key that nobody needs any more; with `force` any key. Returns its file.
pub fn retire_key(
    folder: &Path,
    id: &str,
    now: Timestamp,
    tokens_end: Duration,
    force: bool,
) -> anyhow::Result<String> {
    let keys = KeySet::read(folder)?;
    let key = keys.get(id);
    let key = key.with_context(|| format!("{}: there is no key {id}", folder.display()))?;
    if !force {
        keys.check_unneeded(key, now, tokens_end)?;
    }
    fs::remove_file(folder.join(&key.file))?;
    fs::File::open(folder)?.sync_all()?;
    Ok(key.file.clone())
}
