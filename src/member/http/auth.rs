//! Signing up, logging in and out.

use actix_web::web::{Data, Json};
use actix_web::{HttpRequest, HttpResponse, delete, post};
use chrono::NaiveDate;
use secrecy::SecretString;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::config::Config;
use crate::http::{OurPage, Problem, ProblemBody, ProblemCode, client_address};
use crate::member::account::Language;
use crate::member::log_in::{LogIn, log_in};
use crate::member::session::{log_out, refresh_session};
use crate::member::sign_up::{SignUp, sign_up};
use crate::member::{Members, prove_email as prove};
use crate::protocol::Sex;

use super::cookies::Jar;
use super::views::SessionView;
use super::{Asking, CodeSent, Proof, answer, enter, guesser};

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct EmailCodeForm {
    #[schema(format = "email", max_length = 254)]
    email: String,
    /// Of the mail.
    #[serde(default)]
    language: Language,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct EmailProofForm {
    #[schema(format = "email", max_length = 254)]
    email: String,
    /// 6 digits.
    #[schema(pattern = "^[0-9]{6}$")]
    code: String,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct SignUpForm {
    /// From `/auth/email-proofs`.
    proof: String,
    /// 4 to 20 of `a-z 0-9 _`; upper case becomes lower case.
    #[schema(pattern = "^[A-Za-z0-9_]{4,20}$")]
    username: String,
    /// 8 to 128 characters.
    #[schema(value_type = String, min_length = 8, max_length = 128)]
    password: SecretString,
    /// 2 to 15 letters or digits.
    #[schema(min_length = 2, max_length = 15)]
    nickname: String,
    #[schema(value_type = String, format = Date)]
    birth_date: NaiveDate,
    sex: Sex,
    /// At most 10, each of 1 to 20 characters.
    #[serde(default)]
    #[schema(max_items = 10)]
    interests: Vec<String>,
    /// ISO 639 codes, at most 5.
    #[serde(default)]
    #[schema(max_items = 5)]
    languages: Vec<String>,
    /// Of mails.
    #[serde(default)]
    language: Language,
    terms_version: String,
    privacy_version: String,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct LogInForm {
    /// Username or e-mail address.
    #[schema(min_length = 1, max_length = 254)]
    login: String,
    #[schema(value_type = String)]
    password: SecretString,
}

/// Sends a code to an address. The answer does not tell whether the address has an account. The code is good in the
/// browser that asked (by its device cookie).
#[utoipa::path(tag = "auth", responses(
    (status = 200, body = CodeSent),
    (status = 400, description = "invalid_request", body = ProblemBody<'_>),
    (status = 429, description = "too_many_requests", body = ProblemBody<'_>)
))]
#[post("/api/v1/auth/email-codes")]
pub(super) async fn send_email_code(
    request: HttpRequest,
    members: Data<Members>,
    config: Data<Config>,
    form: Json<EmailCodeForm>,
) -> Result<HttpResponse, Problem> {
    let asking = Asking::of(&request, &config);
    prove::ask_for_email_code(&members, &form.email, form.language, &asking.asker).await?;
    Ok(asking.answer(CodeSent::by(&members)))
}

/// Proves an address with its code.
#[utoipa::path(tag = "auth", responses(
    (status = 200, body = Proof),
    (status = 400, description = "invalid_request", body = ProblemBody<'_>),
    (status = 410, description = "code_expired", body = ProblemBody<'_>),
    (status = 422, description = "code_wrong", body = ProblemBody<'_>),
    (status = 429, description = "too_many_requests", body = ProblemBody<'_>)
))]
#[post("/api/v1/auth/email-proofs")]
pub(super) async fn prove_email(
    request: HttpRequest,
    members: Data<Members>,
    config: Data<Config>,
    form: Json<EmailProofForm>,
) -> Result<Json<Proof>, Problem> {
    let asker = guesser(&request, &config);
    let proof = prove::prove_email(&members, &form.email, &form.code, &asker).await?;
    Ok(Json(Proof { proof, expires_in_s: members.rules.proof_s }))
}

/// Signs up and logs in.
#[utoipa::path(tag = "members", responses(
    (status = 201, body = SessionView),
    (status = 400, description = "invalid_request", body = ProblemBody<'_>),
    (status = 403, description = "origin_not_allowed", body = ProblemBody<'_>),
    (status = 409, description = "email_taken, username_taken, nickname_taken", body = ProblemBody<'_>),
    (status = 410, description = "proof_expired", body = ProblemBody<'_>),
    (status = 429, description = "too_many_requests", body = ProblemBody<'_>)
))]
#[post("/api/v1/members")]
pub(super) async fn make_member(
    _: OurPage,
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
        language: form.language,
        terms_version: form.terms_version,
        privacy_version: form.privacy_version,
    };
    let verified = sign_up(&members, form).await?;
    enter(HttpResponse::Created(), &request, &members, &config, verified).await
}

/// Logs in. Who is refused does not learn whether there is such an account.
#[utoipa::path(tag = "auth", responses(
    (status = 200, body = SessionView),
    (status = 400, description = "invalid_request", body = ProblemBody<'_>),
    (status = 401, description = "credentials_wrong", body = ProblemBody<'_>),
    (status = 403, description = "origin_not_allowed, suspended", body = ProblemBody<'_>),
    (status = 423, description = "account_locked", body = ProblemBody<'_>),
    (status = 429, description = "too_many_requests", body = ProblemBody<'_>)
))]
#[post("/api/v1/auth/sessions")]
pub(super) async fn log_in_member(
    _: OurPage,
    request: HttpRequest,
    members: Data<Members>,
    config: Data<Config>,
    form: Json<LogInForm>,
) -> Result<HttpResponse, Problem> {
    let LogInForm { login, password } = form.into_inner();
    let (from, device) = (client_address(&request), Jar::Device.of(&request, &config));
    let verified = log_in(&members, LogIn { name: login, password, from, device }).await?;
    enter(HttpResponse::Ok(), &request, &members, &config, verified).await
}

/// Exchanges the refresh cookie for fresh tokens.
#[utoipa::path(tag = "auth", responses(
    (status = 200, body = SessionView),
    (status = 401, description = "session_ended", body = ProblemBody<'_>),
    (status = 403, description = "origin_not_allowed, suspended", body = ProblemBody<'_>)
))]
#[post("/api/v1/auth/refresh")]
pub(super) async fn renew_session(
    _: OurPage,
    request: HttpRequest,
    members: Data<Members>,
    config: Data<Config>,
) -> Result<HttpResponse, Problem> {
    let refresh = Jar::Session
        .of(&request, &config)
        .ok_or_else(|| Problem::new(ProblemCode::SessionEnded))?;
    let tokens = refresh_session(&members, &refresh).await?;
    answer(HttpResponse::Ok(), &members, &config, tokens).await
}

/// Logs out: ends the session of the refresh cookie, and its sockets.
#[utoipa::path(tag = "auth", responses(
    (status = 204),
    (status = 403, description = "origin_not_allowed", body = ProblemBody<'_>)
))]
#[delete("/api/v1/auth/sessions/current")]
pub(super) async fn log_out_member(
    _: OurPage,
    request: HttpRequest,
    members: Data<Members>,
    config: Data<Config>,
) -> Result<HttpResponse, Problem> {
    if let Some(refresh) = Jar::Session.of(&request, &config) {
        log_out(&members, &refresh).await?;
    }
    Ok(HttpResponse::NoContent().cookie(Jar::Session.forget(&config)).finish())
}
