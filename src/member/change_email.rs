//! Use case: a member moves to another address, which is proved like the first.

use secrecy::SecretString;

use crate::base::MemberId;
use crate::infra::Freshness;

use super::account::Email;
use super::codes::{Purpose, may_ask, use_code};
use super::letters::{Letter, write_letter};
use super::store::{self, Event};
use super::{MemberError, Members};

/// Has a code sent to the new address, after the password was asked for. An address that has an account gets a mail
/// that says so, and nobody else is told.
pub(super) async fn ask_for_change_code(
    members: &Members,
    member: MemberId,
    email: &str,
    password: SecretString,
    from: &str,
) -> Result<(), MemberError> {
    let email = Email::parse(email).map_err(MemberError::field)?;
    let account = members
        .infra
        .db
        .read("member.account", Freshness::Latest, move |conn| store::account(conn, member))
        .await?
        .ok_or(MemberError::SessionEnded)?;
    members.passwords.confirm(members, member, password, account.password_hash).await?;
    may_ask(members, &Purpose::ChangeEmail(member, email.clone()), from).await?;
    write_letter(members, Letter::ChangeEmailCode { member, email }).await
}

/// Moves a member to an address with the code that was sent there. The old address is told.
pub(super) async fn change_email(
    members: &Members,
    member: MemberId,
    email: &str,
    code: &str,
    from: &str,
) -> Result<(), MemberError> {
    let email = Email::parse(email).map_err(MemberError::field)?;
    use_code(members, &Purpose::ChangeEmail(member, email.clone()), code, from).await?;
    let now = members.clock.now();
    members
        .infra
        .db
        .write("member.change_email", move |conn| {
            let account =
                store::account(&mut conn.as_read(), member)?.ok_or(MemberError::SessionEnded)?;
            store::set_email(conn, member, &email).map_err(MemberError::taken)?;
            store::note(conn, Some(member), Event::EmailChanged, now)?;
            let (old, language) = (account.email, account.language);
            store::insert_letter(conn, &Letter::EmailChanged { old, language }.about(), now)?;
            Ok::<_, MemberError>(())
        })
        .await?;
    members.post.wake();
    members.infra.db.show_to(vec![member]).await;
    Ok(())
}
