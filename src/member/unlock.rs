//! Use cases: have a code sent to the owner of a locked account, and unlock it with that.

use crate::infra::Freshness;

use super::account::{Language, LogInName};
use super::codes::{Purpose, may_ask, use_code};
use super::letters::{Letter, write_letter};
use super::lock::forget_wrong_passwords;
use super::store::{self, Event};
use super::{MemberError, Members};

/// Has a code sent to the address of an account. The answer does not tell whether there is one.
pub(super) async fn ask_for_unlock_code(
    members: &Members,
    name: &str,
    language: Language,
    from: &str,
) -> Result<(), MemberError> {
    let name = LogInName::parse(name).map_err(MemberError::field)?;
    may_ask(members, &Purpose::Unlock(name.as_str().to_owned()), from).await?;
    write_letter(members, Letter::UnlockCode { name, language }).await
}

/// Unlocks an account, and forgets the wrong passwords that were given for it.
pub(super) async fn unlock(
    members: &Members,
    name: &str,
    code: &str,
    from: &str,
) -> Result<(), MemberError> {
    let name = LogInName::parse(name).map_err(MemberError::field)?;
    use_code(members, &Purpose::Unlock(name.as_str().to_owned()), code, from).await?;
    let db = &members.infra.db;
    let account = db
        .read("member.by_name", Freshness::Latest, move |conn| {
            store::account_named(conn, name.as_str())
        })
        .await?;
    // The account has gone since the code was sent.
    let Some(account) = account else { return Err(MemberError::CodeExpired) };
    let (id, now) = (account.id, members.clock.now());
    db.write("member.unlock", move |conn| {
        if store::unlock_account(conn, id)? {
            store::note(conn, Some(id), Event::Unlocked, now)?;
        }
        Ok::<_, MemberError>(())
    })
    .await?;
    forget_wrong_passwords(members, id, &account.names()).await
}
