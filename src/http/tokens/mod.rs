//! Signed tokens: JWT (RFC 7519, RFC 8725) with Ed25519, one audience each.
//!
//! The keys change while the program runs: [`keys`] says which signs when. Every process reads their folder again from
//! time to time, and at once when a token names a key that it does not have.

mod keys;

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use anyhow::Context;
use jsonwebtoken::{Algorithm, Header, Validation};
use serde::{Deserialize, Serialize};
use tokio::sync::{Mutex, OwnedMutexGuard};
use tokio::time::{Instant, sleep_until, timeout};
use tracing::{info, warn};
use uuid::Uuid;

use crate::base::{MemberId, ProposalId, RoomId, SessionId, SharedClock, Timestamp};
use crate::config::Config;
use crate::protocol::ImageView;

use self::keys::{Key, KeySet};

pub use self::keys::{KeyInfo, KeyUse, add_key, list_keys, retire_key};

/// Clocks of two hosts may differ by this much.
const LEEWAY: Duration = Duration::from_secs(5);
/// Life of a token between roles.
const INTERNAL_LIFE: Duration = Duration::from_mins(1);
/// Life of a token that allows to show a picture in a room.
const IMAGE_TOKEN_LIFE: Duration = Duration::from_hours(1);
/// How often the folder is read again at most because of keys that are not known, and how long a token may wait for it.
const LOOK_AGAIN_EVERY: Duration = Duration::from_secs(1);
const LOOK_WITHIN: Duration = Duration::from_secs(2);
/// Longest name of a key: a SHA-256 in base64.
const KEY_ID_MAX: usize = 43;
/// Keys that were not found and are remembered at most.
const MISSED_MAX: usize = 1_000;

const ACCESS: &str = "access";
const MATCH: &str = "match";
const IMAGE: &str = "image";
const INTERNAL: &str = "internal";

/// Why a token is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TokenError {
    /// Not ours, not for this, or tampered with.
    #[error("token is not valid")]
    NotValid,
    /// Its time is over.
    #[error("token has expired")]
    Expired,
}

/// What an access token says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AccessClaims {
    /// Who.
    pub member: MemberId,
    /// Logged in how.
    pub session: SessionId,
    /// Until when.
    pub expires_at: Timestamp,
}

/// What a match token says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MatchClaims {
    /// Who may answer.
    pub member: MemberId,
    /// What.
    pub proposal: ProposalId,
}

/// What the token of a picture says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ImageClaims {
    /// Who may show it.
    pub member: MemberId,
    /// Where.
    pub room: RoomId,
    /// What.
    pub image: ImageView,
}

#[derive(Debug, Serialize, Deserialize)]
struct Claims {
    iss: String,
    aud: String,
    sub: Uuid,
    #[serde(flatten)]
    about: About,
    iat: i64,
    exp: i64,
    jti: Uuid,
}

/// What only tokens of one audience say.
#[derive(Debug, Default, Serialize, Deserialize)]
struct About {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    sid: Option<Uuid>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    proposal: Option<Uuid>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    room: Option<Uuid>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    image: Option<ImageView>,
}

/// Signs and checks tokens. Cheap to clone.
#[derive(Clone)]
pub struct TokenKeys(Arc<Keys>);

struct Keys {
    issuer: String,
    folder: PathBuf,
    set: RwLock<Arc<KeySet>>,
    /// Since when the folder is being read, or when that last began. Whoever reads it holds this.
    read_at: Arc<Mutex<Option<Instant>>>,
    /// Keys that were looked for and not found, and since when they were.
    missed: std::sync::Mutex<HashMap<String, Instant>>,
    clock: SharedClock,
}

impl TokenKeys {
    /// Takes the keys in `folder`, or makes one there that only this user can read.
    pub fn open(folder: &Path, issuer: &str, clock: &SharedClock) -> anyhow::Result<Self> {
        let set = KeySet::read_or_make(folder)?;
        Ok(Self(Arc::new(Keys {
            issuer: issuer.to_owned(),
            folder: folder.to_owned(),
            set: RwLock::new(Arc::new(set)),
            read_at: Arc::default(),
            missed: std::sync::Mutex::default(),
            clock: clock.clone(),
        })))
    }

