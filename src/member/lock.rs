//! Too many wrong passwords lock an account against strangers, until a mailed code unlocks it.
//!
//! Nobody is told whether there is an account of a name. So wrong passwords are counted for names that nobody has
//! just as for accounts, with the same work; and who gave five for a name is told that it is locked, whether or not
//! there is anything to lock. A device that has logged in before is counted by itself: strangers cannot lock it out.

use std::time::Duration;

use crate::base::MemberId;
use crate::infra::shared::Key;

use super::codes::hash;
use super::letters::Letter;
use super::session::close_sessions;
use super::store::{self, Event, Names, Which};
use super::{MemberError, Members};

/// How long wrong passwords are remembered.
const IN_A_ROW: Duration = Duration::from_hours(24);

/// Counts a wrong password that a stranger gave for a name. The error says what the stranger is told.
pub(super) async fn count_stranger(
    members: &Members,
    name: &str,
    account: Option<(MemberId, bool)>,
) -> Result<MemberError, MemberError> {
    let values = &members.infra.shared.values;
    let whose = account.map_or_else(|| no_account(name), |(member, _)| of_account(member));
    let for_name = values.count(of_name(name), IN_A_ROW).await?;
    let for_account = values.count(whose, IN_A_ROW).await?;
    let limit = members.rules.lock_after;
    match account {
        Some((member, false)) if for_account >= limit => lock(members, Some(member)).await?,
        None if for_account == limit => lock(members, None).await?,
        _ => {}
    }
    Ok(if for_name > limit { MemberError::Locked } else { MemberError::CredentialsWrong })
}

/// Forgets the wrong passwords that were given for an account.
pub(super) async fn forget_wrong_passwords(
    members: &Members,
    member: MemberId,
    names: &Names,
) -> Result<(), MemberError> {
    let values = &members.infra.shared.values;
    for key in [of_account(member), of_name(&names.username), of_name(&names.email_key)] {
        values.take(key).await?;
    }
    Ok(())
}

/// Counts a wrong password given on a device that has logged in before. Too many, and the device is one no longer,
/// the account is locked and every log-in of it ends: whoever holds the device is not its owner.
pub(super) async fn count_known_device(
    members: &Members,
    member: MemberId,
    device: Vec<u8>,
) -> Result<(), MemberError> {
    let (limit, now) = (members.rules.lock_after, members.clock.now());
    let resent = members.auth.access_token();
    let ended = members
        .infra
        .db
        .write("member.wrong_on_known_device", move |conn| {
            if store::count_on_device(conn, &device, member)? < limit {
                return Ok(None);
            }
            store::forget_device(conn, &device, member)?;
            store::lock_account(conn, member, now)?;
            store::note(conn, Some(member), Event::Locked, now)?;
            let ended = store::end_sessions(conn, member, Which::All, now, resent)?;
            store::insert_letter(conn, &Letter::AccountLocked { member }.about(), now)?;
            Ok::<_, MemberError>(Some(ended))
        })
        .await?;
    let Some(ended) = ended else { return Ok(()) };
    members.post.wake();
    close_sessions(members, member, ended).await
}

/// Locks an account and has its member told. For nobody it does the same work, in the same time.
async fn lock(members: &Members, member: Option<MemberId>) -> Result<(), MemberError> {
    let (now, whose) = (members.clock.now(), member.unwrap_or_else(MemberId::fresh));
    members
        .infra
        .db
        .write("member.lock", move |conn| {
            store::lock_account(conn, whose, now)?;
            store::note(conn, member, Event::Locked, now)?;
            store::insert_letter(conn, &Letter::AccountLocked { member: whose }.about(), now)
        })
        .await?;
    members.post.wake();
    metrics::counter!("accounts_locked_total").increment(1);
    Ok(())
}

fn of_account(member: MemberId) -> Key {
    Key::WrongPasswords(hash(&format!("account {member}")))
}

fn no_account(name: &str) -> Key {
    Key::WrongPasswords(hash(&format!("nobody {name}")))
}

fn of_name(name: &str) -> Key {
    Key::WrongPasswords(hash(&format!("name {name}")))
}
