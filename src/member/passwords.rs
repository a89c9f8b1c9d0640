//! Hashing passwords: argon2id (RFC 9106), so many at once and no more, on threads of their own that give way to all
//! others.
//!
//! On threads that also read the database, a flood of log-ins would slow everybody: a thread that has just hashed has
//! used up its share of the processor, and waits long for the next one.

use std::sync::Arc;
use std::time::Duration;

use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, Version};
use secrecy::{ExposeSecret, SecretString};
use tokio::runtime::{Builder, Runtime};
use tokio::sync::Semaphore;
use tokio::time::timeout;

use crate::config::AuthConfig;
use crate::http::FieldProblem;

use super::MemberError;
use super::account::Password;

/// How much the threads that hash give way (`nice`): a tenth of what others get, when there is not enough for all.
#[cfg(target_os = "linux")]
const NICE: i32 = 10;

/// Hashes and checks passwords. Cheap to clone.
#[derive(Clone)]
pub(super) struct Passwords {
    params: Params,
    threads: Arc<Threads>,
    at_once: Arc<Semaphore>,
    wait: Duration,
}

/// The threads that hash.
struct Threads(Option<Runtime>);

impl Threads {
    fn new(count: usize) -> std::io::Result<Self> {
        let threads = Builder::new_current_thread()
            .thread_name("passwords")
            .max_blocking_threads(count)
            .on_thread_start(give_way)
            .build()?;
        Ok(Self(Some(threads)))
    }
}

impl Drop for Threads {
    fn drop(&mut self) {
        // The last who hashes may be a task, which must not wait for threads.
        if let Some(threads) = self.0.take() {
            threads.shutdown_background();
        }
    }
}

/// Lowers the priority of the thread that calls it. On Linux threads have one each.
fn give_way() {
    #[cfg(target_os = "linux")]
    if let Err(error) = rustix::process::nice(NICE) {
        tracing::warn!(%error, "hashing does not give way to other work");
    }
}

impl Passwords {
    pub(super) fn new(config: &AuthConfig) -> std::io::Result<Self> {
        let params = Params::new(config.argon2_memory_kib, config.argon2_passes, 1, None);
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        let at_once = if config.argon2_at_once == 0 { cores } else { config.argon2_at_once };
        Ok(Self {
            params: params.unwrap_or_default(),
            threads: Arc::new(Threads::new(at_once)?),
            at_once: Arc::new(Semaphore::new(at_once)),
            wait: Duration::from_millis(config.argon2_wait_ms),
        })
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
        let threads = self.threads.0.as_ref().ok_or(MemberError::Unfinished)?;
        let done = threads.spawn_blocking(move || {
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
        let passwords = Passwords::new(&config).unwrap();

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
        let passwords = Passwords::new(&config).unwrap();
        let turn = passwords.at_once.clone().acquire_owned().await.unwrap();

        let refused = passwords.hash("correct horse".into()).await;
        assert!(matches!(refused, Err(MemberError::Busy)));

        drop(turn);
        passwords.hash("correct horse".into()).await.unwrap();
    }

    #[cfg(target_os = "linux")]
    #[tokio::test]
    async fn hashing_gives_way_to_everything_else() {
        let nice = || rustix::process::getpriority_process(None).unwrap();
        let passwords = Passwords::new(&Config::load(None, []).unwrap().auth).unwrap();
        let before = nice();

        let there = passwords.work(move |_| nice()).await.unwrap();

        assert_eq!(there, (before + NICE).min(19));
        assert_eq!(nice(), before, "and nothing else does");
    }
}
