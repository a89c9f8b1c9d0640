//! Use cases: a forgotten password. A mailed code becomes a proof, and that a new password.

use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::base::MemberId;
use crate::infra::shared::{Key, Rate};

use super::account::LogInName;
use super::codes::{Asker, Purpose, hash, may_ask, random_token, use_code};
use super::find_account::{account_named, account_of};
use super::letters::{Letter, write_letter};
use super::lock::{forget_wrong_passwords, forget_wrong_passwords_from};
use super::new_password::give_password;
use super::store::{Account, Happened};
use super::{MemberError, Members};

/// Has a code sent to the address of an account. The answer does not tell whether there is one.
pub(super) async fn ask_for_reset_code(
    members: &Members,
    name: &str,
    asker: &Asker,
) -> Result<(), MemberError> {
    let name = LogInName::parse(name).map_err(MemberError::field)?;
    may_ask(members, &Purpose::ResetPassword(name.clone()), asker).await?;
    let browser = asker.browser.clone();
    write_letter(members, Letter::ResetCode { name, browser }).await
}

/// Turns a right code into a proof, which a new password takes.
pub(super) async fn prove_reset(
    members: &Members,
    name: &str,
    code: &str,
    asker: &Asker,
) -> Result<String, MemberError> {
    let name = LogInName::parse(name).map_err(MemberError::field)?;
    use_code(members, &Purpose::ResetPassword(name.clone()), code, asker).await?;
    let account = account_named(members, &name).await?;
    // The account has gone since the code was sent.
    let Some(account) = account else { return Err(MemberError::CodeExpired) };
    forget_wrong_passwords_from(members, name.as_str(), &asker.from).await?;
    let proof = random_token();
    let (key, whose) = (Key::ResetProof(hash(&proof)), Proved::of(&account).as_text());
    members.infra.shared.values.put(key, whose, members.rules.proof()).await?;
    Ok(proof)
}

/// What a proof says: who may set a new password, as long as neither password nor address is another.
#[derive(PartialEq, Eq, Serialize, Deserialize)]
struct Proved {
    member: MemberId,
    fingerprint: String,
}

impl Proved {
    fn of(account: &Account) -> Self {
        Self { member: account.id, fingerprint: account.fingerprint() }
    }

    fn as_text(&self) -> String {
        json!(self).to_string()
    }
}

/// Sets a new password: unlocks the account, ends every log-in of it, and no device is known any more. The proof is
/// used up only when the password is a good one.
pub(super) async fn reset_password(
    members: &Members,
    proof: &str,
    password: SecretString,
) -> Result<(), MemberError> {
    let proof = hash(proof);
    let shared = &members.infra.shared;
    let rate = Rate::per_hour(members.rules.proof_tries_per_hour);
    shared.limits.check("reset-proof", &proof, rate).await??;
    let proof = Key::ResetProof(proof);
    let proved = shared.values.get(proof.clone()).await?;
    let proved = proved.and_then(|text| serde_json::from_str::<Proved>(&text).ok());
    let proved = proved.ok_or(MemberError::ProofExpired)?;
    let account = account_of(members, proved.member)
        .await?
        .filter(|account| Proved::of(account) == proved)
        .ok_or(MemberError::ProofExpired)?;
    let password = members.passwords.check(password, account.own_words()).await?;
    let password = password.map_err(MemberError::field)?;
    let password_hash = members.passwords.hash(password.into_secret()).await?;
    // Of two who set it at once, one does.
    shared.values.take(proof).await?.ok_or(MemberError::ProofExpired)?;
    let member = account.id;
    if !give_password(members, account, password_hash, Happened::PasswordReset).await? {
        return Err(MemberError::ProofExpired);
    }
    forget_wrong_passwords(members, member).await
}
