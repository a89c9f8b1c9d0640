//! Use case: a member who is logged in shows once more who it is, before something that matters.

use secrecy::SecretString;

use crate::base::MemberId;
use crate::infra::shared::Rate;

use super::find_account::account_of;
use super::store::Account;
use super::{MemberError, Members};

/// Checks the password of a member; the account as it is.
pub(super) async fn confirm(
    members: &Members,
    member: MemberId,
    password: SecretString,
) -> Result<Account, MemberError> {
    let rate = Rate::per_hour(members.rules.passwords_per_hour);
    members.infra.shared.limits.check("password", &member.to_string(), rate).await??;
    let account = account_of(members, member).await?.ok_or(MemberError::SessionEnded)?;
    let hash = account.password_hash.clone();
    let is_right = members.passwords.verify(password, Some(hash)).await?;
    if is_right { Ok(account) } else { Err(MemberError::PasswordWrong) }
}
