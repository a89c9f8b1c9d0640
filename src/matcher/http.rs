//! Endpoints of this role.

use actix_web::web::{Data, Json, Path, ServiceConfig};
use actix_web::{HttpResponse, delete, get, post, put};
use serde::{Deserialize, Serialize};
use utoipa::{OpenApi, ToSchema};

use crate::base::{ProposalId, RoomId};
use crate::http::{CurrentMember, Problem, ProblemBody, ProblemCode};
use crate::protocol::{Answer, Outlook, Sex, TicketView, Wish, wished_sex};

use super::answer::{Standing, answer};
use super::join::{join, show};
use super::leave::leave;
use super::outlook::outlook;
use super::{MatcherError, Matching};

/// The part of the API that this role serves.
#[derive(OpenApi)]
#[openapi(paths(put_ticket, show_ticket, delete_ticket, answer_proposal))]
pub struct MatchApi;

pub(super) fn routes(routes: &mut ServiceConfig, matching: Matching) {
    routes
        .app_data(Data::new(matching))
        .service(put_ticket)
        .service(show_ticket)
        .service(delete_ticket)
        .service(answer_proposal);
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct TicketForm {
    /// How far away a stranger may be: one of the distances of the client settings; null is anywhere.
    max_distance_km: Option<u32>,
    #[schema(schema_with = wished_sex)]
    sex: Option<Sex>,
    /// How many years old at least.
    age_min: Option<u32>,
    /// How many years old at most.
    age_max: Option<u32>,
    /// Which language the other speaks (ISO 639); null is any.
    language: Option<String>,
}

#[derive(Serialize, ToSchema)]
struct WaitingView {
    #[serde(flatten)]
    ticket: TicketView,
    outlook: Outlook,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct AnswerForm {
    /// The match token of the proposal.
    token: String,
    answer: Answer,
}

#[derive(Serialize, ToSchema)]
struct AnswerView {
    state: AnswerState,
    /// The room, once both have accepted.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    room: Option<RoomId>,
}

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum AnswerState {
    WaitingForPartner,
    Accepted,
    Declined,
}

/// Asks to be matched, or changes the conditions. The place in the queue is kept.
#[utoipa::path(tag = "match", security(("access_token" = [])), responses(
    (status = 200, body = TicketView),
    (status = 400, description = "invalid_request", body = ProblemBody<'_>),
    (status = 401, description = "unauthenticated, session_ended", body = ProblemBody<'_>),
    (status = 409, description = "place_needed, proposal_open", body = ProblemBody<'_>),
    (status = 429, description = "too_many_requests", body = ProblemBody<'_>)
))]
#[put("/api/v1/match/ticket")]
async fn put_ticket(
    me: CurrentMember,
    matching: Data<Matching>,
    form: Json<TicketForm>,
) -> Result<Json<TicketView>, Problem> {
    let TicketForm { max_distance_km, sex, age_min, age_max, language } = form.into_inner();
    let wish = Wish { max_distance_km, sex, age_min, age_max, language };
    let joined = join(&matching, me.id, wish).await?;
    Ok(Json(joined.view(matching.clock.now())))
}

/// The own place in the queue, and what to expect.
#[utoipa::path(tag = "match", security(("access_token" = [])), responses(
    (status = 200, body = WaitingView),
    (status = 401, description = "unauthenticated, session_ended", body = ProblemBody<'_>),
    (status = 404, description = "not_waiting", body = ProblemBody<'_>),
    (status = 429, description = "too_many_requests", body = ProblemBody<'_>)
))]
#[get("/api/v1/match/ticket")]
async fn show_ticket(
    me: CurrentMember,
    matching: Data<Matching>,
) -> Result<Json<WaitingView>, Problem> {
    let joined = show(&matching, me.id).await?;
    let outlook = outlook(&matching, &joined.ticket).await?;
    Ok(Json(WaitingView { ticket: joined.view(matching.clock.now()), outlook }))
}

/// Leaves the queue.
#[utoipa::path(tag = "match", security(("access_token" = [])), responses(
    (status = 204),
    (status = 401, description = "unauthenticated, session_ended", body = ProblemBody<'_>),
    (status = 409, description = "proposal_open", body = ProblemBody<'_>)
))]
#[delete("/api/v1/match/ticket")]
async fn delete_ticket(
    me: CurrentMember,
    matching: Data<Matching>,
) -> Result<HttpResponse, Problem> {
    leave(&matching, me.id).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Accepts or declines a proposal.
#[utoipa::path(tag = "match", security(("access_token" = [])), responses(
    (status = 200, body = AnswerView),
    (status = 400, description = "invalid_request", body = ProblemBody<'_>),
    (status = 401, description = "unauthenticated, session_ended", body = ProblemBody<'_>),
    (status = 403, description = "match_token_invalid", body = ProblemBody<'_>),
    (status = 404, description = "proposal_not_found", body = ProblemBody<'_>),
    (status = 409, description = "proposal_over", body = ProblemBody<'_>)
))]
#[post("/api/v1/match/proposals/{proposal}/answer")]
async fn answer_proposal(
    me: CurrentMember,
    matching: Data<Matching>,
    proposal: Path<String>,
    form: Json<AnswerForm>,
) -> Result<Json<AnswerView>, Problem> {
    let proposal: ProposalId = proposal.parse().map_err(|_| MatcherError::ProposalNotFound)?;
    // To the end, even if whoever asked hangs up: both are to be told.
    let (matching, AnswerForm { token, answer: word }) =
        (matching.get_ref().clone(), form.into_inner());
    let answering =
        tokio::spawn(async move { answer(&matching, proposal, me.id, &token, word).await });
    let answered =
        answering.await.map_err(|error| Problem::new(ProblemCode::Internal).cause(error))?;
    let view = match answered? {
        Standing::WaitingForPartner => {
            AnswerView { state: AnswerState::WaitingForPartner, room: None }
        }
        Standing::Accepted(room) => AnswerView { state: AnswerState::Accepted, room: Some(room) },
        Standing::Declined => AnswerView { state: AnswerState::Declined, room: None },
    };
    Ok(Json(view))
}
