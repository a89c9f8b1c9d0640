//! Mail to members: what is to be said waits in an outbox table, so that a mail server that is down delays mail and
//! neither loses it nor makes anybody wait. A letter is put into words when it leaves: no code lies in a table, and a
//! code begins to age when it is sent.

mod compose;
mod postman;
mod texts;

use serde::{Deserialize, Serialize};

use crate::base::MemberId;

use super::account::{Email, Language, LogInName};
use super::{MemberError, Members, store};

pub(super) use self::postman::worker;

/// What a mail is to be about, and to whom. Members are written in their language, others in that of the page. A code
/// is for the browser that asked.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(tag = "letter", rename_all = "snake_case")]
pub(super) enum Letter {
    /// The code to sign up with; to an address that has an account, that it has.
    SignUpCode { email: Email, language: Language, browser: String },
    /// The code that unlocks the account of this name, if it has one.
    UnlockCode { name: LogInName, browser: String },
    /// The username of this address, or that it has no account.
    UsernameReminder { email: Email, language: Language },
    /// The code for a new password for the account of this name, if it has one.
    ResetCode { name: LogInName, browser: String },
    /// The code for another address; to an address that has an account, that it has.
    ChangeEmailCode { member: MemberId, email: Email, browser: String },
    /// That too many wrong passwords were given.
    AccountLocked { member: MemberId },
    /// That the password is another.
    PasswordChanged { member: MemberId },
    /// To the old address: that the account has another.
    EmailChanged { member: MemberId, old: String },
}

impl Letter {
    /// As the outbox keeps it: the same for two letters that say the same to the same.
    pub(super) fn about(&self) -> String {
        serde_json::json!(self).to_string()
    }

    /// Whether the mail has a code in it, which is another at each try.
    const fn has_code(&self) -> bool {
        match self {
            Self::SignUpCode { .. }
            | Self::UnlockCode { .. }
            | Self::ResetCode { .. }
            | Self::ChangeEmailCode { .. } => true,
            Self::UsernameReminder { .. }
            | Self::AccountLocked { .. }
            | Self::PasswordChanged { .. }
            | Self::EmailChanged { .. } => false,
        }
    }
}

/// Puts a letter in the outbox.
pub(super) async fn write_letter(members: &Members, letter: Letter) -> Result<(), MemberError> {
    let now = members.clock.now();
    members
        .infra
        .db
        .write("member.write_letter", move |conn| store::insert_letter(conn, &letter.about(), now))
        .await?;
    members.post.ring();
    Ok(())
}
