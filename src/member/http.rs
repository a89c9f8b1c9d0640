//! Endpoints of this role.

use std::sync::Arc;

use actix_web::cookie::{Cookie, SameSite, time::Duration as CookieLife};
use actix_web::http::header::USER_AGENT;
use actix_web::web::{Data, Json, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse, delete, get, patch, post, put};
use chrono::NaiveDate;
use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use utoipa::{OpenApi, ToSchema};

use crate::base::{MemberId, Timestamp};
use crate::config::{Config, MailKind};
use crate::http::{CurrentMember, Gate, Problem, ProblemBody, ProblemCode, client_address};
use crate::protocol::Sex;

use super::mails::Language;
use super::profile::{self, Change};
use super::session::{Tokens, begin_session, end_session, refresh_session};
use super::sign_up::{SignUp, sign_up};
use super::store::MemberRow;
use super::{Members, email_code, log_in, place};

/// The part of the API that this role serves.
#[derive(OpenApi)]
#[openapi(
    paths(
        client_settings, send_email_code, prove_email, make_member, log_in_member, renew_session, log_out,
        show_me, change_me, put_place
    ),
    components(schemas(ProblemBody<'_>))
)]
pub struct MemberApi;

pub(super) fn routes(routes: &mut ServiceConfig, members: Members, config: Arc<Config>) {
    routes
        .app_data(Data::new(members))
        .app_data(Data::from(config))
        .service(client_settings)
        .service(send_email_code)
        .service(prove_email)
        .service(make_member)
        .service(log_in_member)
        .service(renew_session)
        .service(log_out)
        .service(show_me)
        .service(change_me)
        .service(put_place);
}