    /// Reads the folder again. If that fails, the keys stay as they were.
    pub async fn reload(&self) -> anyhow::Result<()> {
        let reading = async {
            let read_at = self.0.read_at.clone().lock_owned().await;
            self.read_again(read_at).await
        };
        timeout(LOOK_WITHIN, reading).await.context("reading takes too long")?
    }

    async fn read_again(
        &self,
        mut read_at: OwnedMutexGuard<Option<Instant>>,
    ) -> anyhow::Result<()> {
        let keys = self.0.clone();
        *read_at = Some(Instant::now());
        let read = tokio::task::spawn_blocking(move || {
            // Held until the folder has been read, even if nobody waits for it any more.
            let _read_at = read_at;
            let set = Arc::new(KeySet::read(&keys.folder)?);
            let before = keys.set();
            if before.ids() != set.ids() {
                let signing = &set.signing(keys.clock.now()).id;
                info!(key.ids = ?set.ids(), key.signing = signing, "the keys of tokens have changed");
            }
            *keys.set.write().unwrap_or_else(PoisonError::into_inner) = set;
            Ok(())
        });
        read.await.context("reading the keys panicked")?
    }

    /// The key of a token. One that is not known may be there since a moment ago.
    async fn key(&self, id: &str) -> Option<Arc<Key>> {
        if let Some(key) = self.0.set().get(id) {
            return Some(key.clone());
        }
        let asked_at = Instant::now();
        if id.len() > KEY_ID_MAX {
            return None;
        }
        if self.0.missed(id).is_some_and(|at| at.elapsed() < LOOK_AGAIN_EVERY) {
            return None;
        }
        let looking = async {
            let read_at = self.0.read_at.clone().lock_owned().await;
            if let Some(at) = *read_at {
                // One look answers all who asked before it began.
                if at >= asked_at {
                    return Ok(());
                }
                sleep_until(at + LOOK_AGAIN_EVERY).await;
            }
            self.read_again(read_at).await
        };
        if let Ok(Err(error)) = timeout(LOOK_WITHIN, looking).await {
            warn!(%error, "the keys of tokens cannot be read again, they stay as they were");
        }
        let found = self.0.set().get(id).cloned();
        if found.is_none() {
            self.0.miss(id, asked_at);
        }
        found
    }

    /// A token that says who a member is.
    pub fn access(
        &self,
        member: MemberId,
        session: SessionId,
        life: Duration,
    ) -> Result<String, TokenError> {
        let about = About { sid: Some(session.as_uuid()), ..About::default() };
        self.sign(ACCESS, member.as_uuid(), about, life)
    }

    /// A token that allows one member to answer one proposal.
    pub fn for_match(
        &self,
        member: MemberId,
        proposal: ProposalId,
        life: Duration,
    ) -> Result<String, TokenError> {
        let about = About { proposal: Some(proposal.as_uuid()), ..About::default() };
        self.sign(MATCH, member.as_uuid(), about, life)
    }

    /// A token that allows one member to show one picture in one room.
    pub fn for_image(&self, claims: ImageClaims) -> Result<String, TokenError> {
        let ImageClaims { member, room, image } = claims;
        let about = About { room: Some(room.as_uuid()), image: Some(image), ..About::default() };
        self.sign(IMAGE, member.as_uuid(), about, IMAGE_TOKEN_LIFE)
    }

    /// A token for a request from one role to another.
    pub fn internal(&self) -> Result<String, TokenError> {
        self.sign(INTERNAL, Uuid::nil(), About::default(), INTERNAL_LIFE)
    }

    /// Checks an access token.
    pub async fn check_access(&self, token: &str) -> Result<AccessClaims, TokenError> {
        let claims = self.check(token, ACCESS).await?;
        Ok(AccessClaims {
            member: MemberId::new(claims.sub),
            session: SessionId::new(claims.about.sid.ok_or(TokenError::NotValid)?),
            expires_at: Timestamp::from_micros(claims.exp.saturating_mul(1_000_000)),
        })
    }

