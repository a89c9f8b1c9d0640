//! `GET /ws`: turns a request into a session.

use actix_web::http::header::SEC_WEBSOCKET_PROTOCOL;
use actix_web::web::{self, Data, Payload, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse, ResponseError};

use crate::http::{Problem, ProblemCode, RequestId};
use crate::protocol::CloseReason;

use super::Gateway;
use super::session::Session;
use super::socket::{Goodbye, Socket};
use super::wire::{self, Limits, SUBPROTOCOL};

pub(super) fn routes(routes: &mut ServiceConfig, gateway: Gateway) {
    routes.app_data(Data::new(gateway)).route("/ws", web::get().to(upgrade));
}

async fn upgrade(request: HttpRequest, body: Payload, gateway: Data<Gateway>) -> HttpResponse {
    if let Err(problem) = gateway.gate.origins.check(request.headers()) {
        return problem.error_response();
    }
    let rules = &gateway.rules;
    let limits =
        Limits { bytes_max: rules.frame_bytes_max, frames_per_minute: rules.frames_per_minute };
    let Some((response, mut socket, incoming)) = wire::open(&request, body, limits).await else {
        let problem = Problem::new(ProblemCode::InvalidRequest);
        return problem.detail("this path takes WebSocket connections only").error_response();
    };
    if !offers_subprotocol(&request) {
        let refused = Goodbye::Because(CloseReason::Version);
        Socket::close(&mut socket, refused).await;
        return response;
    }
    let request_id = actix_web::HttpMessage::extensions(&request)
        .get::<RequestId>()
        .map_or_else(String::new, |id| id.0.clone());
    let session = Session::new(gateway.get_ref().clone(), socket, request_id);
    actix_web::rt::spawn(gateway.lifecycle.track(session.run(incoming)));
    response
}

fn offers_subprotocol(request: &HttpRequest) -> bool {
    request
        .headers()
        .get_all(SEC_WEBSOCKET_PROTOCOL)
        .filter_map(|offered| offered.to_str().ok())
        .flat_map(|offered| offered.split(','))
        .any(|offered| offered.trim() == SUBPROTOCOL)
}
