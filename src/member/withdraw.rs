//! Use case: a member withdraws. Everything personal is erased at once; what was written stays in the histories of
//! the partners, as from a withdrawn member.

use secrecy::SecretString;
use tracing::warn;

use crate::base::{MemberId, RoomId};
use crate::chat::{leave_every_room, tell_left};
use crate::infra::shared::Key;
use crate::safety::forget_blocks;

use super::confirm::confirm;
use super::lock::forget_wrong_passwords;
use super::session::close_sessions;
use super::store::{self, Happened, Which};
use super::{MemberError, Members};

/// Erases an account, after the password was asked for.
pub(super) async fn withdraw(
    members: &Members,
    member: MemberId,
    password: SecretString,
) -> Result<(), MemberError> {
    confirm(members, member, password).await?;
    // To the end, even if whoever asked hangs up.
    let going = tokio::spawn(go(members.clone(), member));
    going.await.unwrap_or(Err(MemberError::Unfinished))
}

/// First the rooms, with the account still there: if that fails half-way it can be asked for again. Then the account.
async fn go(members: Members, member: MemberId) -> Result<(), MemberError> {
    let (infra, now) = (&members.infra, members.clock.now());
    infra.shared.pool.leave(member, now).await?;
    let mut left = infra
        .db
        .write("member.leave_rooms", move |conn| leave_every_room(conn, member, now))
        .await?;
    let mut shown = vec![member];
    shown.extend(left.iter().map(|(_, partner)| *partner));
    infra.db.show_to(shown).await;
    tell_left(&infra.shared, member, left.clone()).await?;

    let resent = members.auth.access_token();
    let (meanwhile, ended) = infra
        .db
        .write("member.withdraw", move |conn| {
            // One may have been opened meanwhile.
            let meanwhile = leave_every_room(conn, member, now)?;
            let ended = store::end_sessions(conn, member, Which::All, now, resent)?;
            store::replace_image(conn, member, None, now)?;
            store::erase(conn, member, now)?;
            forget_blocks(conn, member)?;
            store::note(conn, Some(member), Happened::Withdrawn, now)?;
            Ok::<_, MemberError>((meanwhile, ended))
        })
        .await?;
    metrics::counter!("withdrawals_total").increment(1);
    members.cleaner.ring();
    close_sessions(&members, member, ended).await;
    // The partners' pages hear of it once more, and find who has withdrawn.
    left.extend(meanwhile);
    if let Err(error) = forget(&members, member, left).await {
        // Each of these ends by itself within minutes.
        warn!(%error, "something of a withdrawn member stays for a while");
    }
    Ok(())
}

async fn forget(
    members: &Members,
    member: MemberId,
    left: Vec<(RoomId, MemberId)>,
) -> Result<(), MemberError> {
    let infra = &members.infra;
    infra.db.show_to(left.iter().map(|(_, partner)| *partner).collect()).await;
    tell_left(&infra.shared, member, left).await?;
    infra.cache.forget(Key::Face(member)).await?;
    infra.shared.values.take(Key::Place(member)).await?;
    forget_wrong_passwords(members, member).await?;
    Ok(infra.db.scrub().await?)
}
