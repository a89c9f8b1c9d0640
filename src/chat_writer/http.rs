//! Endpoints of this role for browsers: rooms, history, pictures, reports, and files by signed links.
#![expect(unused_qualifications, reason = "the macro for query parameters writes whole paths")]

use actix_web::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use actix_web::web::{Data, Json, Path, Payload, Query, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse, get, post};
use serde::Deserialize;
use utoipa::{IntoParams, OpenApi, ToSchema};

use crate::base::RoomId;
use crate::chat::{self, Page, Range, RoomPage, ShownImage, UploadedImage};
use crate::http::{CurrentMember, Problem, ProblemBody, ProblemCode, receive_image};
use crate::protocol::{Place, ReportReason, ReportView, RoomView};
use crate::safety::{NewReport, report_member};

use super::Writer;

/// Rooms and messages of a page, at most.
const PAGE_MAX: usize = 100;
const ROOMS: usize = 20;
const MESSAGES: usize = 50;

/// The part of the API that this role serves.
#[derive(OpenApi)]
#[openapi(paths(
    list_rooms,
    show_room,
    show_messages,
    upload_image,
    show_image,
    leave_room,
    report_room,
    show_file
))]
pub struct ChatApi;

pub(super) fn routes(routes: &mut ServiceConfig, writer: Writer) {
    routes
        .app_data(Data::new(writer))
        .service(list_rooms)
        .service(show_room)
        .service(show_messages)
        .service(upload_image)
        .service(show_image)
        .service(leave_room)
        .service(report_room)
        .service(show_file);
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
struct RoomsQuery {
    /// Rooms of a page, 1 to 100; 20 if absent.
    #[param(minimum = 1, maximum = 100)]
    limit: Option<usize>,
    /// `next` of the page before.
    cursor: Option<String>,
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
struct MessagesQuery {
    /// Messages of a page, 1 to 100; 50 if absent.
    #[param(minimum = 1, maximum = 100)]
    limit: Option<usize>,
    /// The newest of those older than this place.
    before: Option<Place>,
    /// The oldest of those newer than this place. Not together with `before`.
    after: Option<Place>,
}

#[derive(Deserialize, IntoParams)]
struct LinkQuery {
    /// When it ends, in seconds since 1970.
    #[serde(default)]
    #[param(required = true)]
    expires: String,
    /// That it is ours, in hexadecimal.
    #[serde(default)]
    #[param(required = true)]
    signature: String,
}

/// The own rooms, newest first.
#[utoipa::path(tag = "rooms", security(("access_token" = [])), params(RoomsQuery), responses(
    (status = 200, body = RoomPage),
    (status = 400, description = "invalid_request", body = ProblemBody<'_>),
    (status = 401, description = "unauthenticated, session_ended", body = ProblemBody<'_>)
))]
#[get("/api/v1/rooms")]
async fn list_rooms(
    me: CurrentMember,
    writer: Data<Writer>,
    query: Query<RoomsQuery>,
) -> Result<Json<RoomPage>, Problem> {
    let RoomsQuery { limit, cursor } = query.into_inner();
    let limit = page_size(limit, ROOMS)?;
    Ok(Json(chat::list_rooms(&writer.infra, me.id, cursor, limit).await?))
}

/// One of the own rooms.
#[utoipa::path(tag = "rooms", security(("access_token" = [])), responses(
    (status = 200, body = RoomView),
    (status = 401, description = "unauthenticated, session_ended", body = ProblemBody<'_>),
    (status = 404, description = "room_not_found", body = ProblemBody<'_>)
))]
#[get("/api/v1/rooms/{room}")]
async fn show_room(
    me: CurrentMember,
    writer: Data<Writer>,
    room: Path<String>,
) -> Result<Json<RoomView>, Problem> {
    let room = room_id(&room)?;
    Ok(Json(chat::show_room(&writer.infra, room, me.id).await?))
}

