//! Endpoints of this role for `rand-chat admin`: the reports, and who is suspended.

use actix_web::web::{Data, Json, Path, Query, ServiceConfig};
use actix_web::{delete, get, put};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::base::{MemberId, ReportId};
use crate::http::{InternalCaller, Problem};
use crate::infra::Freshness;
use crate::protocol::{
    DecideRequest, ReleaseRequest, ReportCase, ReportFile, ReportQueue, ReportState,
    SuspendRequest, SuspensionFile,
};
use crate::safety::{SafetyError, person, report_queue, show_report};

use super::decide_report::decide_report;
use super::release_member::release_member;
use super::store::{self, NewSuspension};
use super::suspend_member::suspend_member;
use super::{MemberError, Members, end_of};

/// Reports of a page.
const PAGE: usize = 100;

pub(super) fn routes(routes: &mut ServiceConfig, members: Members) {
    routes
        .app_data(Data::new(members))
        .service(list_queue)
        .service(show_file)
        .service(decide)
        .service(show_suspensions)
        .service(suspend)
        .service(release);
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct QueueQuery {
    state: ReportState,
    after: Option<ReportId>,
}

/// Reports in a state, oldest first.
#[get("/internal/v1/admin/reports")]
async fn list_queue(
    _: InternalCaller,
    members: Data<Members>,
    query: Query<QueueQuery>,
) -> Result<Json<ReportQueue>, Problem> {
    let QueueQuery { state, after } = query.into_inner();
    let mut reports = report_queue(&members.infra, state, after, PAGE + 1).await?;
    let more = reports.len() > PAGE;
    reports.truncate(PAGE);
    let next = reports.last().filter(|_| more).map(|case| case.report.id);
    Ok(Json(ReportQueue { reports, next }))
}

/// A report with its evidence.
#[get("/internal/v1/admin/reports/{report}")]
async fn show_file(
    _: InternalCaller,
    members: Data<Members>,
    report: Path<String>,
) -> Result<Json<ReportFile>, Problem> {
    let details = show_report(&members.infra, report_id(&report)?, &members.public_url).await?;
    let reported = details.case.reported.id;
    let read = members.infra.db.read("member.suspensions", Freshness::Latest, move |conn| {
        Ok::<_, MemberError>(store::suspensions_of(conn, reported)?)
    });
    let suspensions = read.await?;
    Ok(Json(ReportFile { details, suspensions }))
}

/// Decides a report.
#[put("/internal/v1/admin/reports/{report}/decision")]
async fn decide(
    _: InternalCaller,
    members: Data<Members>,
    report: Path<String>,
    asked: Json<DecideRequest>,
) -> Result<Json<ReportCase>, Problem> {
    Ok(Json(decide_report(&members, report_id(&report)?, asked.into_inner()).await?))
}

/// A member, and every suspension that it had.
#[get("/internal/v1/admin/members/{member}/suspensions")]
async fn show_suspensions(
    _: InternalCaller,
    members: Data<Members>,
    member: Path<String>,
) -> Result<Json<SuspensionFile>, Problem> {
    let member = named(&members, &member).await?;
    Ok(Json(file(&members, member).await?))
}

/// Suspends a member.
#[put("/internal/v1/admin/members/{member}/suspension")]
async fn suspend(
    _: InternalCaller,
    members: Data<Members>,
    member: Path<String>,
    asked: Json<SuspendRequest>,
) -> Result<Json<SuspensionFile>, Problem> {
    let SuspendRequest { for_s, reason, by } = asked.into_inner();
    let member = named(&members, &member).await?;
    let until = end_of(members.clock.now(), for_s);
    suspend_member(&members, member, NewSuspension { until, reason, by }).await?;
    Ok(Json(file(&members, member).await?))
}

/// Lifts a suspension.
#[delete("/internal/v1/admin/members/{member}/suspension")]
async fn release(
    _: InternalCaller,
    members: Data<Members>,
    member: Path<String>,
    asked: Json<ReleaseRequest>,
) -> Result<Json<Value>, Problem> {
    let member = named(&members, &member).await?;
    release_member(&members, member, asked.into_inner().by).await?;
    Ok(Json(json!({})))
}

fn report_id(text: &str) -> Result<ReportId, Problem> {
    Ok(text.parse().map_err(|_| SafetyError::ReportNotFound)?)
}

/// The member of a username or an id.
async fn named(members: &Members, name: &str) -> Result<MemberId, MemberError> {
    let name = name.to_ascii_lowercase();
    let read = members.infra.db.read("member.named", Freshness::Latest, move |conn| {
        store::member_named(conn, &name)?.ok_or(MemberError::NoSuchMember)
    });
    read.await
}

async fn file(members: &Members, member: MemberId) -> Result<SuspensionFile, MemberError> {
    let read = members.infra.db.read("member.suspensions", Freshness::Latest, move |conn| {
        let person = person(conn, member)?.ok_or(MemberError::NoSuchMember)?;
        let suspensions = store::suspensions_of(conn, member)?;
        Ok::<_, MemberError>(SuspensionFile { member: person, suspensions })
    });
    read.await
}
