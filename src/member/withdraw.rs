//! Use case: a member withdraws. Everything personal is erased at once; what was written stays in the histories of
//! the partners, as from a withdrawn member.

use secrecy::SecretString;

use crate::base::MemberId;
use crate::chat::{leave_every_room, tell_left};
use crate::infra::Freshness;
use crate::infra::shared::Key;

use super::lock::forget_wrong_passwords;
use super::session::close_sessions;
use super::store::{self, Event, Which};
use super::{MemberError, Members};

/// Erases an account, after the password was asked for.
pub(super) async fn withdraw(
    members: &Members,
    member: MemberId,
    password: SecretString,
) -> Result<(), MemberError> {
    let infra = &members.infra;
    let account = infra
        .db
        .read("member.account", Freshness::Latest, move |conn| store::account(conn, member))
        .await?
        .ok_or(MemberError::SessionEnded)?;
    let names = account.names();
    members.passwords.confirm(members, member, password, account.password_hash).await?;

    let (now, resent) = (members.clock.now(), members.auth.access_token());
    let (left, ended) = infra
        .db
        .write("member.withdraw", move |conn| {
            let left = leave_every_room(conn, member, now)?;
            let ended = store::end_sessions(conn, member, Which::All, now, resent)?;
            store::replace_image(conn, member, None, now)?;
            store::erase(conn, member, now)?;
            store::note(conn, Some(member), Event::Withdrawn, now)?;
            Ok::<_, MemberError>((left, ended))
        })
        .await?;
    metrics::counter!("withdrawals_total").increment(1);
    // It is done; what follows only hastens what would be noticed anyway.
    let mut shown = vec![member];
    shown.extend(left.iter().map(|(_, partner)| *partner));
    members.cleaner.wake();
    infra.db.show_to(shown).await;
    infra.cache.forget(Key::Face(member)).await?;
    infra.shared.values.take(Key::Place(member)).await?;
    forget_wrong_passwords(members, member, &names).await?;
    tell_left(&infra.shared, member, left).await?;
    close_sessions(members, member, ended).await?;
    Ok(infra.db.scrub().await?)
}
