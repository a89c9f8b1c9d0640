//! What a letter says, and to whom, at the time it leaves.

use crate::infra::Freshness;
use crate::member::account::{Email, LogInName};
use crate::member::codes::{Purpose, make_code, make_no_code};
use crate::member::find_account::{account_named, account_of};
use crate::member::store::{self, Account};
use crate::member::{MemberError, Members};

use super::Letter;
use super::texts::{Text, Words};

/// Puts a letter into words. None: there is nobody to write to.
pub(super) async fn compose(
    members: &Members,
    letter: Letter,
) -> Result<Option<Words>, MemberError> {
    let url = &*members.public_url;
    let minutes = members.rules.code_s / 60;
    let words = |to: &str, language, text: Text<'_>| Some(Words::new(to, language, &text, url));
    Ok(match letter {
        Letter::SignUpCode { email, language, browser } => {
            let purpose = Purpose::SignUp(email.clone());
            if is_known(members, &email).await? {
                make_no_code(members, &purpose, &browser).await?;
                words(email.as_str(), language, Text::HasAccount)
            } else {
                let code = make_code(members, &purpose, &browser).await?;
                words(email.as_str(), language, Text::SignUpCode { code: &code, minutes })
            }
        }
        Letter::UnlockCode { name, browser } => {
            let purpose = Purpose::Unlock(name.clone());
            match account_named(members, &name).await? {
                Some(account) if account.is_locked => {
                    let code = make_code(members, &purpose, &browser).await?;
                    let text = Text::UnlockCode { code: &code, minutes };
                    words(&account.email, account.language, text)
                }
                Some(account) => {
                    make_no_code(members, &purpose, &browser).await?;
                    words(&account.email, account.language, Text::NotLocked)
                }
                None => {
                    make_no_code(members, &purpose, &browser).await?;
                    None
                }
            }
        }
        Letter::UsernameReminder { email, language } => {
            match account_named(members, &LogInName::of_email(&email)).await? {
                Some(Account { email, language, username, .. }) => {
                    words(&email, language, Text::Username { username: &username })
                }
                None => words(email.as_str(), language, Text::NoAccount),
            }
        }
        Letter::ResetCode { name, browser } => {
            let purpose = Purpose::ResetPassword(name.clone());
            if let Some(account) = account_named(members, &name).await? {
                let code = make_code(members, &purpose, &browser).await?;
                words(&account.email, account.language, Text::ResetCode { code: &code, minutes })
            } else {
                make_no_code(members, &purpose, &browser).await?;
                None
            }
        }
        Letter::ChangeEmailCode { member, email, browser } => {
            let Some(account) = account_of(members, member).await? else { return Ok(None) };
            let purpose = Purpose::ChangeEmail(member, email.clone());
            if is_known(members, &email).await? {
                make_no_code(members, &purpose, &browser).await?;
                words(email.as_str(), account.language, Text::HasAccount)
            } else {
                let code = make_code(members, &purpose, &browser).await?;
                let text = Text::ChangeEmailCode { code: &code, minutes };
                words(email.as_str(), account.language, text)
            }
        }
        Letter::AccountLocked { member } => account_of(members, member)
            .await?
            .and_then(|account| words(&account.email, account.language, Text::Locked)),
        Letter::PasswordChanged { member } => account_of(members, member)
            .await?
            .and_then(|account| words(&account.email, account.language, Text::PasswordChanged)),
        Letter::EmailChanged { member, old } => account_of(members, member)
            .await?
            .and_then(|account| words(&old, account.language, Text::EmailChanged)),
    })
}

async fn is_known(members: &Members, email: &Email) -> Result<bool, MemberError> {
    let key = email.key();
    members
        .infra
        .db
        .read("member.email_is_known", Freshness::Latest, move |conn| {
            Ok(store::email_is_known(conn, &key)?)
        })
        .await
}
