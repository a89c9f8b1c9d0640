//! Use cases: send a code to an address, and prove the address with it.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rand::RngExt;
use rand::rand_core::UnwrapErr;
use rand::rngs::SysRng;
use sha2::{Digest, Sha256};

use crate::infra::Freshness;
use crate::infra::shared::{Guess, Key, Rate, RetryAfter};

use super::account::Email;
use super::mails::{Language, code_mail, known_address_mail};
use super::{MemberError, Members, store};

/// Sends a code, unless one was sent just now. The answer is the same whether or not the address has
/// an account; the mail is not.
pub(super) async fn send_code(
    members: &Members,
    email: &str,
    language: Language,
    from: &str,
) -> Result<(), MemberError> {
    let email = Email::parse(email).map_err(MemberError::field)?;
    let shared = &members.infra.shared;
    let rate = Rate::per_minute(members.rules.codes_per_minute);
    shared.limits.check("email-code", from, rate).await??;
    let pause = Key::EmailCodePause(hash(&email.key()));
    if let Some(until) = shared.values.get(pause.clone()).await? {
        let until = crate::base::Timestamp::from_micros(until.parse().unwrap_or(0));
        return Err(RetryAfter(until.since(members.clock.now())).into());
    }
    let resend = members.rules.code_resend();
    let until = (members.clock.now() + resend).as_micros().to_string();
    shared.values.put(pause, until, resend).await?;

    let key = email.key();
    let known = members
        .infra
        .db
        .read("member.email_is_known", Freshness::Latest, move |conn| {
            store::email_is_known(conn, &key)
        })
        .await?;
    let mail = if known {
        known_address_mail(&email, language)
    } else {
        // A random number of the operating system; the store keeps its hash only.
        let code = format!("{:06}", UnwrapErr(SysRng).random_range(0..1_000_000));
        let life = members.rules.code();
        let secret = hash(&code);
        let tries = members.rules.code_tries;
        shared.values.put_secret(Key::EmailCode(hash(&email.key())), secret, tries, life).await?;
        code_mail(&email, &code, members.rules.code_s / 60, language)
    };
    Ok(members.infra.mailer.send(mail).await?)
}

/// Turns a right code into a proof of the address, which signing up takes.
pub(super) async fn prove_email(
    members: &Members,
    email: &str,
    code: &str,
) -> Result<String, MemberError> {
    let email = Email::parse(email).map_err(MemberError::field)?;
    let values = &members.infra.shared.values;
    match values.guess(Key::EmailCode(hash(&email.key())), &hash(code.trim())).await? {
        Guess::Wrong { tries_left } => return Err(MemberError::CodeWrong { tries_left }),
        Guess::Gone => return Err(MemberError::CodeExpired),
        Guess::Right => {}
    }
    let proof = random_token();
    let address = email.as_str().to_owned();
    values.put(Key::EmailProof(hash(&proof)), address, members.rules.proof()).await?;
    Ok(proof)
}

/// 256 random bits of the operating system, as text.
pub(super) fn random_token() -> String {
    URL_SAFE_NO_PAD.encode(UnwrapErr(SysRng).random::<[u8; 32]>())
}

/// SHA-256 as text: what is kept of a secret that has to be recognised.
pub(super) fn hash(secret: &str) -> String {
    hex::encode(Sha256::digest(secret.as_bytes()))
}