    /// Checks a match token.
    pub async fn check_match(&self, token: &str) -> Result<MatchClaims, TokenError> {
        let claims = self.check(token, MATCH).await?;
        Ok(MatchClaims {
            member: MemberId::new(claims.sub),
            proposal: ProposalId::new(claims.about.proposal.ok_or(TokenError::NotValid)?),
        })
    }

    /// Checks the token of a picture.
    pub async fn check_image(&self, token: &str) -> Result<ImageClaims, TokenError> {
        let claims = self.check(token, IMAGE).await?;
        Ok(ImageClaims {
            member: MemberId::new(claims.sub),
            room: RoomId::new(claims.about.room.ok_or(TokenError::NotValid)?),
            image: claims.about.image.ok_or(TokenError::NotValid)?,
        })
    }

    /// Checks a token between roles.
    pub async fn check_internal(&self, token: &str) -> Result<(), TokenError> {
        self.check(token, INTERNAL).await.map(|_| ())
    }

    fn sign(
        &self,
        audience: &str,
        subject: Uuid,
        about: About,
        life: Duration,
    ) -> Result<String, TokenError> {
        let now = self.0.clock.now();
        let claims = Claims {
            iss: self.0.issuer.clone(),
            aud: audience.to_owned(),
            sub: subject,
            about,
            iat: now.as_seconds(),
            exp: (now + life).as_seconds(),
            jti: Uuid::now_v7(),
        };
        let mut header = Header::new(Algorithm::EdDSA);
        let set = self.0.set();
        let key = set.signing(now);
        header.kid = Some(key.id.clone());
        jsonwebtoken::encode(&header, &claims, &key.signing).map_err(|_| TokenError::NotValid)
    }

    async fn check(&self, token: &str, audience: &str) -> Result<Claims, TokenError> {
        let header = jsonwebtoken::decode_header(token).map_err(|_| TokenError::NotValid)?;
        let id = header.kid.ok_or(TokenError::NotValid)?;
        let key = self.key(&id).await.ok_or(TokenError::NotValid)?;
        let mut rules = Validation::new(Algorithm::EdDSA);
        rules.set_issuer(&[&self.0.issuer]);
        rules.set_audience(&[audience]);
        rules.set_required_spec_claims(&["exp", "iss", "aud", "sub"]);
        // The time is checked below, against the clock of this program.
        rules.validate_exp = false;
        let claims = jsonwebtoken::decode::<Claims>(token, &key.checking, &rules)
            .map_err(|_| TokenError::NotValid)?
            .claims;
        let now = self.0.clock.now();
        if (now - LEEWAY).as_seconds() >= claims.exp {
            return Err(TokenError::Expired);
        }
        Ok(claims)
    }
}

impl Keys {
    fn set(&self) -> Arc<KeySet> {
        self.set.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn missed(&self, id: &str) -> Option<Instant> {
        self.missed.lock().unwrap_or_else(PoisonError::into_inner).get(id).copied()
    }

    fn miss(&self, id: &str, at: Instant) {
        let mut missed = self.missed.lock().unwrap_or_else(PoisonError::into_inner);
        if missed.len() >= MISSED_MAX {
            missed.clear();
        }
        missed.insert(id.to_owned(), at);
    }
}

/// How long after a key has stopped signing a token that it signed may still be good somewhere, if every process has
/// read the folder in time or does so within `auth.keys_reload_s`.
#[must_use]
pub fn tokens_end(config: &Config) -> Duration {
    let lives =
        [config.auth.access_token(), config.matching.proposal(), IMAGE_TOKEN_LIFE, INTERNAL_LIFE];
    let longest = lives.into_iter().max().unwrap_or_default();
    longest + config.auth.keys_reload() + LEEWAY * 2
}

#[cfg(test)]
mod tests;
