//! Use case: a member who is logged in takes another password.

use secrecy::SecretString;

use crate::base::MemberId;
use crate::infra::Freshness;

use super::account::Password;
use super::letters::Letter;
use super::session::close_sessions;
use super::store::{self, Event, Which};
use super::{MemberError, Members};

/// Changes the password and ends every log-in, also the one that asks: it begins anew.
pub(super) async fn change_password(
    members: &Members,
    member: MemberId,
    current: SecretString,
    new: SecretString,
) -> Result<(), MemberError> {
    let db = &members.infra.db;
    let account = db
        .read("member.account", Freshness::Latest, move |conn| store::account(conn, member))
        .await?
        .ok_or(MemberError::SessionEnded)?;
    let new = Password::parse(new, &account.own_words()).map_err(MemberError::new_password)?;
    members.passwords.confirm(members, member, current, account.password_hash).await?;
    let password_hash = members.passwords.hash(new.into_secret()).await?;

    let (now, resent) = (members.clock.now(), members.auth.access_token());
    let ended = db
        .write("member.change_password", move |conn| {
            store::set_password(conn, member, &password_hash)?;
            store::note(conn, Some(member), Event::PasswordChanged, now)?;
            store::insert_letter(conn, &Letter::PasswordChanged { member }.about(), now)?;
            store::end_sessions(conn, member, Which::All, now, resent)
        })
        .await?;
    members.post.wake();
    close_sessions(members, member, ended).await
}
