//! What another password leads to, however it came: every log-in ends, no device is known any more, and the member is
//! told, all in one transaction.

use super::letters::Letter;
use super::session::close_sessions;
use super::store::{self, Account, Happened, Which};
use super::{MemberError, Members};

/// Gives an account the password with this hash, unless it has another since `account` was read. Whether it did.
pub(super) async fn give_password(
    members: &Members,
    account: Account,
    password_hash: String,
    how: Happened,
) -> Result<bool, MemberError> {
    let (member, before) = (account.id, account.password_hash);
    let (now, resent) = (members.clock.now(), members.auth.access_token());
    let ended = members
        .infra
        .db
        .write("member.give_password", move |conn| {
            if !store::set_password(conn, member, &before, &password_hash)? {
                return Ok(None);
            }
            if how == Happened::PasswordReset {
                store::unlock_account(conn, member)?;
            }
            store::forget_devices(conn, member)?;
            store::note(conn, Some(member), how, now)?;
            store::insert_letter(conn, &Letter::PasswordChanged { member }.about(), now)?;
            let ended = store::end_sessions(conn, member, Which::All, now, resent)?;
            Ok::<_, MemberError>(Some(ended))
        })
        .await?;
    let Some(ended) = ended else { return Ok(false) };
    members.post.ring();
    close_sessions(members, member, ended).await;
    Ok(true)
}
