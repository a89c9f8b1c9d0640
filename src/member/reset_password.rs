//! Use cases: a forgotten password. A mailed code becomes a proof, and that a new password.

use secrecy::SecretString;

use crate::base::MemberId;
use crate::infra::Freshness;
use crate::infra::shared::Key;

use super::account::{Language, LogInName, Password};
use super::codes::{Purpose, hash, may_ask, random_token, use_code};
use super::letters::{Letter, write_letter};
use super::lock::forget_wrong_passwords;
use super::session::close_sessions;
use super::store::{self, Event, Which};
use super::{MemberError, Members};

/// Has a code sent to the address of an account. The answer does not tell whether there is one.
pub(super) async fn ask_for_reset_code(
    members: &Members,
    name: &str,
    language: Language,
    from: &str,
) -> Result<(), MemberError> {
    let name = LogInName::parse(name).map_err(MemberError::field)?;
    may_ask(members, &Purpose::ResetPassword(name.as_str().to_owned()), from).await?;
    write_letter(members, Letter::ResetCode { name, language }).await
}

/// Turns a right code into a proof, which a new password takes.
pub(super) async fn prove_reset(
    members: &Members,
    name: &str,
    code: &str,
    from: &str,
) -> Result<String, MemberError> {
    let name = LogInName::parse(name).map_err(MemberError::field)?;
    use_code(members, &Purpose::ResetPassword(name.as_str().to_owned()), code, from).await?;
    let account = members
        .infra
        .db
        .read("member.by_name", Freshness::Latest, move |conn| {
            store::account_named(conn, name.as_str())
        })
        .await?;
    // The account has gone since the code was sent.
    let Some(account) = account else { return Err(MemberError::CodeExpired) };
    let proof = random_token();
    let (key, whose) = (Key::ResetProof(hash(&proof)), account.id.to_string());
    members.infra.shared.values.put(key, whose, members.rules.proof()).await?;
    Ok(proof)
}

/// Sets a new password: unlocks the account, ends every log-in of it, and no device is known any more. The proof is
/// used up only when the password is a good one.
pub(super) async fn reset_password(
    members: &Members,
    proof: &str,
    password: SecretString,
) -> Result<(), MemberError> {
    let proof = Key::ResetProof(hash(proof));
    let values = &members.infra.shared.values;
    let whose = values.get(proof.clone()).await?.and_then(|whose| whose.parse::<MemberId>().ok());
    let id = whose.ok_or(MemberError::ProofExpired)?;
    let db = &members.infra.db;
    let account = db
        .read("member.account", Freshness::Latest, move |conn| store::account(conn, id))
        .await?
        .ok_or(MemberError::ProofExpired)?;
    let password = Password::parse(password, &account.own_words()).map_err(MemberError::field)?;
    let password_hash = members.passwords.hash(password.into_secret()).await?;
    // Of two who set it at once, one does.
    values.take(proof).await?.ok_or(MemberError::ProofExpired)?;

    let (now, resent) = (members.clock.now(), members.auth.access_token());
    let ended = db
        .write("member.reset_password", move |conn| {
            store::set_password(conn, id, &password_hash)?;
            store::unlock_account(conn, id)?;
            store::forget_devices(conn, id)?;
            store::note(conn, Some(id), Event::PasswordReset, now)?;
            store::insert_letter(conn, &Letter::PasswordChanged { member: id }.about(), now)?;
            store::end_sessions(conn, id, Which::All, now, resent)
        })
        .await?;
    members.post.wake();
    forget_wrong_passwords(members, id, &account.names()).await?;
    close_sessions(members, id, ended).await
}
