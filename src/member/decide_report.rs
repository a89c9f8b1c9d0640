//! Use case: a moderator decides a report, and perhaps suspends the reported member with it, both or neither.

use tracing::info;

use crate::base::ReportId;
use crate::protocol::{DecideRequest, ReportCase, ReportState, VerdictWord};
use crate::safety::{Verdict, decide, tell_decided};

use super::store::NewSuspension;
use super::suspend_member::{enforce, impose_at_least};
use super::{MemberError, Members, end_of};

/// Decides a report. The reporter is told, and so is a member who is suspended, when it logs in.
pub(super) async fn decide_report(
    members: &Members,
    report: ReportId,
    asked: DecideRequest,
) -> Result<ReportCase, MemberError> {
    // To the end, even if whoever asked hangs up.
    let deciding = tokio::spawn(go(members.clone(), report, asked));
    deciding.await.unwrap_or(Err(MemberError::Unfinished))
}

async fn go(
    members: Members,
    report: ReportId,
    asked: DecideRequest,
) -> Result<ReportCase, MemberError> {
    let DecideRequest { verdict, note, by } = asked;
    let (now, resent) = (members.clock.now(), members.auth.access_token());
    let state = match verdict {
        VerdictWord::Dismiss => ReportState::Dismissed,
        VerdictWord::Suspend(_) => ReportState::Acted,
    };
    let decision = Verdict { report, state, note, by: by.clone() };
    let write = members.infra.db.write("member.decide_report", move |conn| {
        let case = decide(conn, &decision, now)?;
        let ended = match verdict {
            VerdictWord::Dismiss => None,
            VerdictWord::Suspend(for_s) => {
                let until = end_of(now, for_s);
                // Of what kind it was, and nothing of who reported.
                let reason = case.report.reason.name().to_owned();
                let new = NewSuspension { until, reason, by: decision.by };
                // None if it has withdrawn, or is suspended for longer.
                impose_at_least(conn, case.reported.id, &new, now, resent)?
            }
        };
        Ok::<_, MemberError>((case, ended))
    });
    let (case, ended) = write.await?;
    info!(report.id = %report, decision = state.name(), by, "a report was decided");
    if let Some(ended) = ended {
        enforce(&members, case.reported.id, ended).await;
    }
    tell_decided(&members.infra, &case).await;
    Ok(case)
}
