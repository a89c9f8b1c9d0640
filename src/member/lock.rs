//! Too many wrong passwords lock an account against strangers, until a mailed code unlocks it.
//!
//! Nobody is told whether there is an account of a name. So wrong passwords are counted for names that nobody has
//! just as for accounts, with the same work; and who gave more than five for a name is told that it is locked, whether
//! or not there is anything to lock. A device that has logged in before is counted by itself: strangers cannot lock it out.

use std::time::Duration;

use crate::base::MemberId;
use crate::infra::shared::Key;

use super::codes::hash;
use super::letters::Letter;
use super::session::close_sessions;
use super::store::{self, Happened, Which};
use super::{MemberError, Members};

/// How long wrong passwords are remembered.
const IN_A_ROW: Duration = Duration::from_hours(24);

/// Counts a wrong password that a stranger gave for a name. The error says what the stranger is told: that depends on
/// what came for this name from its own network address alone.
pub(super) async fn count_stranger(
    members: &Members,
    name: &str,
    from: &str,
    account: Option<(MemberId, bool)>,
) -> Result<MemberError, MemberError> {
    let values = &members.infra.shared.values;
    let whose = account.map_or_else(|| no_account(name), |(member, _)| of_account(member));
    let from_there = count_from(members, name, from).await?;
    let for_account = values.count(whose, IN_A_ROW).await?;
    let limit = members.rules.lock_after;
    match account {
        Some((member, false)) if for_account >= limit => lock(members, Some(member)).await?,
        // The same work for who is nobody, or locked already.
        _ if for_account == limit => lock(members, None).await?,
        _ => {}
    }
    Ok(if from_there > limit { MemberError::Locked } else { MemberError::CredentialsWrong })
}

/// Counts a wrong password for a name from a network address. How many there were.
pub(super) async fn count_from(
    members: &Members,
    name: &str,
    from: &str,
) -> Result<u32, MemberError> {
    Ok(members.infra.shared.values.count(of_name(name, from), IN_A_ROW).await?)
}

/// Forgets the wrong passwords that were given for an account.
pub(super) async fn forget_wrong_passwords(
    members: &Members,
    member: MemberId,
) -> Result<(), MemberError> {
    members.infra.shared.values.take(of_account(member)).await?;
    Ok(())
}

/// Forgets what came for a name from the network address of somebody who has shown to be its owner.
pub(super) async fn forget_wrong_passwords_from(
    members: &Members,
    name: &str,
    from: &str,
) -> Result<(), MemberError> {
    members.infra.shared.values.take(of_name(name, from)).await?;
    Ok(())
}

/// Counts a try on a device that has logged in before; logging in begins the count anew. None: it is such a device no
/// more.
pub(super) async fn count_known_device(
    members: &Members,
    member: MemberId,
    device: Vec<u8>,
) -> Result<Option<u32>, MemberError> {
    let counted = members
        .infra
        .db
        .write("member.try_on_known_device", move |conn| {
            store::count_on_device(conn, &device, member)
        })
        .await?;
    Ok(counted.filter(|count| *count <= members.rules.lock_after))
}

/// Too many wrong passwords on a device that has logged in before: it is one no more, the account is locked, and every
/// log-in of it ends, for whoever holds the device is not its owner.
pub(super) async fn lock_out_device(
    members: &Members,
    member: MemberId,
    device: Vec<u8>,
) -> Result<(), MemberError> {
    let (now, resent) = (members.clock.now(), members.auth.access_token());
    let ended = members
        .infra
        .db
        .write("member.lock_out_device", move |conn| {
            store::lock_account(conn, member, now)?;
            store::forget_device(conn, &device, member)?;
            store::note(conn, Some(member), Happened::Locked, now)?;
            store::insert_letter(conn, &Letter::AccountLocked { member }.about(), now)?;
            store::end_sessions(conn, member, Which::All, now, resent)
        })
        .await?;
    members.post.ring();
    metrics::counter!("accounts_locked_total").increment(1);
    close_sessions(members, member, ended).await;
    Ok(())
}

/// Locks an account and has its member told. For nobody it does the same work, in the same time.
async fn lock(members: &Members, member: Option<MemberId>) -> Result<(), MemberError> {
    let (now, whose) = (members.clock.now(), member.unwrap_or_else(MemberId::fresh));
    members
        .infra
        .db
        .write("member.lock", move |conn| {
            store::lock_account(conn, whose, now)?;
            store::note(conn, member, Happened::Locked, now)?;
            store::insert_letter(conn, &Letter::AccountLocked { member: whose }.about(), now)
        })
        .await?;
    members.post.ring();
    if member.is_some() {
        metrics::counter!("accounts_locked_total").increment(1);
    }
    Ok(())
}

fn of_account(member: MemberId) -> Key {
    Key::WrongPasswords(hash(&format!("account {member}")))
}

fn no_account(name: &str) -> Key {
    Key::WrongPasswords(hash(&format!("nobody {name}")))
}

fn of_name(name: &str, from: &str) -> Key {
    Key::WrongPasswords(hash(&format!("name {name} {from}")))
}
