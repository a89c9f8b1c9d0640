//! Use case: a member lifts a block. The two may be matched again; their room stays closed. Safe to repeat.

use crate::base::{MemberId, Timestamp};
use crate::infra::{Freshness, Infra};

use super::{SafetyError, store};

/// Lifts a block. That there is none is no error.
pub async fn unblock_member(
    infra: &Infra,
    member: MemberId,
    other: MemberId,
    now: Timestamp,
) -> Result<(), SafetyError> {
    let pair = [member, other];
    let write = infra.db.write("safety.unblock", move |conn| {
        store::delete_block(conn, member, other)?;
        Ok::<_, SafetyError>(store::is_blocked(&mut conn.as_read(), pair)?)
    });
    let is_still_blocked = write.await?;
    infra.db.show_to(vec![member]).await;
    if is_still_blocked {
        return Ok(());
    }
    infra.shared.pool.unblock(pair).await?;
    let read = infra.db.read("safety.is_blocked", Freshness::Latest, move |conn| {
        Ok::<_, SafetyError>(store::is_blocked(conn, pair)?)
    });
    // The other may block just now.
    if read.await? {
        infra.shared.pool.block(pair, now).await?;
    }
    Ok(())
}
