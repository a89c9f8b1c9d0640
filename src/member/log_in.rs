//! Use case: name and password become a session.

use secrecy::SecretString;

use crate::base::MemberId;
use crate::infra::Freshness;
use crate::infra::shared::Rate;

use super::{MemberError, Members, store};

/// Checks username or e-mail address and password. Wrong ones in a row lock the account for a while.
pub(super) async fn log_in(
    members: &Members,
    login: &str,
    password: SecretString,
    from: &str,
) -> Result<MemberId, MemberError> {
    let rules = &members.rules;
    let rate = Rate::per_minute(rules.log_ins_per_minute);
    members.infra.shared.limits.check("log-in", from, rate).await??;
    let key = login.trim().to_lowercase();
    let db = &members.infra.db;
    let known = db
        .read("member.credentials", Freshness::Latest, move |conn| store::credentials(conn, &key))
        .await?;
    let now = members.clock.now();
    if let Some(until) = known.as_ref().and_then(|known| known.locked_until)
        && until > now
    {
        return Err(MemberError::Locked(until.since(now)));
    }
    let hash = known.as_ref().map(|known| known.password_hash.clone());
    let right = members.passwords.verify(password, hash).await?;
    let Some(known) = known else { return Err(MemberError::CredentialsWrong) };
    let id = known.id;
    let (lock_after, lock_until) = (rules.lock_after, now + rules.lock());
    if right {
        if known.failed_log_ins > 0 {
            db.write("member.log_in_right", move |conn| store::forget_failures(conn, id)).await?;
        }
        return Ok(id);
    }
    db.write("member.log_in_wrong", move |conn| {
        store::count_failure(conn, id, lock_after, lock_until)
    })
    .await?;
    Err(MemberError::CredentialsWrong)
}
