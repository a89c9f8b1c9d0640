//! Use case: a forgotten username is mailed to the address of its account.

use super::account::{Email, Language};
use super::codes::{Asker, Purpose, may_ask};
use super::letters::{Letter, write_letter};
use super::{MemberError, Members};

/// Has the username sent. The answer does not tell whether the address has an account; the mail does.
pub(super) async fn remind_username(
    members: &Members,
    email: &str,
    language: Language,
    asker: &Asker,
) -> Result<(), MemberError> {
    let email = Email::parse(email).map_err(MemberError::field)?;
    may_ask(members, &Purpose::RemindUsername(email.clone()), asker).await?;
    write_letter(members, Letter::UsernameReminder { email, language }).await
}