/// What the browser client must know of the settings.
#[derive(Serialize, ToSchema)]
struct ClientSettings {
    /// `console`: mails are printed where rand-chat runs.
    mail: MailKind,
    minimum_age: u32,
    terms_version: String,
    privacy_version: String,
    max_distances_km: Vec<u32>,
    proposal_ms: u64,
    text_chars_max: usize,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct EmailCodeForm {
    email: String,
    #[serde(default)]
    language: Language,
}

#[derive(Serialize, ToSchema)]
struct EmailCodeSent {
    /// The code is good for so long.
    expires_in_s: u64,
    /// Another may be asked for after so long.
    resend_in_s: u64,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct EmailProofForm {
    email: String,
    /// 6 digits.
    code: String,
}

#[derive(Serialize, ToSchema)]
struct EmailProof {
    /// Goes into the sign-up.
    proof: String,
    expires_in_s: u64,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct SignUpForm {
    /// From `/auth/email-proofs`.
    proof: String,
    /// 4 to 20 of `a-z 0-9 _`.
    username: String,
    /// 8 to 128 characters.
    #[schema(value_type = String)]
    password: SecretString,
    /// 2 to 15 letters or digits.
    nickname: String,
    #[schema(value_type = String, format = Date)]
    birth_date: NaiveDate,
    sex: Sex,
    /// At most 10.
    #[serde(default)]
    interests: Vec<String>,
    /// ISO 639 codes, at most 5.
    #[serde(default)]
    languages: Vec<String>,
    terms_version: String,
    privacy_version: String,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct LogInForm {
    /// Username or e-mail address.
    login: String,
    #[schema(value_type = String)]
    password: SecretString,
}

/// A session. The refresh token is in a cookie that pages cannot read.
#[derive(Serialize, ToSchema)]
struct SessionView {
    /// Goes into `Authorization: Bearer`, and into `hello`.
    access_token: String,
    expires_in_s: u64,
    member: MemberView,
}

/// An account as its owner sees it.
#[derive(Serialize, ToSchema)]
struct MemberView {
    id: MemberId,
    username: String,
    nickname: String,
    email: String,
    birth_date: String,
    sex: String,
    introduction: String,
    interests: Vec<String>,
    languages: Vec<String>,
    created_at: Timestamp,
}

impl From<MemberRow> for MemberView {
    fn from(row: MemberRow) -> Self {
        let MemberRow {
            id,
            username,
            nickname,
            email,
            birth_date,
            sex,
            introduction,
            interests,
            languages,
            created_at,
        } = row;
        let (interests, languages) = (interests.0, languages.0);
        Self {
            id,
            username,
            nickname,
            email,
            birth_date,
            sex,
            introduction,
            interests,
            languages,
            created_at,
        }
    }
}

/// What is absent stays.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ProfileForm {
    nickname: Option<String>,
    /// At most 200 characters.
    introduction: Option<String>,
    interests: Option<Vec<String>>,
    languages: Option<Vec<String>>,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct PlaceForm {
    /// -90 to 90.
    latitude: f64,
    /// -180 to 180.
    longitude: f64,
}

#[derive(Serialize, ToSchema)]
struct PlaceKept {
    expires_in_s: u64,
}

/// What the browser client must know of the settings.
#[utoipa::path(tag = "client", responses((status = 200, body = ClientSettings)))]
#[get("/api/v1/client-settings")]
async fn client_settings(config: Data<Config>) -> Json<ClientSettings> {
    Json(ClientSettings {
        mail: config.mail.kind,
        minimum_age: config.member.minimum_age,
        terms_version: config.member.terms_version.clone(),
        privacy_version: config.member.privacy_version.clone(),
        max_distances_km: config.matching.distances_km.clone(),
        proposal_ms: config.matching.proposal_ms,
        text_chars_max: config.chat.text_chars_max,
    })
}

/// Sends a code to an address. The answer does not tell whether the address has an account.
#[utoipa::path(tag = "auth", responses(
    (status = 200, body = EmailCodeSent),
    (status = 400, description = "invalid_request", body = ProblemBody<'_>),
    (status = 429, description = "too_many_requests", body = ProblemBody<'_>)
))]
#[post("/api/v1/auth/email-codes")]
async fn send_email_code(
    request: HttpRequest,
    members: Data<Members>,
    form: Json<EmailCodeForm>,
) -> Result<Json<EmailCodeSent>, Problem> {
    let from = client_address(&request);
    email_code::send_code(&members, &form.email, form.language, &from).await?;
    let (expires_in_s, resend_in_s) = (members.rules.code_s, members.rules.code_resend_s);
    Ok(Json(EmailCodeSent { expires_in_s, resend_in_s }))
}

/// Proves an address with its code.
#[utoipa::path(tag = "auth", responses(
    (status = 200, body = EmailProof),
    (status = 400, description = "invalid_request", body = ProblemBody<'_>),
    (status = 410, description = "code_expired", body = ProblemBody<'_>),
    (status = 422, description = "code_wrong", body = ProblemBody<'_>)
))]
#[post("/api/v1/auth/email-proofs")]
async fn prove_email(
    members: Data<Members>,
    form: Json<EmailProofForm>,
) -> Result<Json<EmailProof>, Problem> {
    let proof = email_code::prove_email(&members, &form.email, &form.code).await?;
    Ok(Json(EmailProof { proof, expires_in_s: members.rules.proof_s }))
}

/// Signs up and logs in.
#[utoipa::path(tag = "members", responses(
    (status = 201, body = SessionView),
    (status = 400, description = "invalid_request", body = ProblemBody<'_>),
    (status = 409, description = "email_taken, username_taken, nickname_taken", body = ProblemBody<'_>),
    (status = 410, description = "proof_expired", body = ProblemBody<'_>)
))]
#[post("/api/v1/members")]
async fn make_member(
    request: HttpRequest,
    members: Data<Members>,
    config: Data<Config>,
    form: Json<SignUpForm>,
) -> Result<HttpResponse, Problem> {
    let form = form.into_inner();
    let form = SignUp {
        proof: form.proof,
        username: form.username,
        password: form.password,
        nickname: form.nickname,
        birth_date: form.birth_date,
        sex: form.sex,
        interests: form.interests,
        languages: form.languages,
        terms_version: form.terms_version,
        privacy_version: form.privacy_version,
    };
    let member = sign_up(&members, form).await?;
    let tokens = begin_session(&members, member, &device(&request)).await?;
    answer(HttpResponse::Created(), &members, &config, tokens).await
}

/// Logs in.
#[utoipa::path(tag = "auth", responses(
    (status = 200, body = SessionView),
    (status = 400, description = "invalid_request", body = ProblemBody<'_>),
    (status = 401, description = "credentials_wrong", body = ProblemBody<'_>),
    (status = 423, description = "account_locked", body = ProblemBody<'_>),
    (status = 429, description = "too_many_requests", body = ProblemBody<'_>)
))]
#[post("/api/v1/auth/sessions")]
async fn log_in_member(
    request: HttpRequest,
    members: Data<Members>,
    config: Data<Config>,
    form: Json<LogInForm>,
) -> Result<HttpResponse, Problem> {
    let LogInForm { login, password } = form.into_inner();
    let from = client_address(&request);
    let member = log_in::log_in(&members, &login, password, &from).await?;
    let tokens = begin_session(&members, member, &device(&request)).await?;
    answer(HttpResponse::Ok(), &members, &config, tokens).await
}

/// Exchanges the refresh cookie for fresh tokens.
#[utoipa::path(tag = "auth", responses(
    (status = 200, body = SessionView),
    (status = 401, description = "session_ended", body = ProblemBody<'_>),
    (status = 403, description = "origin_not_allowed", body = ProblemBody<'_>)
))]
#[post("/api/v1/auth/refresh")]
async fn renew_session(
    request: HttpRequest,
    members: Data<Members>,
    gate: Data<Gate>,
    config: Data<Config>,
) -> Result<HttpResponse, Problem> {
    gate.origins.check(request.headers())?;
    let refresh =
        refresh_cookie(&request, &config).ok_or_else(|| Problem::new(ProblemCode::SessionEnded))?;
    let tokens = refresh_session(&members, &refresh).await?;
    answer(HttpResponse::Ok(), &members, &config, tokens).await
}

/// Logs out: ends the session of the refresh cookie, and its sockets.
#[utoipa::path(tag = "auth", responses(
    (status = 204),
    (status = 403, description = "origin_not_allowed", body = ProblemBody<'_>)
))]
#[delete("/api/v1/auth/sessions/current")]
async fn log_out(
    request: HttpRequest,
    members: Data<Members>,
    gate: Data<Gate>,
    config: Data<Config>,
) -> Result<HttpResponse, Problem> {
    gate.origins.check(request.headers())?;
    if let Some(refresh) = refresh_cookie(&request, &config) {
        end_session(&members, &refresh).await?;
    }
    let mut gone = cookie(&config, String::new());
    gone.make_removal();
    Ok(HttpResponse::NoContent().cookie(gone).finish())
}

/// The own account.
#[utoipa::path(tag = "members", security(("access_token" = [])), responses(
    (status = 200, body = MemberView),
    (status = 401, description = "unauthenticated, session_ended", body = ProblemBody<'_>)
))]
#[get("/api/v1/members/me")]
async fn show_me(me: CurrentMember, members: Data<Members>) -> Result<Json<MemberView>, Problem> {
    Ok(Json(profile::show(&members, me.id).await?.into()))
}

