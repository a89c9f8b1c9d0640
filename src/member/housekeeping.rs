//! The worker that deletes what is kept for a while only: old sessions, devices, decided reports, and what happened to
//! accounts. Two that run at once do no harm.

use std::time::Duration;

use tokio::time::sleep;
use tracing::{debug, warn};

use crate::base::Timestamp;
use crate::infra::{DbError, WriteConn};
use crate::runtime::{Stop, Worker};
use crate::safety::delete_old_reports;

use super::http::DEVICE_DAYS;
use super::{MemberError, Members, store};

/// How often it looks.
const EVERY: Duration = Duration::from_hours(1);
/// Rows deleted in one transaction.
const BATCH: i64 = 500;
/// Each may take its pictures along.
const REPORTS: i64 = 50;
/// A device that nobody has logged in with for so long is one no more: its cookie has ended.
const DEVICE_LIFE: Duration = Duration::from_hours(DEVICE_DAYS * 24);

type Delete = fn(&mut WriteConn<'_>, Timestamp, i64) -> Result<usize, DbError>;

/// The worker of this process.
pub(super) fn worker(members: Members) -> Worker {
    Worker::new("housekeeping", move |stop| run(members, stop))
}

async fn run(members: Members, stop: Stop) -> anyhow::Result<()> {
    loop {
        tidy_up(&members, &stop).await;
        tokio::select! {
            () = stop.finish() => return Ok(()),
            () = sleep(EVERY) => {}
        }
    }
}

async fn tidy_up(members: &Members, stop: &Stop) {
    let kinds: [(&'static str, Delete, i64, Duration); 4] = [
        // Its last refresh token has long been over.
        (
            "member.old_sessions",
            store::delete_old_sessions,
            BATCH,
            members.auth.refresh_token() * 2,
        ),
        ("member.old_devices", store::delete_old_devices, BATCH, DEVICE_LIFE),
        ("member.old_reports", delete_old_reports, REPORTS, members.safety.reports_keep()),
        ("member.old_audit", store::delete_old_audit, BATCH, members.rules.audit()),
    ];
    for (kind, delete, batch, keep) in kinds {
        let before = members.clock.now() - keep;
        if let Err(error) = delete_all(members, stop, kind, delete, batch, before).await {
            warn!(%error, kind, "old rows could not be deleted, trying again in an hour");
        }
    }
}

async fn delete_all(
    members: &Members,
    stop: &Stop,
    kind: &'static str,
    delete: Delete,
    batch: i64,
    before: Timestamp,
) -> Result<(), MemberError> {
    while !stop.is_finishing() {
        let gone = members.infra.db.write(kind, move |conn| delete(conn, before, batch)).await?;
        debug!(kind, gone, "deleted old rows");
        if gone < usize::try_from(batch).unwrap_or(usize::MAX) {
            break;
        }
    }
    Ok(())
}
