//! The worker that deletes objects nobody needs any more. Every `member` runs one; of two each takes others. One
//! that dies on its way leaves its objects to the others; to delete one again changes nothing.

use tracing::warn;

use crate::infra::objects::{TakenDeletion, forget_deletion, put_off_deletion, take_deletions};
use crate::runtime::{Stop, Worker};

use super::due::{BATCH, TAKEN_FOR, pause_after, work_on_each, work_on_what_is_due};
use super::{MemberError, Members};

/// The worker of this process.
pub(super) fn worker(members: Members) -> Worker {
    Worker::new("object-deletions", async move |stop| {
        let (bell, poll) = (&members.cleaner, members.images.delete_poll());
        let batch = || delete_what_is_due(&members, &stop);
        work_on_what_is_due("object_deletions", bell, poll, &stop, batch).await;
        Ok(())
    })
}

async fn delete_what_is_due(members: &Members, stop: &Stop) -> Result<usize, MemberError> {
    let now = members.clock.now();
    let db = &members.infra.db;
    let taken = db
        .write("member.take_deletions", move |conn| {
            take_deletions(conn, now, now + TAKEN_FOR, BATCH)
        })
        .await?;
    work_on_each(taken, async |taken| {
        // Those that are not begun yet are another's after a while.
        if stop.is_finishing() { Ok(()) } else { delete(members, taken).await }
    })
    .await
}

async fn delete(members: &Members, taken: TakenDeletion) -> Result<(), MemberError> {
    let TakenDeletion { name, tries } = taken;
    let deleted = members.infra.objects.store.delete(&name).await;
    let outcome = if deleted.is_ok() { "deleted" } else { "put_off" };
    metrics::counter!("object_deletions_total", "outcome" => outcome).increment(1);
    let db = &members.infra.db;
    match deleted {
        Ok(()) => {
            db.write("member.forget_deletion", move |conn| forget_deletion(conn, &name)).await?;
        }
        Err(error) => {
            warn!(object.name = name, object.tries = tries, %error, "an object cannot be deleted now");
            let due = members.clock.now() + pause_after(tries, members.images.delete_retry());
            db.write("member.put_off_deletion", move |conn| put_off_deletion(conn, &name, due))
                .await?;
        }
    }
    Ok(())
}
