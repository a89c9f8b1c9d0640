//! Use case: a moderator's decision about a report, which is final. The reporter is told.

use tracing::warn;

use crate::base::{MemberId, ReportId, Timestamp};
use crate::infra::{Infra, WriteConn};
use crate::protocol::{Event, ReportCase, ReportState, ServerFrame};

use super::{SafetyError, store};

/// What a moderator decides.
#[derive(Clone, Debug)]
pub struct Verdict {
    /// Which report.
    pub report: ReportId,
    /// Not open.
    pub state: ReportState,
    /// For other moderators.
    pub note: Option<String>,
    /// Who decides.
    pub by: String,
}

/// Decides a report, in the transaction of the caller; afterwards [`tell_decided`].
pub fn decide(
    conn: &mut WriteConn<'_>,
    verdict: &Verdict,
    now: Timestamp,
) -> Result<ReportCase, SafetyError> {
    let decided = store::decide(conn, verdict, now)?;
    let found = store::report(&mut conn.as_read(), verdict.report)?;
    let found = found.ok_or(SafetyError::ReportNotFound)?;
    if decided { Ok(found.case) } else { Err(SafetyError::AlreadyDecided) }
}

/// Tells the reporter. One who is not there finds it in the list.
pub async fn tell_decided(infra: &Infra, case: &ReportCase) {
    let reporter: MemberId = case.reporter.id;
    infra.db.show_to(vec![reporter]).await;
    let decided = Event::show(ServerFrame::ReportDecided { report: case.report.clone() });
    if let Err(error) = infra.shared.inboxes.deliver(reporter, decided).await {
        warn!(%error, report.id = %case.report.id, "a reporter could not be told of the decision");
    }
}
