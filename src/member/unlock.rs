//! Use cases: have a code sent to the owner of a locked account, and unlock it with that.

use super::account::LogInName;
use super::codes::{Asker, Purpose, may_ask, use_code};
use super::find_account::account_named;
use super::letters::{Letter, write_letter};
use super::lock::{forget_wrong_passwords, forget_wrong_passwords_from};
use super::store::{self, Happened};
use super::{MemberError, Members};

/// Has a code sent to the address of an account. The answer does not tell whether there is one.
pub(super) async fn ask_for_unlock_code(
    members: &Members,
    name: &str,
    asker: &Asker,
) -> Result<(), MemberError> {
    let name = LogInName::parse(name).map_err(MemberError::field)?;
    may_ask(members, &Purpose::Unlock(name.clone()), asker).await?;
    let browser = asker.browser.clone();
    write_letter(members, Letter::UnlockCode { name, browser }).await
}

/// Unlocks an account, and forgets the wrong passwords that were given for it.
pub(super) async fn unlock(
    members: &Members,
    name: &str,
    code: &str,
    asker: &Asker,
) -> Result<(), MemberError> {
    let name = LogInName::parse(name).map_err(MemberError::field)?;
    use_code(members, &Purpose::Unlock(name.clone()), code, asker).await?;
    let account = account_named(members, &name).await?;
    // The account has gone since the code was sent.
    let Some(account) = account else { return Err(MemberError::CodeExpired) };
    let (id, now) = (account.id, members.clock.now());
    let unlocking = members.infra.db.write("member.unlock", move |conn| {
        if store::unlock_account(conn, id)? {
            store::note(conn, Some(id), Happened::Unlocked, now)?;
        }
        Ok::<_, MemberError>(())
    });
    unlocking.await?;
    forget_wrong_passwords_from(members, name.as_str(), &asker.from).await?;
    forget_wrong_passwords(members, id).await
}
