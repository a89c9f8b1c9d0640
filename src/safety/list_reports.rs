//! Use case: the reports of a member, for itself; and those of everybody, for moderators.

use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use crate::base::{ImageId, MemberId, ReportId};
use crate::infra::objects::ImageSize;
use crate::infra::{Freshness, Infra};
use crate::protocol::{ReportCase, ReportDetails, ReportState, ReportView};

use super::{SafetyError, cut, read_cursor, store};

/// A page of a member's reports, newest first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct ReportPage {
    /// The reports.
    pub reports: Vec<ReportView>,
    /// Ask with this for the next page; null on the last.
    #[schema(required)]
    pub next: Option<String>,
}

/// Lists the reports of a member. `cursor` is the `next` of the page before; one that is not understood is ignored.
pub async fn list_reports(
    infra: &Infra,
    reporter: MemberId,
    cursor: Option<String>,
    limit: usize,
) -> Result<ReportPage, SafetyError> {
    let after = cursor.as_deref().and_then(read_cursor);
    let read = infra.db.read("safety.reports", Freshness::SeenBy(reporter), move |conn| {
        Ok::<_, SafetyError>(store::reports_page(conn, reporter, after, limit + 1)?)
    });
    let mut reports = read.await?;
    let next = cut(&mut reports, limit, |report| (report.created_at, report.id));
    Ok(ReportPage { reports, next })
}

/// Reports in a state, oldest first, after one of them.
pub async fn report_queue(
    infra: &Infra,
    state: ReportState,
    after: Option<ReportId>,
    limit: usize,
) -> Result<Vec<ReportCase>, SafetyError> {
    let read = infra.db.read("safety.report_queue", Freshness::Latest, move |conn| {
        Ok(store::report_queue(conn, state, after, limit)?)
    });
    read.await
}

/// A report with its evidence, and links to its pictures, which begin with `public_url` where they lead to this service.
pub async fn show_report(
    infra: &Infra,
    report: ReportId,
    public_url: &str,
) -> Result<ReportDetails, SafetyError> {
    let read = infra.db.read("safety.report", Freshness::Latest, move |conn| {
        store::report(conn, report)?.ok_or(SafetyError::ReportNotFound)
    });
    let store::FoundReport { case, text, evidence, note } = read.await?;
    let mut evidence: Value = serde_json::from_str(&evidence)?;
    for message in evidence["messages"].as_array_mut().into_iter().flatten() {
        let Some(image) = message.get_mut("image") else { continue };
        let id = image["id"].as_str().and_then(|id| id.parse::<ImageId>().ok());
        let link = infra.images.link(id, ImageSize::Large).await;
        let whole =
            |link: String| if link.starts_with('/') { public_url.to_owned() + &link } else { link };
        image["link"] = link.map(whole).into();
    }
    Ok(ReportDetails { case, text, note, evidence })
}
