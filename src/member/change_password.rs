//! Use case: a member who is logged in takes another password.

use secrecy::SecretString;

use crate::base::MemberId;

use super::confirm::confirm;
use super::letters::Letter;
use super::session::{Verified, close_sessions};
use super::store::{self, Happened, Which};
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

    let (now, resent) = (members.clock.now(), members.auth.access_token());
    let (before, after) = (account.password_hash, password_hash.clone());
    let ended = members
        .infra
        .db
        .write("member.change_password", move |conn| {
            if !store::set_password(conn, member, &before, &after)? {
                return Err(MemberError::PasswordWrong);
            }
            store::forget_devices(conn, member)?;
            store::note(conn, Some(member), Happened::PasswordChanged, now)?;
            store::insert_letter(conn, &Letter::PasswordChanged { member }.about(), now)?;
            Ok(store::end_sessions(conn, member, Which::All, now, resent)?)
        })
        .await?;
    members.post.wake();
    close_sessions(members, member, ended).await;
    Ok(Verified { member, password_hash })
}
