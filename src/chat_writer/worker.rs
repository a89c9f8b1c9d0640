//! Worker: takes sent messages from the room log and stores them, batch by batch.

use std::slice::from_ref;
use std::time::Duration;

use tokio::time::{Instant, sleep};
use tracing::{error, warn};

use crate::chat::{ChatError, store_messages};
use crate::infra::DbError;
use crate::infra::shared::LogEntry;
use crate::runtime::Stop;

use super::Writer;

/// How long one look at an empty log waits for the next message.
const WAIT: Duration = Duration::from_millis(250);
/// How often it is counted what waits: that asks every part of the log.
const COUNT_EVERY: Duration = Duration::from_secs(1);

/// Stores until it is told to stop, and then until nothing is left.
pub(super) async fn run(writer: Writer, stop: Stop) -> anyhow::Result<()> {
    let mut pause = writer.rules.retry_from();
    let mut counted_at = None;
    loop {
        count_backlog(&writer, &mut counted_at).await;
        tokio::select! {
            () = stop.drop_everything() => return Ok(()),
            stored = step(&writer) => match stored {
                Ok(0) if stop.is_finishing() => return Ok(()),
                Ok(_) => pause = writer.rules.retry_from(),
                Err(error) => {
                    warn!(%error, pause_ms = pause.as_millis(), "messages could not be stored, trying again");
                    tokio::select! {
                        () = stop.drop_everything() => return Ok(()),
                        () = sleep(pause) => pause = (pause * 2).min(writer.rules.retry_to()),
                    }
                }
            },
        }
    }
}

/// Shows now and then how many messages wait.
async fn count_backlog(writer: &Writer, counted_at: &mut Option<Instant>) {
    if counted_at.is_some_and(|at| at.elapsed() < COUNT_EVERY) {
        return;
    }
    *counted_at = Some(Instant::now());
    if let Ok(backlog) = writer.infra.shared.rooms.backlog().await {
        #[expect(clippy::cast_precision_loss, reason = "a gauge of messages that wait")]
        metrics::gauge!("messages_backlog").set(backlog as f64);
    }
}

/// Stores one batch. What fails is taken again after a while, as if another writer had died with it.
async fn step(writer: &Writer) -> Result<usize, ChatError> {
    let shared = &writer.infra.shared;
    let batch = shared.rooms.take(writer.rules.batch_max, WAIT).await?;
    if batch.is_empty() {
        return Ok(0);
    }
    store(writer, &batch).await?;
    for entry in &batch {
        let age = writer.clock.now().since(entry.message.sent_at);
        metrics::histogram!("message_stored_seconds").record(age);
    }
    Ok(batch.len())
}

/// Stores a batch, again and again while the database is away. One message that can never be stored
/// must not hold up the others: then they are stored one by one.
async fn store(writer: &Writer, batch: &[LogEntry]) -> Result<(), ChatError> {
    let mut pause = writer.rules.retry_from();
    let mut failures = 0;
    loop {
        match store_messages(&writer.infra.db, &writer.infra.shared, batch).await {
            Ok(()) => return Ok(()),
            Err(ChatError::Db(error)) if error.is_for_ever() => {
                warn!(%error, batch.size = batch.len(), "a batch is refused, storing one by one");
                for entry in batch {
                    store_alone(writer, entry).await?;
                }
                return Ok(());
            }
            Err(ChatError::Db(error)) => {
                warn!(%error, batch.size = batch.len(), "a batch failed, messages wait");
                failures += u32::from(!error.is_passing());
                if failures >= writer.rules.tries {
                    store_those_that_can_be(writer, batch).await;
                    return Ok(());
                }
                sleep(pause).await;
                pause = (pause * 2).min(writer.rules.retry_to());
            }
            Err(error) => return Err(error),
        }
    }
}

/// Perhaps it is one message that the database cannot take for reasons that nobody thought of. Only that one
/// then waits: it is not acknowledged, so it comes again.
async fn store_those_that_can_be(writer: &Writer, batch: &[LogEntry]) {
    for entry in batch {
        let stored = store_messages(&writer.infra.db, &writer.infra.shared, from_ref(entry)).await;
        if let Err(error) = stored {
            let (room, message) = (entry.message.room, entry.message.id);
            warn!(%error, room.id = %room, message.id = %message, "a message waits");
        }
    }
}

/// Stores one message, or puts it aside after so many tries.
async fn store_alone(writer: &Writer, entry: &LogEntry) -> Result<(), ChatError> {
    let mut pause = writer.rules.retry_from();
    let mut failures = 0;
    loop {
        let stored = store_messages(&writer.infra.db, &writer.infra.shared, from_ref(entry)).await;
        let error: DbError = match stored {
            Err(ChatError::Db(error)) => error,
            other => return other,
        };
        if error.is_for_ever() {
            failures += 1;
        }
        if failures >= writer.rules.tries {
            let (room, message) = (entry.message.room, entry.message.id);
            error!(%error, room.id = %room, message.id = %message, "a message was put aside");
            metrics::counter!("messages_set_aside_total").increment(1);
            return Ok(writer.infra.shared.rooms.set_aside(entry, &error.to_string()).await?);
        }
        sleep(pause).await;
        pause = (pause * 2).min(writer.rules.retry_to());
    }
}
