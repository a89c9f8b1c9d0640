//! Worker: a promoted replica may have missed the newest commits. The log still has what was stored in the
//! last minutes, and stores it again.

use std::slice::from_ref;
use std::time::Duration;

use tokio::time::{MissedTickBehavior, interval};
use tracing::{error, info, warn};

use crate::chat::{ChatError, store_again};
use crate::infra::shared::{Key, LogEntry};
use crate::runtime::Stop;

use super::Writer;

/// How often the database is asked which history it is in.
const EVERY: Duration = Duration::from_secs(1);
/// Life of what it said.
const REMEMBERED: Duration = Duration::from_hours(30 * 24);

/// Watches the history of the database until it is told to stop.
pub(super) async fn run(writer: Writer, stop: Stop) -> anyhow::Result<()> {
    let mut rounds = interval(EVERY);
    rounds.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            () = stop.finish() => return Ok(()),
            _ = rounds.tick() => {}
        }
        let looked = tokio::select! {
            () = stop.finish() => return Ok(()),
            looked = look(&writer) => looked,
        };
        if let Err(error) = looked {
            warn!(%error, "the history of the database is not known, asking again");
        }
    }
}

/// Stores everything again that the log has, if the database is in another history than before. Every
/// writer that notices does, and says only then that it was done.
async fn look(writer: &Writer) -> Result<(), ChatError> {
    let Some(now) = writer.infra.db.history().await? else { return Ok(()) };
    let values = &writer.infra.shared.values;
    let before = values.get(Key::DatabaseHistory).await?;
    if before.as_ref() == Some(&now) {
        return Ok(());
    }
    if let Some(before) = before {
        warn!(%before, %now, "another database took over, storing again what it may have missed");
        let forgotten = replay(writer).await?;
        metrics::counter!("messages_replayed_total").increment(forgotten as u64);
        info!(forgotten, "stored again");
    }
    Ok(values.put(Key::DatabaseHistory, now, REMEMBERED).await?)
}

async fn replay(writer: &Writer) -> Result<usize, ChatError> {
    let (mut after, mut forgotten) = (None, 0);
    loop {
        let kept = writer.infra.shared.rooms.kept(after, writer.rules.batch_max).await?;
        if kept.up_to.is_none() {
            return Ok(forgotten);
        }
        after = kept.up_to;
        forgotten += store(writer, &kept.entries).await?;
    }
}

/// Stores a batch; if the database refuses one of its messages, all others.
async fn store(writer: &Writer, batch: &[LogEntry]) -> Result<usize, ChatError> {
    match store_again(&writer.infra.db, batch).await {
        Err(ChatError::Db(error)) if error.is_for_ever() => {}
        done => return done,
    }
    let mut forgotten = 0;
    for entry in batch {
        match store_again(&writer.infra.db, from_ref(entry)).await {
            Err(ChatError::Db(error)) if error.is_for_ever() => {
                let (room, message) = (entry.message.room, entry.message.id);
                // Its room is gone too, for example.
                error!(%error, room.id = %room, message.id = %message, "a message is lost");
                metrics::counter!("messages_lost_total").increment(1);
            }
            done => forgotten += done?,
        }
    }
    Ok(forgotten)
}
