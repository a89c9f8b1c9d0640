//! Use case: sent messages become stored ones (called by `chat_writer`).

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use futures_util::{StreamExt, stream};
use tracing::warn;

use crate::base::{MemberId, MessageId, RoomId};
use crate::infra::Db;
use crate::infra::shared::{LogEntry, Shared};
use crate::protocol::{Event, Place, ServerFrame, Stored};

use super::{ChatError, store};

/// Members who are told at the same time.
const AT_ONCE: usize = 64;

/// What of one room a batch has.
struct NewlyStored {
    members: [MemberId; 2],
    ids: Vec<MessageId>,
    up_to: Place,
}

/// Commits messages that were stored once already, for a database that may have forgotten them. Returns how
/// many it had. Nobody is told: their members know them as stored.
pub async fn store_again(db: &Db, batch: &[LogEntry]) -> Result<usize, ChatError> {
    let members: HashSet<MemberId> = batch.iter().flat_map(|entry| entry.members).collect();
    let messages: Vec<_> = batch.iter().map(|entry| entry.message.clone()).collect();
    let forgotten: usize =
        db.write("chat.store_again", move |conn| store::insert_messages(conn, &messages)).await?;
    if forgotten > 0 {
        db.show_to(members.into_iter().collect()).await;
    }
    Ok(forgotten)
}

/// Commits messages in one transaction, then acknowledges them to the log, then tells both members.
///
/// Safe to repeat: a message that is stored already changes nothing.
pub async fn store_messages(db: &Db, shared: &Shared, batch: &[LogEntry]) -> Result<(), ChatError> {
    let messages: Vec<_> = batch.iter().map(|entry| entry.message.clone()).collect();
    let new: usize = db
        .write("chat.store_messages", move |conn| store::insert_messages(conn, &messages))
        .await?;
    let mut rooms: HashMap<RoomId, NewlyStored> = HashMap::new();
    for LogEntry { message, members, .. } in batch {
        let new = || NewlyStored { members: *members, ids: Vec::new(), up_to: message.seq };
        let stored = rooms.entry(message.room).or_insert_with(new);
        stored.ids.push(message.id);
        stored.up_to = stored.up_to.max(message.seq);
    }
    let members: HashSet<MemberId> = rooms.values().flat_map(|stored| stored.members).collect();
    // Before the log calls them stored: who finds them there then finds them in the database.
    db.show_to(members.into_iter().collect()).await;
    shared.rooms.acknowledge(batch).await?;
    metrics::counter!("messages_stored_total").increment(new as u64);
    metrics::counter!("messages_repeated_total").increment((batch.len() - new) as u64);
    let mut tellings = Vec::with_capacity(2 * rooms.len());
    for (room, NewlyStored { members, ids, up_to }) in rooms {
        let frame = Arc::new(ServerFrame::Stored(Stored { room, ids }));
        let told = Event::Show { frame, except: None, place: Some(up_to) };
        tellings.extend(members.map(|member| (member, told.clone())));
    }
    let tellings = stream::iter(tellings).map(|(member, told)| {
        let inboxes = shared.inboxes.clone();
        async move { inboxes.deliver(member, told).await }
    });
    // They are stored, whether or not everybody hears of it: a page that does not asks again.
    let told: Vec<_> = tellings.buffer_unordered(AT_ONCE).collect().await;
    if let Some(error) = told.into_iter().find_map(Result::err) {
        warn!(%error, "not everybody could be told what is stored");
    }
    Ok(())
}
