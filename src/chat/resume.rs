//! Use case: what a member's page must know after an absence.

use std::collections::HashSet;

use futures_util::{StreamExt, TryStreamExt, stream};

use crate::base::{MemberId, MessageId};
use crate::infra::{Freshness, Infra};
use crate::protocol::{Message, Place, ResumeAnswer};

use super::{ChatError, rooms, store};

/// Rooms that a fresh page gets at once; it asks for older ones.
const ROOMS: usize = 20;

/// The newest rooms, and every message newer than `since` in any room of the member, at most `limit`.
///
/// With more than `limit`, `complete` is false and there are none: a hole is never silent.
pub async fn resume(
    infra: &Infra,
    member: MemberId,
    since: Option<Place>,
    limit: usize,
) -> Result<ResumeAnswer, ChatError> {
    let (db, shared) = (&infra.db, &infra.shared);
    let page = rooms::list_rooms(infra, member, None, ROOMS).await?;
    let (share_typing, missed) = db
        .read("chat.resume", Freshness::SeenBy(member), move |conn| {
            let share_typing = store::share_typing(conn, member)?;
            let Some(since) = since else { return Ok((share_typing, None)) };
            let stored = store::messages_of_member(conn, member, since, limit + 1)?;
            let active = store::rooms_of_member(conn, member, limit)?;
            Ok::<_, ChatError>((share_typing, Some((since, stored, active))))
        })
        .await?;
    let Some((since, stored, active)) = missed else {
        let (rooms, messages) = (page.rooms, Vec::new());
        return Ok(ResumeAnswer { rooms, messages, complete: true, share_typing });
    };
    let mut known: HashSet<MessageId> = stored.iter().map(|message| message.id).collect();
    let mut messages: Vec<Message> = stored;
    let tails = stream::iter(active).map(|room| shared.rooms.tail(room, since));
    let tails: Vec<_> = tails.buffer_unordered(rooms::ROOMS_AT_ONCE).try_collect().await?;
    for tail in tails.into_iter().flatten() {
        // Those that say `stored` too: they may have been stored since the database was read.
        messages.extend(tail.messages.into_iter().filter(|message| known.insert(message.id)));
    }
    let complete = messages.len() <= limit;
    messages.sort_unstable_by_key(|message| (message.seq, message.room));
    if !complete {
        messages.clear();
    }
    Ok(ResumeAnswer { rooms: page.rooms, messages, complete, share_typing })
}