/// A page of what was said in a room, oldest first.
#[utoipa::path(tag = "rooms", security(("access_token" = [])), params(MessagesQuery), responses(
    (status = 200, body = Page),
    (status = 400, description = "invalid_request", body = ProblemBody<'_>),
    (status = 401, description = "unauthenticated, session_ended", body = ProblemBody<'_>),
    (status = 404, description = "room_not_found", body = ProblemBody<'_>)
))]
#[get("/api/v1/rooms/{room}/messages")]
async fn show_messages(
    me: CurrentMember,
    writer: Data<Writer>,
    room: Path<String>,
    query: Query<MessagesQuery>,
) -> Result<Json<Page>, Problem> {
    let room = room_id(&room)?;
    let limit = page_size(query.limit, MESSAGES)?;
    let range = match (query.before, query.after) {
        (None, None) => Range::Newest,
        (Some(before), None) => Range::Before(before),
        (None, Some(after)) => Range::After(after),
        (Some(_), Some(_)) => {
            let problem = Problem::new(ProblemCode::InvalidRequest);
            return Err(problem.detail("either before or after, not both"));
        }
    };
    let (db, shared) = (&writer.infra.db, &writer.infra.shared);
    Ok(Json(chat::history(db, shared, room, me.id, range, limit).await?))
}