/// Changes the own profile.
#[utoipa::path(tag = "members", security(("access_token" = [])), responses(
    (status = 200, body = MemberView),
    (status = 400, description = "invalid_request", body = ProblemBody<'_>),
    (status = 401, description = "unauthenticated, session_ended", body = ProblemBody<'_>),
    (status = 409, description = "nickname_taken", body = ProblemBody<'_>)
))]
#[patch("/api/v1/members/me")]
async fn change_me(
    me: CurrentMember,
    members: Data<Members>,
    form: Json<ProfileForm>,
) -> Result<Json<MemberView>, Problem> {
    let ProfileForm { nickname, introduction, interests, languages } = form.into_inner();
    let change = Change { nickname, introduction, interests, languages };
    Ok(Json(profile::change(&members, me.id, change).await?.into()))
}

/// Says where the member is. Snapped to a cell of about 5 km at once; kept 30 minutes.
#[utoipa::path(tag = "members", security(("access_token" = [])), responses(
    (status = 200, body = PlaceKept),
    (status = 400, description = "invalid_request", body = ProblemBody<'_>),
    (status = 401, description = "unauthenticated, session_ended", body = ProblemBody<'_>),
    (status = 429, description = "too_many_requests", body = ProblemBody<'_>)
))]
#[put("/api/v1/members/me/place")]
async fn put_place(
    me: CurrentMember,
    members: Data<Members>,
    form: Json<PlaceForm>,
) -> Result<Json<PlaceKept>, Problem> {
    place::keep_place(&members, me.id, form.latitude, form.longitude).await?;
    Ok(Json(PlaceKept { expires_in_s: members.rules.place_s }))
}

async fn answer(
    mut response: actix_web::HttpResponseBuilder,
    members: &Members,
    config: &Config,
    tokens: Tokens,
) -> Result<HttpResponse, Problem> {
    let member = profile::show(members, tokens.member).await?.into();
    let expires_in_s = members.auth.access_token_s;
    response.cookie(cookie(config, tokens.refresh));
    Ok(response.json(SessionView { access_token: tokens.access, expires_in_s, member }))
}

/// The refresh cookie. Over HTTPS it has the `__Host-` prefix (RFC 6265bis), which keeps other hosts
/// from setting it; a browser takes that prefix only over HTTPS.
fn cookie(config: &Config, refresh: String) -> Cookie<'static> {
    let life = i64::try_from(config.auth.refresh_token_s).unwrap_or(i64::MAX);
    Cookie::build(cookie_name(config), refresh)
        .path("/")
        .http_only(true)
        .secure(config.http.is_https())
        .same_site(SameSite::Strict)
        .max_age(CookieLife::seconds(life))
        .finish()
}

fn cookie_name(config: &Config) -> &'static str {
    if config.http.is_https() { "__Host-refresh" } else { "rand-chat-refresh" }
}

fn refresh_cookie(request: &HttpRequest, config: &Config) -> Option<String> {
    request.cookie(cookie_name(config)).map(|cookie| cookie.value().to_owned())
}

fn device(request: &HttpRequest) -> String {
    let agent = request.headers().get(USER_AGENT).and_then(|agent| agent.to_str().ok());
    agent.unwrap_or("unknown").to_owned()
}
