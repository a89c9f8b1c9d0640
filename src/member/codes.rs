//! Mailed codes: six digits that show that somebody reads the mail of an address.
//!
//! A code is for one purpose and one name: the address, username or member that somebody gave. Names that nobody
//! has get a code too, which no guess fits, so that no answer tells one from the other.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rand::RngExt;
use rand::rand_core::UnwrapErr;
use rand::rngs::SysRng;
use sha2::{Digest, Sha256};

use crate::base::{MemberId, Timestamp};
use crate::infra::shared::{Guess, Key, Rate, RetryAfter};

use super::account::Email;
use super::{MemberError, Members};

/// What a code is for, and whom.
#[derive(Clone, Debug)]
pub(super) enum Purpose {
    /// Signing up with an address.
    SignUp(Email),
    /// Unlocking the account of this name.
    Unlock(String),
    /// A new password for the account of this name.
    ResetPassword(String),
    /// No code, but a mail that may be asked for as often as one: the username of an address.
    RemindUsername(Email),
    /// Another address for a member.
    ChangeEmail(MemberId, Email),
}

impl Purpose {
    fn hash(&self) -> String {
        hash(&match self {
            Self::SignUp(email) => format!("sign-up {}", email.key()),
            Self::Unlock(name) => format!("unlock {name}"),
            Self::ResetPassword(name) => format!("reset-password {name}"),
            Self::RemindUsername(email) => format!("remind-username {}", email.key()),
            Self::ChangeEmail(member, email) => format!("change-email {member} {}", email.key()),
        })
    }
}

/// Notes that a code was asked for from a network address, or says that it is too early for another.
pub(super) async fn may_ask(
    members: &Members,
    purpose: &Purpose,
    from: &str,
) -> Result<(), MemberError> {
    let (rules, limits) = (&members.rules, &members.infra.shared.limits);
    limits.check("codes-from", from, Rate::per_minute(rules.codes_per_minute)).await??;
    pause_between(members, Key::CodePause(purpose.hash())).await?;
    let a_day = Rate::per_day(rules.codes_per_day);
    Ok(limits.check("codes-for", &purpose.hash(), a_day).await??)
}

/// Of several who ask for the same thing at once one may go on; the next after the pause.
async fn pause_between(members: &Members, pause: Key) -> Result<(), MemberError> {
    let values = &members.infra.shared.values;
    let (now, resend) = (members.clock.now(), members.rules.code_resend());
    let until = (now + resend).as_micros().to_string();
    if values.put_if_absent(pause.clone(), until, resend).await? {
        return Ok(());
    }
    let until = values.get(pause).await?.and_then(|until| until.parse().ok()).unwrap_or(0);
    let until = Timestamp::from_micros(until);
    Err(RetryAfter(until.since(now)).into())
}

/// Makes a code in place of any earlier one.
pub(super) async fn make_code(members: &Members, purpose: &Purpose) -> Result<String, MemberError> {
    // A random number of the operating system; the store keeps its hash only.
    let code = format!("{:06}", UnwrapErr(SysRng).random_range(0..1_000_000));
    keep(members, purpose, hash(&code)).await?;
    Ok(code)
}

/// Makes a code that no guess fits, in place of any earlier one.
pub(super) async fn make_no_code(members: &Members, purpose: &Purpose) -> Result<(), MemberError> {
    keep(members, purpose, random_token()).await
}

async fn keep(members: &Members, purpose: &Purpose, secret: String) -> Result<(), MemberError> {
    let (tries, life) = (members.rules.code_tries, members.rules.code());
    let values = &members.infra.shared.values;
    Ok(values.put_secret(Key::Code(purpose.hash()), secret, tries, life).await?)
}

/// Uses up a code, if it is the right one.
pub(super) async fn use_code(
    members: &Members,
    purpose: &Purpose,
    code: &str,
    from: &str,
) -> Result<(), MemberError> {
    let shared = &members.infra.shared;
    let rate = Rate::per_minute(members.rules.guesses_per_minute);
    shared.limits.check("guesses-from", from, rate).await??;
    match shared.values.guess(Key::Code(purpose.hash()), &hash(code.trim())).await? {
        Guess::Wrong { tries_left } => Err(MemberError::CodeWrong { tries_left }),
        Guess::Gone => Err(MemberError::CodeExpired),
        Guess::Right => Ok(()),
    }
}

/// 256 random bits of the operating system, as text.
pub(super) fn random_token() -> String {
    URL_SAFE_NO_PAD.encode(UnwrapErr(SysRng).random::<[u8; 32]>())
}

/// SHA-256 as text: what is kept of a secret that has to be recognised.
pub(super) fn hash(secret: &str) -> String {
    hex::encode(sha256(secret))
}

/// SHA-256: what is kept of a secret in a table.
pub(super) fn sha256(secret: &str) -> Vec<u8> {
    Sha256::digest(secret.as_bytes()).to_vec()
}
