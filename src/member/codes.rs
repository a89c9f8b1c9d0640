//! Mailed codes: some digits that show that somebody reads the mail of an address.
//!
//! A code is for one purpose, one name (the address or username that somebody gave) and the browser that asked: who
//! asks or guesses elsewhere has a code and tries of its own, and takes none from others. Names that nobody has get a
//! code too, which no guess fits, so that no answer tells one from the other.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rand::RngExt;
use rand::rand_core::UnwrapErr;
use rand::rngs::SysRng;
use sha2::{Digest, Sha256};

use crate::base::{MemberId, Timestamp};
use crate::infra::shared::{Guess, Key, Rate, RetryAfter};

use super::account::{Email, LogInName};
use super::{MemberError, Members};

/// Who asks for a code, or guesses at one.
#[derive(Clone, Debug)]
pub(super) struct Asker {
    /// The network address.
    pub(super) from: String,
    /// The hash of the token that its browser holds; empty: none.
    pub(super) browser: String,
}

impl Asker {
    pub(super) fn new(from: String, token: Option<&str>) -> Self {
        Self { from, browser: token.map(hash).unwrap_or_default() }
    }
}

/// What a code is for, and whom.
#[derive(Clone, Debug)]
pub(super) enum Purpose {
    /// Signing up with an address.
    SignUp(Email),
    /// Unlocking the account of this name.
    Unlock(LogInName),
    /// A new password for the account of this name.
    ResetPassword(LogInName),
    /// No code, but a mail that may be asked for as often as one: the username of an address.
    RemindUsername(Email),
    /// Another address for a member.
    ChangeEmail(MemberId, Email),
}

impl Purpose {
    /// Names the code of this purpose that a browser asked for.
    fn asked_in(&self, browser: &str) -> String {
        hash(&format!("{} {browser}", self.whole()))
    }

    fn whole(&self) -> String {
        match self {
            Self::SignUp(email) => format!("sign-up {}", email.key()),
            Self::Unlock(name) => format!("unlock {}", name.as_str()),
            Self::ResetPassword(name) => format!("reset-password {}", name.as_str()),
            Self::RemindUsername(email) => format!("remind-username {}", email.key()),
            Self::ChangeEmail(member, email) => format!("change-email {member} {}", email.key()),
        }
    }

    /// A new password is worth more guesses than the rest.
    const fn digits(&self) -> usize {
        if matches!(self, Self::ResetPassword(_)) { 8 } else { 6 }
    }
}

/// Notes that a code was asked for, or says that it is too early for another.
pub(super) async fn may_ask(
    members: &Members,
    purpose: &Purpose,
    asker: &Asker,
) -> Result<(), MemberError> {
    let (rules, limits) = (&members.rules, &members.infra.shared.limits);
    let Asker { from, browser } = asker;
    limits.check("codes-from", from, Rate::per_minute(rules.codes_per_minute)).await??;
    pause_between(members, Key::CodePause(purpose.asked_in(browser))).await?;
    let here = hash(&format!("{} {from}", purpose.whole()));
    limits.check("codes-for-from", &here, Rate::per_day(rules.codes_per_day)).await??;
    // So much mail and no more, wherever it is asked for.
    let everywhere = Rate::per_day(rules.codes_per_name_and_day);
    Ok(limits.check("codes-for", &hash(&purpose.whole()), everywhere).await??)
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

/// Makes a code in place of any earlier one that this browser asked for.
pub(super) async fn make_code(
    members: &Members,
    purpose: &Purpose,
    browser: &str,
) -> Result<String, MemberError> {
    // Random digits of the operating system; the store keeps their hash only.
    let digits = (0..purpose.digits()).map(|_| UnwrapErr(SysRng).random_range('0'..='9'));
    let code: String = digits.collect();
    keep(members, purpose, browser, hash(&code)).await?;
    Ok(code)
}

/// Makes a code that no guess fits, in place of any earlier one that this browser asked for.
pub(super) async fn make_no_code(
    members: &Members,
    purpose: &Purpose,
    browser: &str,
) -> Result<(), MemberError> {
    keep(members, purpose, browser, random_token()).await
}

async fn keep(
    members: &Members,
    purpose: &Purpose,
    browser: &str,
    secret: String,
) -> Result<(), MemberError> {
    let (tries, life) = (members.rules.code_tries, members.rules.code());
    let key = Key::Code(purpose.asked_in(browser));
    Ok(members.infra.shared.values.put_secret(key, secret, tries, life).await?)
}

/// Uses up a code, if it is the right one.
pub(super) async fn use_code(
    members: &Members,
    purpose: &Purpose,
    code: &str,
    asker: &Asker,
) -> Result<(), MemberError> {
    let shared = &members.infra.shared;
    let rate = Rate::per_minute(members.rules.guesses_per_minute);
    shared.limits.check("guesses-from", &asker.from, rate).await??;
    let key = Key::Code(purpose.asked_in(&asker.browser));
    match shared.values.guess(key, &hash(code.trim())).await? {
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
