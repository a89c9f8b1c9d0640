//! Use cases: have a code sent to an address, and prove the address with it, to sign up.

use crate::infra::shared::Key;

use super::account::{Email, Language};
use super::codes::{Asker, Purpose, hash, may_ask, random_token, use_code};
use super::letters::{Letter, write_letter};
use super::{MemberError, Members};

/// Has a code sent, unless one was asked for just now. The answer is the same whether or not the address has an
/// account; the mail is not.
pub(super) async fn ask_for_email_code(
    members: &Members,
    email: &str,
    language: Language,
    asker: &Asker,
) -> Result<(), MemberError> {
    let email = Email::parse(email).map_err(MemberError::field)?;
    may_ask(members, &Purpose::SignUp(email.clone()), asker).await?;
    let browser = asker.browser.clone();
    write_letter(members, Letter::SignUpCode { email, language, browser }).await
}

/// Turns a right code into a proof of the address, which signing up takes.
pub(super) async fn prove_email(
    members: &Members,
    email: &str,
    code: &str,
    asker: &Asker,
) -> Result<String, MemberError> {
    let email = Email::parse(email).map_err(MemberError::field)?;
    use_code(members, &Purpose::SignUp(email.clone()), code, asker).await?;
    let proof = random_token();
    let (key, address) = (Key::EmailProof(hash(&proof)), email.as_str().to_owned());
    members.infra.shared.values.put(key, address, members.rules.proof()).await?;
    Ok(proof)
}
