//! Use case: a member who is logged in takes another password.

use secrecy::SecretString;

use crate::base::MemberId;

use super::confirm::confirm;
use super::new_password::give_password;
use super::session::Verified;
use super::store::Happened;
use super::{MemberError, Members};

/// Changes the password and ends every log-in, also the one that asks: it begins anew. No device is known any more.
pub(super) async fn change_password(
    members: &Members,
    member: MemberId,
    current: SecretString,
    new: SecretString,
) -> Result<Verified, MemberError> {
    let account = confirm(members, member, current).await?;
    let new = members.passwords.check(new, account.own_words()).await?;
    let new = new.map_err(MemberError::new_password)?;
    let password_hash = members.passwords.hash(new.into_secret()).await?;
    let is_set =
        give_password(members, account, password_hash.clone(), Happened::PasswordChanged).await?;
    if is_set { Ok(Verified { member, password_hash }) } else { Err(MemberError::PasswordWrong) }
}
