//! Endpoints of this role: parse, call, answer.

mod account;
mod auth;
mod cookies;
mod picture;
mod recovery;
mod safety;
mod sessions;
mod views;

use std::sync::Arc;

use actix_web::cookie::Cookie;
use actix_web::http::header::USER_AGENT;
use actix_web::web::{Data, Json, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder, get};
use serde::Serialize;
use utoipa::{OpenApi, ToSchema};

use crate::config::{Config, MailKind};
use crate::http::{Problem, ProblemBody, client_address};

pub(super) use self::cookies::DEVICE_DAYS;
use self::cookies::Jar;
use self::views::{MemberView, SessionView};
use super::codes::{Asker, random_token};
use super::session::{Browser, Tokens, Verified, begin_session};
use super::{Members, profile};

/// The part of the API that this role serves.
#[derive(OpenApi)]
#[openapi(
    paths(
        client_settings,
        auth::send_email_code,
        auth::prove_email,
        auth::make_member,
        auth::log_in_member,
        auth::renew_session,
        auth::log_out_member,
        recovery::send_unlock_code,
        recovery::unlock_account,
        recovery::send_username,
        recovery::send_reset_code,
        recovery::prove_reset,
        recovery::set_new_password,
        account::show_me,
        account::change_me,
        account::change_my_password,
        account::send_change_code,
        account::change_my_email,
        account::agree_anew,
        account::export_me,
        account::withdraw_me,
        account::put_place,
        picture::put_my_image,
        picture::delete_my_image,
        sessions::list_my_sessions,
        sessions::end_my_session,
        sessions::end_my_sessions,
        safety::put_block,
        safety::delete_block,
        safety::list_my_blocks,
        safety::list_my_reports,
    ),
    components(schemas(ProblemBody<'_>))
)]
pub struct MemberApi;

pub(super) fn routes(routes: &mut ServiceConfig, members: Members, config: Arc<Config>) {
    routes
        .app_data(Data::new(members))
        .app_data(Data::from(config))
        .service(client_settings)
        .service(auth::send_email_code)
        .service(auth::prove_email)
        .service(auth::make_member)
        .service(auth::log_in_member)
        .service(auth::renew_session)
        .service(auth::log_out_member)
        .service(recovery::send_unlock_code)
        .service(recovery::unlock_account)
        .service(recovery::send_username)
        .service(recovery::send_reset_code)
        .service(recovery::prove_reset)
        .service(recovery::set_new_password)
        .service(account::show_me)
        .service(account::change_me)
        .service(account::change_my_password)
        .service(account::send_change_code)
        .service(account::change_my_email)
        .service(account::agree_anew)
        .service(account::export_me)
        .service(account::withdraw_me)
        .service(account::put_place)
        .service(picture::put_my_image)
        .service(picture::delete_my_image)
        .service(sessions::list_my_sessions)
        .service(sessions::end_my_session)
        .service(sessions::end_my_sessions)
        .service(safety::put_block)
        .service(safety::delete_block)
        .service(safety::list_my_blocks)
        .service(safety::list_my_reports);
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

/// A code that is on its way, if there is anybody to send it to.
#[derive(Serialize, ToSchema)]
struct CodeSent {
    /// The code is good for so long.
    expires_in_s: u64,
    /// Another may be asked for after so long.
    resend_in_s: u64,
}

impl CodeSent {
    fn by(members: &Members) -> Self {
        let (expires_in_s, resend_in_s) = (members.rules.code_s, members.rules.code_resend_s);
        Self { expires_in_s, resend_in_s }
    }
}

/// A request of somebody who asks for a code. The browser gets a token if it has none, for a code is only good where
/// it was asked for.
struct Asking {
    asker: Asker,
    fresh: Option<Cookie<'static>>,
}

impl Asking {
    fn of(request: &HttpRequest, config: &Config) -> Self {
        let (held, from) = (Jar::Device.of(request, config), client_address(request));
        let fresh = held.is_none().then(random_token);
        let asker = Asker::new(from, held.as_deref().or(fresh.as_deref()));
        Self { asker, fresh: fresh.map(|token| Jar::Device.keep(token, config)) }
    }

    fn answer(self, body: impl Serialize) -> HttpResponse {
        let mut response = HttpResponse::Ok();
        if let Some(cookie) = self.fresh {
            response.cookie(cookie);
        }
        response.json(body)
    }
}

/// Somebody who shows a code.
fn guesser(request: &HttpRequest, config: &Config) -> Asker {
    Asker::new(client_address(request), Jar::Device.of(request, config).as_deref())
}

/// What a right code was turned into.
#[derive(Serialize, ToSchema)]
struct Proof {
    /// Goes into the next step, once.
    proof: String,
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

/// Logs in a member who has shown who it is.
async fn enter(
    response: HttpResponseBuilder,
    request: &HttpRequest,
    members: &Members,
    config: &Config,
    verified: Verified,
) -> Result<HttpResponse, Problem> {
    let agent = request.headers().get(USER_AGENT).and_then(|agent| agent.to_str().ok());
    let agent = agent.unwrap_or("unknown").to_owned();
    let browser = Browser { agent, token: Jar::Device.of(request, config) };
    let tokens = begin_session(members, verified, browser).await?;
    answer(response, members, config, tokens).await
}

/// Answers with a session.
async fn answer(
    mut response: HttpResponseBuilder,
    members: &Members,
    config: &Config,
    tokens: Tokens,
) -> Result<HttpResponse, Problem> {
    let member: MemberView = profile::show(members, tokens.member).await?.into();
    let expires_in_s = members.auth.access_token_s;
    response.cookie(Jar::Session.keep(tokens.refresh, config));
    if let Some(device) = tokens.device {
        response.cookie(Jar::Device.keep(device, config));
    }
    Ok(response.json(SessionView { access_token: tokens.access, expires_in_s, member }))
}
