//! Use case: a moderator lifts a suspension before its end. The member may log in again.

use tracing::info;

use crate::base::MemberId;

use super::store::{self, Happened};
use super::{MemberError, Members};

/// Lifts the suspension of a member that is in force.
pub(super) async fn release_member(
    members: &Members,
    member: MemberId,
    by: String,
) -> Result<(), MemberError> {
    let now = members.clock.now();
    let name = by.clone();
    let write = members.infra.db.write("member.release", move |conn| {
        if !store::hold_member(conn, member)? {
            return Err(MemberError::NoSuchMember);
        }
        if !store::release(conn, member, &name, now)? {
            return Err(MemberError::NotSuspended);
        }
        Ok(store::note(conn, Some(member), Happened::Released, now)?)
    });
    write.await?;
    info!(member.id = %member, by, "the suspension of a member was lifted");
    Ok(())
}