/// Uploads a picture, to show it in an open room. The body is the file: JPEG, PNG or WebP by its contents, at most 5 MiB
/// and 25 megapixels. What it shows is drawn anew; nothing else of the file is kept. With the token of the answer the
/// picture is sent over the socket; what is not sent is deleted after two days.
#[utoipa::path(tag = "rooms", security(("access_token" = [])),
    request_body(content(("image/jpeg"), ("image/png"), ("image/webp"))),
    responses(
        (status = 201, body = UploadedImage),
        (status = 401, description = "unauthenticated, session_ended", body = ProblemBody<'_>),
        (status = 404, description = "room_not_found", body = ProblemBody<'_>),
        (status = 409, description = "room_closed", body = ProblemBody<'_>),
        (status = 413, description = "payload_too_large", body = ProblemBody<'_>),
        (status = 415, description = "unsupported_media_type", body = ProblemBody<'_>),
        (status = 422, description = "image_not_acceptable", body = ProblemBody<'_>),
        (status = 429, description = "too_many_requests", body = ProblemBody<'_>),
        (status = 503, description = "busy, temporarily_unavailable", body = ProblemBody<'_>)
    )
)]
#[post("/api/v1/rooms/{room}/images")]
async fn upload_image(
    me: CurrentMember,
    request: HttpRequest,
    writer: Data<Writer>,
    room: Path<String>,
    body: Payload,
) -> Result<HttpResponse, Problem> {
    let room = room_id(&room)?;
    let Writer { infra, tokens, imaging, images, .. } = &**writer;
    chat::may_upload_image(infra, room, me.id, writer.chat.images_per_minute).await?;
    let file = receive_image(&request, body, imaging, images).await?;
    let drawing = (imaging, &**images);
    let now = writer.clock.now();
    let uploaded = chat::upload_image(infra, drawing, tokens, (room, me.id), file, now).await?;
    Ok(HttpResponse::Created().json(uploaded))
}

/// Links to a picture that was shown in a room, also in one that is closed, as long as one has not left it.
#[utoipa::path(tag = "rooms", security(("access_token" = [])), responses(
    (status = 200, body = ShownImage),
    (status = 401, description = "unauthenticated, session_ended", body = ProblemBody<'_>),
    (status = 404, description = "room_not_found, image_not_found", body = ProblemBody<'_>)
))]
#[get("/api/v1/rooms/{room}/images/{image}")]
async fn show_image(
    me: CurrentMember,
    writer: Data<Writer>,
    path: Path<(String, String)>,
) -> Result<Json<ShownImage>, Problem> {
    let (room, image) = path.into_inner();
    let room = room_id(&room)?;
    let image = image.parse().map_err(|_| Problem::new(ProblemCode::ImageNotFound))?;
    Ok(Json(chat::show_image(&writer.infra, room, me.id, image).await?))
}

/// Leaves a room. It closes; the partner keeps the history.
#[utoipa::path(tag = "rooms", security(("access_token" = [])), responses(
    (status = 204),
    (status = 401, description = "unauthenticated, session_ended", body = ProblemBody<'_>),
    (status = 404, description = "room_not_found", body = ProblemBody<'_>)
))]
#[post("/api/v1/rooms/{room}/leave")]
async fn leave_room(
    me: CurrentMember,
    writer: Data<Writer>,
    room: Path<String>,
) -> Result<HttpResponse, Problem> {
    let room = room_id(&room)?;
    let (db, shared) = (&writer.infra.db, &writer.infra.shared);
    chat::leave_room(db, shared, room, me.id, writer.clock.now()).await?;
    Ok(HttpResponse::NoContent().finish())
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ReportForm {
    reason: ReportReason,
    /// At most 1,000 characters; needed for `other`.
    #[schema(max_length = 1000)]
    text: Option<String>,
}

/// Reports the other member of a room, also of one that is closed, as long as one has not left it.
#[utoipa::path(tag = "rooms", security(("access_token" = [])), responses(
    (status = 201, body = ReportView),
    (status = 400, description = "invalid_request", body = ProblemBody<'_>),
    (status = 401, description = "unauthenticated, session_ended", body = ProblemBody<'_>),
    (status = 404, description = "room_not_found", body = ProblemBody<'_>),
    (status = 409, description = "already_reported", body = ProblemBody<'_>),
    (status = 429, description = "too_many_requests", body = ProblemBody<'_>)
))]
#[post("/api/v1/rooms/{room}/reports")]
async fn report_room(
    me: CurrentMember,
    writer: Data<Writer>,
    room: Path<String>,
    form: Json<ReportForm>,
) -> Result<HttpResponse, Problem> {
    let ReportForm { reason, text } = form.into_inner();
    let new = NewReport { room: room_id(&room)?, member: me.id, reason, text };
    let report = report_member(&writer.infra, &writer.safety, new, writer.clock.now()).await?;
    Ok(HttpResponse::Created().json(report))
}

/// A file. The link is all it takes; it expires. With files on S3 links lead there instead.
#[utoipa::path(tag = "files", params(("name" = String, Path), LinkQuery), responses(
    (status = 200, description = "the bytes, with their type"),
    (status = 403, description = "link_invalid", body = ProblemBody<'_>),
    (status = 404, description = "not_found", body = ProblemBody<'_>),
    (status = 410, description = "link_expired", body = ProblemBody<'_>),
    (status = 503, description = "temporarily_unavailable", body = ProblemBody<'_>)
))]
#[get("/api/v1/files/{name:.+}")]
async fn show_file(
    writer: Data<Writer>,
    name: Path<String>,
    link: Query<LinkQuery>,
) -> Result<HttpResponse, Problem> {
    let objects = &writer.infra.objects;
    let links = objects.links.as_ref().ok_or_else(|| Problem::new(ProblemCode::NotFound))?;
    let left = links.check(&name, &link.expires, &link.signature)?;
    let object = objects.store.get(&name).await?;
    let object = object.ok_or_else(|| Problem::new(ProblemCode::NotFound))?;
    Ok(HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, object.content_type))
        // Nobody else may keep it, and nobody longer than the link is good for.
        .insert_header((CACHE_CONTROL, format!("private, max-age={}", left.as_secs())))
        .body(object.bytes))
}

/// A text that is no room id names no room.
fn room_id(text: &str) -> Result<RoomId, Problem> {
    text.parse().map_err(|_| Problem::new(ProblemCode::RoomNotFound))
}

fn page_size(asked: Option<usize>, default: usize) -> Result<usize, Problem> {
    match asked.unwrap_or(default) {
        size @ 1..=PAGE_MAX => Ok(size),
        _ => Err(Problem::new(ProblemCode::InvalidRequest).detail("limit must be 1 to 100")),
    }
}
