//! Hashing passwords: argon2id (RFC 9106), so many at once and no more, off the server's threads.

use std::sync::Arc;
use std::time::Duration;

use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, Version};
use secrecy::{ExposeSecret, SecretString};
use tokio::sync::Semaphore;
use tokio::time::timeout;

use crate::config::AuthConfig;
use crate::http::FieldProblem;

use super::MemberError;
use super::account::Password;

/// Hashes and checks passwords. Cheap to clone.
#[derive(Clone)]
pub(super) struct Passwords {
    params: Params,
    at_once: Arc<Semaphore>,
    wait: Duration,
}

impl Passwords {
    pub(super) fn new(config: &AuthConfig) -> Self {
        let params = Params::new(config.argon2_memory_kib, config.argon2_passes, 1, None);
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        let at_once = if config.argon2_at_once == 0 { cores } else { config.argon2_at_once };
        Self {
            params: params.unwrap_or_default(),
            at_once: Arc::new(Semaphore::new(at_once)),
            wait: Duration::from_millis(config.argon2_wait_ms),
        }
    }

    /// Hashes a password, into PHC form.
    pub(super) async fn hash(&self, password: SecretString) -> Result<String, MemberError> {
        self.work(move |argon2| {
            argon2
                .hash_password(password.expose_secret().as_bytes())
                .map(|hash| hash.to_string())
                .map_err(|_| MemberError::Unfinished)
        })
        .await?
    }

    /// Whether a password has this hash. Without a hash the answer is no, after the same work, so that
    /// the time does not tell whether there is an account.
    pub(super) async fn verify(
        &self,
        password: SecretString,
        hash: Option<String>,
    ) -> Result<bool, MemberError> {
        self.work(move |argon2| {
            let given = password.expose_secret().as_bytes();
            let Some(hash) = hash else {
                let _ = argon2.hash_password(given);
                return false;
            };
            PasswordHash::new(&hash).is_ok_and(|hash| argon2.verify_password(given, &hash).is_ok())
        })
        .await
    }

    /// Checks a new password for an account with these words: estimating how easy it is to guess takes its time too.
    pub(super) async fn check(
        &self,
        password: SecretString,
        own_words: Vec<String>,
    ) -> Result<Result<Password, FieldProblem>, MemberError> {
        self.work(move |_| {
            let own_words: Vec<&str> = own_words.iter().map(String::as_str).collect();
            Password::parse(password, &own_words)
        })
        .await
    }

    async fn work<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Argon2<'_>) -> T + Send + 'static,
    ) -> Result<T, MemberError> {
        let turn = timeout(self.wait, self.at_once.clone().acquire_owned()).await;
        let permit = turn.map_err(|_| MemberError::Busy)?;
        let params = self.params.clone();
        let done = tokio::task::spawn_blocking(move || {
            let _permit = permit;
            work(&Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
        });
        done.await.map_err(|_| MemberError::Unfinished)
    }
}

#[cfg(test)]
mod tests {
    use crate::config::Config;

    use super::*;

    #[tokio::test]
    async fn a_password_fits_its_own_hash_only() {
        let mut config = Config::load(None, []).unwrap().auth;
        config.argon2_memory_kib = 64;
        let passwords = Passwords::new(&config);

        let hash = passwords.hash("correct horse".into()).await.unwrap();

        assert!(hash.starts_with("$argon2id$v=19$m=64,t=2,p=1$"), "{hash}");
        assert!(passwords.verify("correct horse".into(), Some(hash.clone())).await.unwrap());
        assert!(!passwords.verify("correct Horse".into(), Some(hash)).await.unwrap());
        assert!(!passwords.verify("correct horse".into(), None).await.unwrap());
    }

    #[tokio::test]
    async fn who_waits_too_long_for_a_turn_is_told() {
        let mut config = Config::load(None, []).unwrap().auth;
        config.argon2_at_once = 1;
        config.argon2_wait_ms = 1;
        let passwords = Passwords::new(&config);
        let turn = passwords.at_once.clone().acquire_owned().await.unwrap();

        let refused = passwords.hash("correct horse".into()).await;
        assert!(matches!(refused, Err(MemberError::Busy)));

        drop(turn);
        passwords.hash("correct horse".into()).await.unwrap();
    }
}
