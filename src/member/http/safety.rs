//! Whom the member who asks has blocked, and what it has reported.
#![expect(unused_qualifications, reason = "the macro for query parameters writes whole paths")]

use actix_web::web::{Data, Json, Path, Query};
use actix_web::{HttpResponse, delete, get, put};
use serde::Deserialize;
use utoipa::IntoParams;

use crate::base::MemberId;
use crate::http::{CurrentMember, Problem, ProblemBody, ProblemCode};
use crate::member::Members;
use crate::safety::{
    BlockPage, BlockView, ReportPage, SafetyError, block_member, list_blocks, list_reports,
    unblock_member,
};

/// Entries of a page, at most, and if nothing is asked for.
const PAGE_MAX: usize = 100;
const PAGE: usize = 20;

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
pub(super) struct PageQuery {
    /// Entries of a page, 1 to 100; 20 if absent.
    #[param(minimum = 1, maximum = 100)]
    limit: Option<usize>,
    /// `next` of the page before.
    cursor: Option<String>,
}

impl PageQuery {
    fn read(self) -> Result<(Option<String>, usize), Problem> {
        match self.limit.unwrap_or(PAGE) {
            limit @ 1..=PAGE_MAX => Ok((self.cursor, limit)),
            _ => Err(Problem::new(ProblemCode::InvalidRequest).detail("limit must be 1 to 100")),
        }
    }
}

/// Blocks somebody with whom one shares or shared a room. An open room of the two closes; they are not matched any more.
#[utoipa::path(tag = "members", security(("access_token" = [])), params(("member" = MemberId, Path)), responses(
    (status = 200, body = BlockView),
    (status = 401, description = "unauthenticated, session_ended", body = ProblemBody<'_>),
    (status = 404, description = "member_not_found", body = ProblemBody<'_>)
))]
#[put("/api/v1/members/me/blocks/{member}")]
pub(super) async fn put_block(
    me: CurrentMember,
    members: Data<Members>,
    member: Path<String>,
) -> Result<Json<BlockView>, Problem> {
    let other = member_id(&member)?;
    Ok(Json(block_member(&members.infra, me.id, other, members.clock.now()).await?))
}

/// Lifts a block. It reopens nothing.
#[utoipa::path(tag = "members", security(("access_token" = [])), params(("member" = MemberId, Path)), responses(
    (status = 204),
    (status = 401, description = "unauthenticated, session_ended", body = ProblemBody<'_>),
    (status = 404, description = "member_not_found", body = ProblemBody<'_>)
))]
#[delete("/api/v1/members/me/blocks/{member}")]
pub(super) async fn delete_block(
    me: CurrentMember,
    members: Data<Members>,
    member: Path<String>,
) -> Result<HttpResponse, Problem> {
    let other = member_id(&member)?;
    unblock_member(&members.infra, me.id, other, members.clock.now()).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Whom one has blocked, newest first.
#[utoipa::path(tag = "members", security(("access_token" = [])), params(PageQuery), responses(
    (status = 200, body = BlockPage),
    (status = 400, description = "invalid_request", body = ProblemBody<'_>),
    (status = 401, description = "unauthenticated, session_ended", body = ProblemBody<'_>)
))]
#[get("/api/v1/members/me/blocks")]
pub(super) async fn list_my_blocks(
    me: CurrentMember,
    members: Data<Members>,
    query: Query<PageQuery>,
) -> Result<Json<BlockPage>, Problem> {
    let (cursor, limit) = query.into_inner().read()?;
    Ok(Json(list_blocks(&members.infra, me.id, cursor, limit).await?))
}

/// The own reports, newest first.
#[utoipa::path(tag = "members", security(("access_token" = [])), params(PageQuery), responses(
    (status = 200, body = ReportPage),
    (status = 400, description = "invalid_request", body = ProblemBody<'_>),
    (status = 401, description = "unauthenticated, session_ended", body = ProblemBody<'_>)
))]
#[get("/api/v1/members/me/reports")]
pub(super) async fn list_my_reports(
    me: CurrentMember,
    members: Data<Members>,
    query: Query<PageQuery>,
) -> Result<Json<ReportPage>, Problem> {
    let (cursor, limit) = query.into_inner().read()?;
    Ok(Json(list_reports(&members.infra, me.id, cursor, limit).await?))
}

/// A text that is no member id names no member.
fn member_id(text: &str) -> Result<MemberId, Problem> {
    Ok(text.parse().map_err(|_| SafetyError::MemberNotFound)?)
}
