//! Use case: a moderator suspends a member. Its log-ins end, its sockets close, it leaves the queue and cannot log in, until
//! the suspension is over or lifted.

use std::time::Duration;

use tracing::{info, warn};

use crate::base::{MemberId, SessionId, Timestamp};
use crate::http::Suspended;
use crate::infra::WriteConn;
use crate::infra::shared::{After, Key, Left};
use crate::safety::end_proposal;

use super::session::close_suspended;
use super::store::{self, Happened, NewSuspension, Which};
use super::{MemberError, Members};

/// How often the ticket is taken out anew, when it was proposed meanwhile.
const ATTEMPTS: usize = 4;

/// Suspends a member, whose suspension before, if it is in force, ends.
pub(super) async fn suspend_member(
    members: &Members,
    member: MemberId,
    new: NewSuspension,
) -> Result<(), MemberError> {
    // To the end, even if whoever asked hangs up.
    let suspending = tokio::spawn(suspend(members.clone(), member, new));
    suspending.await.unwrap_or(Err(MemberError::Unfinished))
}

async fn suspend(
    members: Members,
    member: MemberId,
    new: NewSuspension,
) -> Result<(), MemberError> {
    let (now, resent) = (members.clock.now(), members.auth.access_token());
    let (by, until) = (new.by.clone(), new.until);
    let write = members.infra.db.write("member.suspend", move |conn| {
        impose(conn, member, &new, now, resent)?.ok_or(MemberError::NoSuchMember)
    });
    let ended = write.await?;
    let until = until.map(tracing::field::display);
    info!(member.id = %member, by, until, "a member was suspended");
    enforce(&members, member, ended).await;
    Ok(())
}

/// Suspends a member in the transaction of the caller; afterwards [`enforce`]. Returns the log-ins that ended; none: there is
/// no such member.
pub(super) fn impose(
    conn: &mut WriteConn<'_>,
    member: MemberId,
    new: &NewSuspension,
    now: Timestamp,
    resent: Duration,
) -> Result<Option<Vec<SessionId>>, MemberError> {
    let is_there = store::hold_member(conn, member)?;
    if is_there { impose_on_held(conn, member, new, now, resent).map(Some) } else { Ok(None) }
}

/// The same, unless the member is suspended for longer already.
pub(super) fn impose_at_least(
    conn: &mut WriteConn<'_>,
    member: MemberId,
    new: &NewSuspension,
    now: Timestamp,
    resent: Duration,
) -> Result<Option<Vec<SessionId>>, MemberError> {
    if !store::hold_member(conn, member)? {
        return Ok(None);
    }
    let in_force = store::suspension_of(&mut conn.as_read(), member, now)?;
    let lasts_longer = |known: Suspended| match (known.until, new.until) {
        (Some(known), Some(new)) => known >= new,
        (None, Some(_)) => true,
        (_, None) => false,
    };
    if in_force.is_some_and(lasts_longer) {
        return Ok(None);
    }
    impose_on_held(conn, member, new, now, resent).map(Some)
}

fn impose_on_held(
    conn: &mut WriteConn<'_>,
    member: MemberId,
    new: &NewSuspension,
    now: Timestamp,
    resent: Duration,
) -> Result<Vec<SessionId>, MemberError> {
    store::release(conn, member, &new.by, now)?;
    store::insert_suspension(conn, member, new, now)?;
    store::note(conn, Some(member), Happened::Suspended, now)?;
    Ok(store::end_sessions(conn, member, Which::All, now, resent)?)
}

/// Closes the sockets of a suspended member and takes it out of the queue. The database keeps it from new log-ins and from
/// new rooms whether or not this succeeds.
pub(super) async fn enforce(members: &Members, member: MemberId, ended: Vec<SessionId>) {
    metrics::counter!("suspensions_total").increment(1);
    close_suspended(members, member, ended).await;
    if let Err(error) = leave_queue(members, member).await {
        warn!(%error, member.id = %member, "a suspended member stays in the queue until its connection is missed");
    }
}

async fn leave_queue(members: &Members, member: MemberId) -> Result<(), MemberError> {
    let (infra, now) = (&members.infra, members.clock.now());
    for _ in 0..ATTEMPTS {
        match infra.shared.pool.leave(member, now).await? {
            Left::Gone | Left::NotThere => break,
            Left::Proposed(_) => end_proposal(infra, member, None, After::Leaves, now).await?,
        }
    }
    Ok(infra.cache.forget(Key::Face(member)).await?)
}
