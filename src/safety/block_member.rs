//! Use case: a member blocks another with whom it shares or shared a room. Their open room closes, a proposal of the two
//! ends, and they are not matched any more. Safe to repeat.

use crate::base::{MemberId, Timestamp};
use crate::chat::{close_room_of, have_met, room_closed_at, tell_closed};
use crate::infra::Infra;
use crate::infra::shared::After;

use super::{BlockView, SafetyError, end_proposal, store};

/// Blocks a member.
pub async fn block_member(
    infra: &Infra,
    member: MemberId,
    other: MemberId,
    now: Timestamp,
) -> Result<BlockView, SafetyError> {
    // To the end, even if whoever asked hangs up.
    let blocking = tokio::spawn(block(infra.clone(), member, other, now));
    blocking.await.unwrap_or(Err(SafetyError::Unfinished))
}

/// First the database, which opens no room for the two from then on; then whatever else has to know.
async fn block(
    infra: Infra,
    member: MemberId,
    other: MemberId,
    now: Timestamp,
) -> Result<BlockView, SafetyError> {
    let shared = &infra.shared;
    let write = infra.db.write("safety.block", move |conn| {
        store::hold(conn, [member, other])?;
        let have_met = have_met(&mut conn.as_read(), [member, other])?;
        if !have_met || !store::is_there(&mut conn.as_read(), member)? {
            return Err(SafetyError::MemberNotFound);
        }
        let is_new = store::insert_block(conn, member, other, now)?;
        let room = close_room_of(conn, member, other, now)?;
        let block = store::block(&mut conn.as_read(), member, other)?;
        let block = block.ok_or(SafetyError::MemberNotFound)?;
        // An earlier try may have died before the log knew.
        let before = room_closed_at(&mut conn.as_read(), member, other, block.blocked_at)?;
        Ok((block, is_new, room, before))
    });
    let (block, is_new, room, before) = write.await?;
    infra.db.show_to(vec![member, other]).await;
    // Each is tried whatever becomes of the others: what fails is done when the block is asked for again.
    let closed = match room.or(before) {
        Some(room) => tell_closed(shared, member, other, room).await,
        None => Ok(()),
    };
    let apart = shared.pool.block([member, other], now).await;
    let ended = end_proposal(&infra, member, Some(other), After::Waits, now).await;
    closed?;
    apart?;
    ended?;
    if is_new {
        metrics::counter!("blocks_total").increment(1);
    }
    Ok(block)
}
