//! The worker that deletes objects nobody needs any more. Every `member` runs one; of two each takes others. One
//! that dies on its way leaves its objects to the others; to delete one again changes nothing.

use std::sync::Arc;
use std::time::Duration;

use futures_util::{StreamExt, stream};
use tokio::sync::Notify;
use tokio::time::sleep;
use tracing::{info, warn};

use crate::runtime::{Stop, Worker};

use super::store::{self, TakenDeletion};
use super::{MemberError, Members};

/// Objects taken at once, and deleted at once.
const BATCH: i64 = 32;
const AT_ONCE: usize = 4;
/// After this, objects of a worker who died are another's. Longer than a whole batch may take.
const TAKEN_FOR: Duration = Duration::from_mins(10);

/// Wakes the worker of this process. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub(super) struct Cleaner(Arc<Notify>);

impl Cleaner {
    /// There is something to be deleted.
    pub(super) fn wake(&self) {
        self.0.notify_one();
    }
}

/// The worker of this process.
pub(super) fn worker(members: Members) -> Worker {
    Worker::new("object-deletions", move |stop| run(members, stop))
}

async fn run(members: Members, stop: Stop) -> anyhow::Result<()> {
    let mut is_down = false;
    loop {
        match delete_what_is_due(&members, &stop).await {
            Ok(count) => {
                if is_down {
                    info!("objects to be deleted can be looked for again");
                }
                is_down = false;
                if count == usize::try_from(BATCH).unwrap_or(usize::MAX) && !stop.is_finishing() {
                    continue;
                }
            }
            Err(error) => {
                if !is_down {
                    warn!(%error, "objects to be deleted cannot be looked for, trying again");
                }
                is_down = true;
            }
        }
        tokio::select! {
            () = stop.finish() => return Ok(()),
            () = members.cleaner.0.notified() => {}
            () = sleep(members.images.delete_poll()) => {}
        }
    }
}

async fn delete_what_is_due(members: &Members, stop: &Stop) -> Result<usize, MemberError> {
    let now = members.clock.now();
    let db = &members.infra.db;
    let taken = db
        .write("member.take_deletions", move |conn| {
            store::take_deletions(conn, now, now + TAKEN_FOR, BATCH)
        })
        .await?;
    let count = taken.len();
    let deleting = stream::iter(taken).map(|taken| async move {
        // Those that are not begun yet are another's after a while.
        if stop.is_finishing() { Ok(()) } else { delete(members, taken).await }
    });
    let done: Vec<_> = deleting.buffer_unordered(AT_ONCE).collect().await;
    done.into_iter().collect::<Result<(), _>>()?;
    Ok(count)
}

async fn delete(members: &Members, taken: TakenDeletion) -> Result<(), MemberError> {
    let TakenDeletion { name, tries } = taken;
    let deleted = members.infra.objects.store.delete(&name).await;
    let outcome = if deleted.is_ok() { "deleted" } else { "put_off" };
    metrics::counter!("object_deletions_total", "outcome" => outcome).increment(1);
    let db = &members.infra.db;
    match deleted {
        Ok(()) => {
            db.write("member.forget_deletion", move |conn| store::forget_deletion(conn, &name))
                .await?;
        }
        Err(error) => {
            warn!(object.name = name, object.tries = tries, %error, "an object cannot be deleted now");
            let due = members.clock.now() + pause(members, tries);
            db.write("member.put_off_deletion", move |conn| {
                store::put_off_deletion(conn, &name, due)
            })
            .await?;
        }
    }
    Ok(())
}

/// Twice as long after each try.
fn pause(members: &Members, tries: i32) -> Duration {
    let (from, to) = members.images.delete_retry();
    let doublings = u32::try_from(tries - 1).unwrap_or(0).min(20);
    from.saturating_mul(1 << doublings).min(to)
}
