//! Lets pages of the allowed origins use the API from where they are (CORS), and nobody else.
//!
//! actix-cors is not used: it says `Access-Control-Allow-Credentials` to everybody, and its refusals are not
//! problems.

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::Method;
use actix_web::http::header::{
    ACCESS_CONTROL_ALLOW_CREDENTIALS, ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS,
    ACCESS_CONTROL_ALLOW_ORIGIN, ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE,
    ACCESS_CONTROL_REQUEST_METHOD, HeaderMap, HeaderValue, ORIGIN, VARY,
};
use actix_web::middleware::Next;
use actix_web::web::Data;
use actix_web::{HttpResponse, ResponseError};

use super::{Gate, Problem, ProblemCode};

/// What the API is asked with.
const METHODS: &str = "GET, POST, PUT, PATCH, DELETE";
const HEADERS: &str = "authorization, content-type, x-request-id";
/// What pages may read of an answer besides its body.
const EXPOSED: &str = "content-disposition, retry-after, x-request-id";
/// How long a browser may remember that it may ask, in seconds.
const MAX_AGE: &str = "3600";

/// Wraps every request of a server, within its access log.
pub async fn cors(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, actix_web::Error> {
    if !request.path().starts_with("/api/") {
        return Ok(next.call(request).await?.map_into_boxed_body());
    }
    let origin = allowed_origin(&request);
    let mut response = if is_preflight(&request) {
        let answer = match origin {
            Some(_) => preflight(),
            None => Problem::new(ProblemCode::OriginNotAllowed).error_response(),
        };
        request.into_response(answer)
    } else {
        next.call(request).await?.map_into_boxed_body()
    };
    let headers = response.headers_mut();
    // Also for who may not, so that no cache gives one the answer of the other.
    headers.append(VARY, HeaderValue::from_static("origin"));
    if let Some(origin) = origin {
        allow(headers, origin);
    }
    Ok(response)
}

fn allowed_origin(request: &ServiceRequest) -> Option<HeaderValue> {
    let gate = request.app_data::<Data<Gate>>()?;
    let origin = request.headers().get(ORIGIN)?;
    gate.origins.has(origin).then(|| origin.clone())
}

fn is_preflight(request: &ServiceRequest) -> bool {
    request.method() == Method::OPTIONS
        && request.headers().contains_key(ORIGIN)
        && request.headers().contains_key(ACCESS_CONTROL_REQUEST_METHOD)
}

fn preflight() -> HttpResponse {
    HttpResponse::NoContent()
        .insert_header((ACCESS_CONTROL_ALLOW_METHODS, METHODS))
        .insert_header((ACCESS_CONTROL_ALLOW_HEADERS, HEADERS))
        .insert_header((ACCESS_CONTROL_MAX_AGE, MAX_AGE))
        .finish()
}

fn allow(headers: &mut HeaderMap, origin: HeaderValue) {
    headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin);
    headers.insert(ACCESS_CONTROL_ALLOW_CREDENTIALS, HeaderValue::from_static("true"));
    headers.insert(ACCESS_CONTROL_EXPOSE_HEADERS, HeaderValue::from_static(EXPOSED));
}
