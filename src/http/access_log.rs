//! One line, one span and one measurement per request; its id and the security headers on its answer.

use std::time::Instant;

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use actix_web::http::{Method, StatusCode};
use actix_web::middleware::Next;
use actix_web::web::Data;
use actix_web::{HttpMessage, ResponseError};
use tracing::{Instrument, info, info_span};
use uuid::Uuid;

use super::{Problem, ProblemCode, SecurityHeaders};

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
/// Longest request id taken from outside.
const REQUEST_ID_MAX: usize = 64;

/// Names a request from the first handler to the last, over all roles.
#[derive(Clone, Debug)]
pub struct RequestId(pub String);

/// Wraps every request of a server.
pub async fn access_log(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, actix_web::Error> {
    let begun = Instant::now();
    let id = request_id(request.headers());
    request.extensions_mut().insert(RequestId(id.clone()));
    let (method, path) = (request.method().clone(), request.path().to_owned());
    let span = info_span!("request", request.id = %id, %method, %path);

    let answered = async {
        let response = match next.call(request).await {
            Ok(response) => response.map_into_boxed_body(),
            Err(error) => return Err(error),
        };
        Ok(as_problem(response))
    }
    .instrument(span.clone())
    .await;

    let mut response = answered?;
    let status = response.status().as_u16();
    let pattern = response.request().match_pattern().unwrap_or_else(|| "other".to_owned());
    let elapsed = begun.elapsed();
    metrics::histogram!(
        "http_request_seconds", "path" => pattern, "method" => known(&method),
        "status" => status.to_string()
    )
    .record(elapsed);
    span.in_scope(|| {
        info!(status, elapsed_ms = u64::try_from(elapsed.as_millis()).unwrap_or(0), "answered");
    });
    let security = response.request().app_data::<Data<SecurityHeaders>>().cloned();
    security.unwrap_or_default().put_on(response.headers_mut(), &path);
    if let Ok(value) = HeaderValue::from_str(&id) {
        response.headers_mut().insert(REQUEST_ID, value);
    }
    Ok(response)
}

/// The id that came with the request, if it is a decent one, else a fresh one.
fn request_id(headers: &HeaderMap) -> String {
    let decent = |id: &&str| {
        (1..=REQUEST_ID_MAX).contains(&id.len())
            && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    };
    let given = headers.get(&REQUEST_ID).and_then(|id| id.to_str().ok()).filter(decent);
    given.map_or_else(|| Uuid::now_v7().to_string(), str::to_owned)
}

/// Gives the refusals of actix itself, which have no body, the shape of all others.
fn as_problem(response: ServiceResponse<BoxBody>) -> ServiceResponse<BoxBody> {
    if response.headers().contains_key(CONTENT_TYPE) {
        return response;
    }
    let code = match response.status() {
        StatusCode::NOT_FOUND => ProblemCode::NotFound,
        StatusCode::METHOD_NOT_ALLOWED => ProblemCode::MethodNotAllowed,
        StatusCode::BAD_REQUEST => ProblemCode::InvalidRequest,
        StatusCode::NOT_ACCEPTABLE => ProblemCode::NotAcceptable,
        _ => return response,
    };
    let mut problem = Problem::new(code).error_response();
    for (name, value) in response.headers() {
        // What it says of more than its body stays: `Allow`, for example.
        if !name.as_str().starts_with("content-") {
            problem.headers_mut().insert(name.clone(), value.clone());
        }
    }
    ServiceResponse::new(response.request().clone(), problem)
}

/// The method, or `other`: whoever makes methods up does not make measurements up.
fn known(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::PATCH => "PATCH",
        Method::DELETE => "DELETE",
        Method::OPTIONS => "OPTIONS",
        _ => "other",
    }
}
