//! The account of the member who asks.

use actix_web::http::header::{CONTENT_DISPOSITION, ContentType};
use actix_web::web::{Bytes, Data, Json};
use actix_web::{HttpRequest, HttpResponse, get, patch, post, put};
use futures_util::TryStreamExt;
use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use tracing::warn;
use utoipa::ToSchema;

use crate::config::Config;
use crate::http::{CurrentMember, OurPage, Problem, ProblemBody};
use crate::member::account::Language;
use crate::member::change_password::change_password;
use crate::member::consent::agree;
use crate::member::export::export;
use crate::member::place::keep_place;
use crate::member::profile::{self, Change};
use crate::member::withdraw::withdraw;
use crate::member::{Members, change_email};

use super::cookies::Jar;
use super::views::{MemberView, SessionView};
use super::{Asking, CodeSent, enter, guesser};

/// What is absent stays.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ProfileForm {
    /// 2 to 15 letters or digits.
    #[schema(min_length = 2, max_length = 15)]
    nickname: Option<String>,
    /// At most 200 characters.
    #[schema(max_length = 200)]
    introduction: Option<String>,
    /// At most 10, each of 1 to 20 characters.
    #[schema(max_items = 10)]
    interests: Option<Vec<String>>,
    /// ISO 639 codes, at most 5.
    #[schema(max_items = 5)]
    languages: Option<Vec<String>>,
    /// Of mails.
    language: Option<Language>,
    /// Share read marks, and see those of others.
    share_read: Option<bool>,
    /// Share that one is typing, and see it of others.
    share_typing: Option<bool>,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct PasswordForm {
    #[schema(value_type = String)]
    current_password: SecretString,
    /// 8 to 128 characters.
    #[schema(value_type = String, min_length = 8, max_length = 128)]
    new_password: SecretString,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ChangeCodeForm {
    /// The new address.
    #[schema(format = "email", max_length = 254)]
    email: String,
    #[schema(value_type = String)]
    password: SecretString,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ChangeEmailForm {
    /// The new address.
    #[schema(format = "email", max_length = 254)]
    email: String,
    /// 6 digits.
    #[schema(pattern = "^[0-9]{6}$")]
    code: String,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ConsentForm {
    terms_version: String,
    privacy_version: String,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct WithdrawalForm {
    #[schema(value_type = String)]
    password: SecretString,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct PlaceForm {
    /// -90 to 90.
    #[schema(minimum = -90, maximum = 90)]
    latitude: f64,
    /// -180 to 180.
    #[schema(minimum = -180, maximum = 180)]
    longitude: f64,
}

#[derive(Serialize, ToSchema)]
struct PlaceKept {
    expires_in_s: u64,
}

/// The own account.
#[utoipa::path(tag = "members", security(("access_token" = [])), responses(
    (status = 200, body = MemberView),
    (status = 401, description = "unauthenticated, session_ended", body = ProblemBody<'_>)
))]
#[get("/api/v1/members/me")]
pub(super) async fn show_me(
    me: CurrentMember,
    members: Data<Members>,
) -> Result<Json<MemberView>, Problem> {
    Ok(Json(profile::show(&members, me.id).await?.into()))
}

/// Changes the own profile and privacy switches.
#[utoipa::path(tag = "members", security(("access_token" = [])), responses(
    (status = 200, body = MemberView),
    (status = 400, description = "invalid_request", body = ProblemBody<'_>),
    (status = 401, description = "unauthenticated, session_ended", body = ProblemBody<'_>),
    (status = 409, description = "nickname_taken", body = ProblemBody<'_>)
))]
#[patch("/api/v1/members/me")]
pub(super) async fn change_me(
    me: CurrentMember,
    members: Data<Members>,
    form: Json<ProfileForm>,
) -> Result<Json<MemberView>, Problem> {
    let form = form.into_inner();
    let change = Change {
        nickname: form.nickname,
        introduction: form.introduction,
        interests: form.interests,
        languages: form.languages,
        language: form.language,
        share_read: form.share_read,
        share_typing: form.share_typing,
    };
    Ok(Json(profile::change(&members, me.id, change).await?.into()))
}

/// Changes the own password. Every log-in ends, with its sockets; the page that asks goes on with the new one.
#[utoipa::path(tag = "members", security(("access_token" = [])), responses(
    (status = 200, body = SessionView),
    (status = 400, description = "invalid_request", body = ProblemBody<'_>),
    (status = 401, description = "unauthenticated, session_ended", body = ProblemBody<'_>),
    (status = 403, description = "origin_not_allowed", body = ProblemBody<'_>),
    (status = 422, description = "password_wrong", body = ProblemBody<'_>),
    (status = 429, description = "too_many_requests", body = ProblemBody<'_>)
))]
#[put("/api/v1/members/me/password")]
pub(super) async fn change_my_password(
    me: CurrentMember,
    _: OurPage,
    request: HttpRequest,
    members: Data<Members>,
    config: Data<Config>,
    form: Json<PasswordForm>,
) -> Result<HttpResponse, Problem> {
    let PasswordForm { current_password, new_password } = form.into_inner();
    let verified = change_password(&members, me.id, current_password, new_password).await?;
    enter(HttpResponse::Ok(), &request, &members, &config, verified).await
}

/// Sends a code to another address, to which the account is to move.
#[utoipa::path(tag = "members", security(("access_token" = [])), responses(
    (status = 200, body = CodeSent),
    (status = 400, description = "invalid_request", body = ProblemBody<'_>),
    (status = 401, description = "unauthenticated, session_ended", body = ProblemBody<'_>),
    (status = 422, description = "password_wrong", body = ProblemBody<'_>),
    (status = 429, description = "too_many_requests", body = ProblemBody<'_>)
))]
#[post("/api/v1/members/me/email-codes")]
pub(super) async fn send_change_code(
    me: CurrentMember,
    request: HttpRequest,
    members: Data<Members>,
    config: Data<Config>,
    form: Json<ChangeCodeForm>,
) -> Result<HttpResponse, Problem> {
    let ChangeCodeForm { email, password } = form.into_inner();
    let asking = Asking::of(&request, &config);
    change_email::ask_for_change_code(&members, me.id, &email, password, &asking.asker).await?;
    Ok(asking.answer(CodeSent::by(&members)))
}

/// Moves the account to another address with the code sent there. The old address is told.
#[utoipa::path(tag = "members", security(("access_token" = [])), responses(
    (status = 200, body = MemberView),
    (status = 400, description = "invalid_request", body = ProblemBody<'_>),
    (status = 401, description = "unauthenticated, session_ended", body = ProblemBody<'_>),
    (status = 409, description = "email_taken", body = ProblemBody<'_>),
    (status = 410, description = "code_expired", body = ProblemBody<'_>),
    (status = 422, description = "code_wrong", body = ProblemBody<'_>),
    (status = 429, description = "too_many_requests", body = ProblemBody<'_>)
))]
#[put("/api/v1/members/me/email")]
pub(super) async fn change_my_email(
    me: CurrentMember,
    request: HttpRequest,
    members: Data<Members>,
    config: Data<Config>,
    form: Json<ChangeEmailForm>,
) -> Result<Json<MemberView>, Problem> {
    let asker = guesser(&request, &config);
    change_email::change_email(&members, me.id, &form.email, &form.code, &asker).await?;
    Ok(Json(profile::show(&members, me.id).await?.into()))
}

/// Agrees to terms and a privacy notice that have changed.
#[utoipa::path(tag = "members", security(("access_token" = [])), responses(
    (status = 200, body = MemberView),
    (status = 400, description = "invalid_request", body = ProblemBody<'_>),
    (status = 401, description = "unauthenticated, session_ended", body = ProblemBody<'_>)
))]
#[put("/api/v1/members/me/consents")]
pub(super) async fn agree_anew(
    me: CurrentMember,
    members: Data<Members>,
    form: Json<ConsentForm>,
) -> Result<Json<MemberView>, Problem> {
    agree(&members, me.id, &form.terms_version, &form.privacy_version).await?;
    Ok(Json(profile::show(&members, me.id).await?.into()))
}

/// Says where the member is. Snapped to a cell of about 5 km at once; kept 30 minutes.
#[utoipa::path(tag = "members", security(("access_token" = [])), responses(
    (status = 200, body = PlaceKept),
    (status = 400, description = "invalid_request", body = ProblemBody<'_>),
    (status = 401, description = "unauthenticated, session_ended", body = ProblemBody<'_>),
    (status = 429, description = "too_many_requests", body = ProblemBody<'_>)
))]
#[put("/api/v1/members/me/place")]
pub(super) async fn put_place(
    me: CurrentMember,
    members: Data<Members>,
    form: Json<PlaceForm>,
) -> Result<Json<PlaceKept>, Problem> {
    keep_place(&members, me.id, form.latitude, form.longitude).await?;
    Ok(Json(PlaceKept { expires_in_s: members.rules.place_s }))
}

/// Everything that is stored about the member, as one JSON document.
#[utoipa::path(tag = "members", security(("access_token" = [])), responses(
    (status = 200, body = Object, content_type = "application/json"),
    (status = 401, description = "unauthenticated, session_ended", body = ProblemBody<'_>),
    (status = 429, description = "too_many_requests", body = ProblemBody<'_>)
))]
#[get("/api/v1/members/me/export")]
pub(super) async fn export_me(
    me: CurrentMember,
    members: Data<Members>,
) -> Result<HttpResponse, Problem> {
    let document = export(&members, me.id).await?;
    let pieces = document.map_ok(Bytes::from).inspect_err(|error| {
        warn!(%error, "an export ended before it was whole");
    });
    Ok(HttpResponse::Ok()
        .content_type(ContentType::json())
        .insert_header((CONTENT_DISPOSITION, "attachment; filename=\"rand-chat-export.json\""))
        .streaming(Box::pin(pieces)))
}

/// Withdraws: everything personal is erased at once, every log-in ends, and every room is left. What the member
/// wrote stays with the partners.
#[utoipa::path(tag = "members", security(("access_token" = [])), responses(
    (status = 204),
    (status = 400, description = "invalid_request", body = ProblemBody<'_>),
    (status = 401, description = "unauthenticated, session_ended", body = ProblemBody<'_>),
    (status = 403, description = "origin_not_allowed", body = ProblemBody<'_>),
    (status = 422, description = "password_wrong", body = ProblemBody<'_>),
    (status = 429, description = "too_many_requests", body = ProblemBody<'_>)
))]
#[post("/api/v1/members/me/withdrawal")]
pub(super) async fn withdraw_me(
    me: CurrentMember,
    _: OurPage,
    members: Data<Members>,
    config: Data<Config>,
    form: Json<WithdrawalForm>,
) -> Result<HttpResponse, Problem> {
    withdraw(&members, me.id, form.into_inner().password).await?;
    let mut done = HttpResponse::NoContent();
    done.cookie(Jar::Session.forget(&config));
    Ok(done.finish())
}
