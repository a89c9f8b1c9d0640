//! Role `member`: accounts, sessions, profiles and places. Owns the tables `members`, `consents`, `sessions`,
//! `refresh_tokens`, `devices`, `letters`, `audit` and `suspensions`, and most of the values of
//! [`crate::infra::shared::Key`].

mod account;
mod change_email;
mod change_password;
mod codes;
mod common_passwords;
mod confirm;
mod consent;
mod decide_report;
mod due;
mod error;
mod export;
mod find_account;
mod housekeeping;
mod http;
mod image;
mod internal;
mod letters;
mod lock;
mod log_in;
mod new_password;
mod object_deletions;
mod passwords;
mod place;
mod profile;
mod prove_email;
mod release_member;
mod remind_username;
mod reset_password;
mod session;
mod sign_up;
mod store;
mod suspend_member;
mod unlock;
mod withdraw;

use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;

use crate::base::{SharedClock, Timestamp};
use crate::config::{AuthConfig, Config, ImagesConfig, MemberConfig, SafetyConfig};
use crate::http::{Gate, TokenKeys};
use crate::imaging::Imaging;
use crate::infra::Infra;
use crate::runtime::RoleParts;

pub use error::MemberError;
pub use http::MemberApi;

use due::Bell;
use passwords::Passwords;

/// What the use cases of this role need. Cheap to clone.
#[derive(Clone)]
struct Members {
    infra: Infra,
    clock: SharedClock,
    tokens: TokenKeys,
    passwords: Passwords,
    imaging: Imaging,
    auth: Arc<AuthConfig>,
    rules: Arc<MemberConfig>,
    images: Arc<ImagesConfig>,
    safety: Arc<SafetyConfig>,
    /// Rings when there is mail to be sent.
    post: Bell,
    /// Rings when there are objects to be deleted.
    cleaner: Bell,
    /// Where browsers find the service, without a slash at the end; empty if nobody said.
    public_url: Arc<str>,
    cell_km: f64,
}

/// Puts the role together.
pub fn assemble(
    config: &Config,
    infra: &Infra,
    gate: &Gate,
    imaging: &Imaging,
    clock: &SharedClock,
) -> anyhow::Result<RoleParts> {
    let members = Members {
        infra: infra.clone(),
        clock: clock.clone(),
        tokens: gate.tokens.clone(),
        passwords: Passwords::new(&config.auth).context("no thread for passwords")?,
        imaging: imaging.clone(),
        auth: Arc::new(config.auth.clone()),
        rules: Arc::new(config.member.clone()),
        images: Arc::new(config.images.clone()),
        safety: Arc::new(config.safety.clone()),
        post: Bell::default(),
        cleaner: Bell::default(),
        public_url: config.http.public_url.trim_end_matches('/').into(),
        cell_km: config.matching.cell_km,
    };
    let config = Arc::new(config.clone());
    let workers = [
        letters::worker(members.clone()),
        object_deletions::worker(members.clone()),
        housekeeping::worker(members.clone()),
    ];
    let internal = members.clone();
    let parts = RoleParts::new("member")
        .with_internal_routes(move |routes| internal::routes(routes, internal.clone()))
        .with_routes(move |routes| http::routes(routes, members.clone(), config.clone()));
    Ok(workers.into_iter().fold(parts, RoleParts::with_worker))
}

/// The end of a suspension that begins now; none: it is for good.
fn end_of(now: Timestamp, for_s: Option<u64>) -> Option<Timestamp> {
    for_s.map(|seconds| now + Duration::from_secs(seconds))
}
