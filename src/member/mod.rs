//! Role `member`: accounts, sessions, profiles and places. Owns the tables `members`, `consents`,
//! `sessions` and `refresh_tokens`, and the values of [`crate::infra::shared::Key`].

mod account;
mod common_passwords;
mod email_code;
mod error;
mod http;
mod log_in;
mod mails;
mod passwords;
mod place;
mod profile;
mod session;
mod sign_up;
mod store;

use std::sync::Arc;

use crate::base::SharedClock;
use crate::config::{AuthConfig, Config, MemberConfig};
use crate::http::{Gate, TokenKeys};
use crate::infra::Infra;
use crate::runtime::RoleParts;

pub use error::MemberError;
pub use http::MemberApi;

use passwords::Passwords;

/// What the use cases of this role need. Cheap to clone.
#[derive(Clone)]
struct Members {
    infra: Infra,
    clock: SharedClock,
    tokens: TokenKeys,
    passwords: Passwords,
    auth: Arc<AuthConfig>,
    rules: Arc<MemberConfig>,
    cell_km: f64,
}

/// Puts the role together.
#[must_use]
pub fn assemble(config: &Config, infra: &Infra, gate: &Gate, clock: &SharedClock) -> RoleParts {
    let members = Members {
        infra: infra.clone(),
        clock: clock.clone(),
        tokens: gate.tokens.clone(),
        passwords: Passwords::new(&config.auth),
        auth: Arc::new(config.auth.clone()),
        rules: Arc::new(config.member.clone()),
        cell_km: config.matching.cell_km,
    };
    let config = Arc::new(config.clone());
    RoleParts::new("member")
        .with_routes(move |routes| http::routes(routes, members.clone(), config.clone()))
}
