//! The ways back for who cannot log in. No answer tells whether there is such an account.

use actix_web::web::{Data, Json};
use actix_web::{HttpRequest, HttpResponse, post};
use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::config::Config;
use crate::http::{Problem, ProblemBody};
use crate::member::account::Language;
use crate::member::remind_username::remind_username;
use crate::member::unlock::{ask_for_unlock_code, unlock};
use crate::member::{Members, reset_password as reset};

use super::{Asking, CodeSent, Proof, guesser};

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NamedCodeForm {
    /// Username or e-mail address.
    #[schema(min_length = 1, max_length = 254)]
    login: String,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NamedProofForm {
    /// Username or e-mail address, as the code was asked for.
    #[schema(min_length = 1, max_length = 254)]
    login: String,
    /// 6 digits to unlock, 8 for a new password.
    #[schema(pattern = "^[0-9]{6,8}$")]
    code: String,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct UsernameForm {
    #[schema(format = "email", max_length = 254)]
    email: String,
    /// Of the mail, for who has no account; members are written in theirs.
    #[serde(default)]
    language: Language,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ResetForm {
    /// From `/auth/password-reset-proofs`.
    proof: String,
    /// 8 to 128 characters.
    #[schema(value_type = String, min_length = 8, max_length = 128)]
    password: SecretString,
}

/// A mail that is on its way, if there is anybody to send it to.
#[derive(Serialize, ToSchema)]
struct MailSent {
    /// Another may be asked for after so long.
    resend_in_s: u64,
}

/// Sends the code that unlocks an account to its address.
#[utoipa::path(tag = "auth", responses(
    (status = 200, body = CodeSent),
    (status = 400, description = "invalid_request", body = ProblemBody<'_>),
    (status = 429, description = "too_many_requests", body = ProblemBody<'_>)
))]
#[post("/api/v1/auth/unlock-codes")]
pub(super) async fn send_unlock_code(
    request: HttpRequest,
    members: Data<Members>,
    config: Data<Config>,
    form: Json<NamedCodeForm>,
) -> Result<HttpResponse, Problem> {
    let asking = Asking::of(&request, &config);
    ask_for_unlock_code(&members, &form.login, &asking.asker).await?;
    Ok(asking.answer(CodeSent::by(&members)))
}

/// Unlocks an account with the code sent to its address.
#[utoipa::path(tag = "auth", responses(
    (status = 204),
    (status = 400, description = "invalid_request", body = ProblemBody<'_>),
    (status = 410, description = "code_expired", body = ProblemBody<'_>),
    (status = 422, description = "code_wrong", body = ProblemBody<'_>),
    (status = 429, description = "too_many_requests", body = ProblemBody<'_>)
))]
#[post("/api/v1/auth/unlocks")]
pub(super) async fn unlock_account(
    request: HttpRequest,
    members: Data<Members>,
    config: Data<Config>,
    form: Json<NamedProofForm>,
) -> Result<HttpResponse, Problem> {
    unlock(&members, &form.login, &form.code, &guesser(&request, &config)).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Sends the username of an address to that address.
#[utoipa::path(tag = "auth", responses(
    (status = 200, body = MailSent),
    (status = 400, description = "invalid_request", body = ProblemBody<'_>),
    (status = 429, description = "too_many_requests", body = ProblemBody<'_>)
))]
#[post("/api/v1/auth/username-reminders")]
pub(super) async fn send_username(
    request: HttpRequest,
    members: Data<Members>,
    config: Data<Config>,
    form: Json<UsernameForm>,
) -> Result<HttpResponse, Problem> {
    let asking = Asking::of(&request, &config);
    remind_username(&members, &form.email, form.language, &asking.asker).await?;
    Ok(asking.answer(MailSent { resend_in_s: members.rules.code_resend_s }))
}

/// Sends the code for a new password to the address of an account. The old password works on.
#[utoipa::path(tag = "auth", responses(
    (status = 200, body = CodeSent),
    (status = 400, description = "invalid_request", body = ProblemBody<'_>),
    (status = 429, description = "too_many_requests", body = ProblemBody<'_>)
))]
#[post("/api/v1/auth/password-reset-codes")]
pub(super) async fn send_reset_code(
    request: HttpRequest,
    members: Data<Members>,
    config: Data<Config>,
    form: Json<NamedCodeForm>,
) -> Result<HttpResponse, Problem> {
    let asking = Asking::of(&request, &config);
    reset::ask_for_reset_code(&members, &form.login, &asking.asker).await?;
    Ok(asking.answer(CodeSent::by(&members)))
}

/// Turns the code for a new password into a proof.
#[utoipa::path(tag = "auth", responses(
    (status = 200, body = Proof),
    (status = 400, description = "invalid_request", body = ProblemBody<'_>),
    (status = 410, description = "code_expired", body = ProblemBody<'_>),
    (status = 422, description = "code_wrong", body = ProblemBody<'_>),
    (status = 429, description = "too_many_requests", body = ProblemBody<'_>)
))]
#[post("/api/v1/auth/password-reset-proofs")]
pub(super) async fn prove_reset(
    request: HttpRequest,
    members: Data<Members>,
    config: Data<Config>,
    form: Json<NamedProofForm>,
) -> Result<Json<Proof>, Problem> {
    let asker = guesser(&request, &config);
    let proof = reset::prove_reset(&members, &form.login, &form.code, &asker).await?;
    Ok(Json(Proof { proof, expires_in_s: members.rules.proof_s }))
}

/// Sets a new password: unlocks the account and ends every log-in of it.
#[utoipa::path(tag = "auth", responses(
    (status = 204),
    (status = 400, description = "invalid_request", body = ProblemBody<'_>),
    (status = 410, description = "proof_expired", body = ProblemBody<'_>),
    (status = 429, description = "too_many_requests", body = ProblemBody<'_>)
))]
#[post("/api/v1/auth/password-resets")]
pub(super) async fn set_new_password(
    members: Data<Members>,
    form: Json<ResetForm>,
) -> Result<HttpResponse, Problem> {
    let ResetForm { proof, password } = form.into_inner();
    reset::reset_password(&members, &proof, password).await?;
    Ok(HttpResponse::NoContent().finish())
}
