//! Who asks S3: keys from the settings, or from where AWS programs find theirs, kept until shortly
//! before they expire.

mod chain;
mod container;
mod instance;
mod shared_file;
mod web_identity;

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use reqwest::Client;
use serde::Deserialize;
use tokio::sync::Semaphore;
use tracing::warn;

use crate::base::{SharedClock, Timestamp};
use crate::config::{ObjectsConfig, Secret};

use self::chain::Chain;
use super::super::ObjectError;

/// Keys are renewed so long before they expire.
const RENEW_BEFORE: Duration = Duration::from_mins(5);

/// What requests are signed with.
#[derive(Clone, Debug)]
pub(super) struct Keys {
    pub(super) id: String,
    pub(super) secret: Secret,
    /// Goes with keys that expire.
    pub(super) token: Option<Secret>,
    pub(super) until: Option<Timestamp>,
}

/// Keys as the endpoints of containers and instances give them.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct KeysAnswer {
    access_key_id: String,
    secret_access_key: Secret,
    token: Option<Secret>,
    expiration: Option<Timestamp>,
}

impl From<KeysAnswer> for Keys {
    fn from(answer: KeysAnswer) -> Self {
        let KeysAnswer { access_key_id, secret_access_key, token, expiration } = answer;
        Self { id: access_key_id, secret: secret_access_key, token, until: expiration }
    }
}

/// Keeps keys.
pub(super) struct Credentials {
    chain: Chain,
    clock: SharedClock,
    kept: Mutex<Option<Keys>>,
    /// One at a time looks for new ones; who still has good ones does not wait.
    turn: Semaphore,
}

impl Credentials {
    pub(super) fn new(config: &ObjectsConfig, http: Client, clock: &SharedClock) -> Self {
        Self {
            chain: Chain::new(config, http),
            clock: clock.clone(),
            kept: Mutex::default(),
            turn: Semaphore::new(1),
        }
    }

    /// Keys that do not expire at once.
    pub(super) async fn get(&self) -> Result<Keys, ObjectError> {
        if let Some(keys) = self.good_for(RENEW_BEFORE) {
            return Ok(keys);
        }
        let turn = self.turn.acquire().await;
        let _turn = turn.map_err(|error| ObjectError::Unavailable(error.to_string()))?;
        if let Some(keys) = self.good_for(RENEW_BEFORE) {
            return Ok(keys);
        }
        match self.chain.find().await {
            Ok(keys) => {
                *self.kept() = Some(keys.clone());
                Ok(keys)
            }
            Err(error) => match self.good_for(Duration::ZERO) {
                Some(old) => {
                    warn!(%error, "keys for S3 expire soon and cannot be renewed");
                    Ok(old)
                }
                None => Err(error),
            },
        }
    }

    /// Makes the next call look for new keys.
    pub(super) fn forget(&self) {
        *self.kept() = None;
    }

    fn good_for(&self, time: Duration) -> Option<Keys> {
        let soon = self.clock.now() + time;
        self.kept().clone().filter(|keys| keys.until.is_none_or(|until| soon < until))
    }

    fn kept(&self) -> MutexGuard<'_, Option<Keys>> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_endpoints_answer_is_understood() {
        let json = r#"{"Code": "Success", "LastUpdated": "2026-11-25T00:00:00Z", "Type": "AWS-HMAC",
            "AccessKeyId": "id", "SecretAccessKey": "secret", "Token": "token",
            "Expiration": "2026-11-25T06:00:00Z"}"#;

        let keys = Keys::from(serde_json::from_str::<KeysAnswer>(json).unwrap());

        assert_eq!((&*keys.id, keys.secret.expose()), ("id", "secret"));
        assert_eq!(keys.token.unwrap().expose(), "token");
        assert_eq!(keys.until.unwrap().to_string(), "2026-11-25T06:00:00.000Z");
    }
}
