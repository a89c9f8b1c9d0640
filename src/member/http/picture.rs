//! The picture of the member who asks.

use actix_web::web::{Data, Json, Payload};
use actix_web::{HttpRequest, delete, put};

use crate::http::{CurrentMember, Problem, ProblemBody, receive_image};
use crate::member::Members;
use crate::member::image::{may_send_image, remove_image, set_image};

use super::views::MemberView;

/// Shows another picture. The body is the file: JPEG, PNG or WebP by its contents, at most 5 MiB and 25 megapixels.
/// What it shows is drawn anew; nothing else of the file is kept.
#[utoipa::path(tag = "members", security(("access_token" = [])),
    request_body(content(("image/jpeg"), ("image/png"), ("image/webp"))),
    responses(
        (status = 200, body = MemberView),
        (status = 401, description = "unauthenticated, session_ended", body = ProblemBody<'_>),
        (status = 413, description = "payload_too_large", body = ProblemBody<'_>),
        (status = 415, description = "unsupported_media_type", body = ProblemBody<'_>),
        (status = 422, description = "image_not_acceptable", body = ProblemBody<'_>),
        (status = 429, description = "too_many_requests", body = ProblemBody<'_>),
        (status = 503, description = "busy, temporarily_unavailable", body = ProblemBody<'_>)
    )
)]
#[put("/api/v1/members/me/image")]
pub(super) async fn put_my_image(
    me: CurrentMember,
    request: HttpRequest,
    members: Data<Members>,
    body: Payload,
) -> Result<Json<MemberView>, Problem> {
    may_send_image(&members, me.id).await?;
    let file = receive_image(&request, body, &members.imaging, &members.images).await?;
    Ok(Json(set_image(&members, me.id, file).await?.into()))
}

/// Shows no picture any more.
#[utoipa::path(tag = "members", security(("access_token" = [])), responses(
    (status = 200, body = MemberView),
    (status = 401, description = "unauthenticated, session_ended", body = ProblemBody<'_>)
))]
#[delete("/api/v1/members/me/image")]
pub(super) async fn delete_my_image(
    me: CurrentMember,
    members: Data<Members>,
) -> Result<Json<MemberView>, Problem> {
    Ok(Json(remove_image(&members, me.id).await?.into()))
}
