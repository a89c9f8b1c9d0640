//! Use case: a member moves to another address, which is proved like the first.

use secrecy::SecretString;

use crate::base::MemberId;

use super::account::Email;
use super::codes::{Asker, Purpose, may_ask, use_code};
use super::confirm::confirm;
use super::letters::{Letter, write_letter};
use super::store::{self, Happened};
use super::{MemberError, Members};

/// Has a code sent to the new address, after the password was asked for. An address that has an account gets a mail
/// that says so, and nobody else is told.
pub(super) async fn ask_for_change_code(
    members: &Members,
    member: MemberId,
    email: &str,
    password: SecretString,
    asker: &Asker,
) -> Result<(), MemberError> {
    let email = Email::parse(email).map_err(MemberError::field)?;
    confirm(members, member, password).await?;
    may_ask(members, &Purpose::ChangeEmail(member, email.clone()), asker).await?;
    let browser = asker.browser.clone();
    write_letter(members, Letter::ChangeEmailCode { member, email, browser }).await
}

/// Moves a member to an address with the code that was sent there. The old address is told.
pub(super) async fn change_email(
    members: &Members,
    member: MemberId,
    email: &str,
    code: &str,
    asker: &Asker,
) -> Result<(), MemberError> {
    let email = Email::parse(email).map_err(MemberError::field)?;
    use_code(members, &Purpose::ChangeEmail(member, email.clone()), code, asker).await?;
    let now = members.clock.now();
    members
        .infra
        .db
        .write("member.change_email", move |conn| {
            let account =
                store::account(&mut conn.as_read(), member)?.ok_or(MemberError::SessionEnded)?;
            if !store::set_email(conn, member, &email).map_err(MemberError::taken)? {
                return Err(MemberError::SessionEnded);
            }
            store::note(conn, Some(member), Happened::EmailChanged, now)?;
            let letter = Letter::EmailChanged { member, old: account.email };
            store::insert_letter(conn, &letter.about(), now)?;
            Ok(())
        })
        .await?;
    members.post.ring();
    members.infra.db.show_to(vec![member]).await;
    Ok(())
}
