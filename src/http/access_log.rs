//! One line, one span and one measurement per request; the security headers of every answer.

use std::time::Instant;

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::StatusCode;
use actix_web::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue,
    REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use actix_web::middleware::Next;
use actix_web::web::Data;
use actix_web::{HttpMessage, ResponseError};
use tracing::{Instrument, info, info_span};
use uuid::Uuid;

use super::{Problem, ProblemCode};

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
/// Longest request id taken from outside.
const REQUEST_ID_MAX: usize = 64;

/// For our own pages: nothing but our own files, no inline script.
const CONTENT_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; \
    img-src 'self' data: blob:{images}; connect-src 'self' ws: wss:; font-src 'self'; \
    manifest-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'self'; \
    frame-ancestors 'none'";
/// For the page that shows the API, which styles itself inline.
const DOCS_CONTENT_POLICY: &str = "default-src 'none'; script-src 'self'; \
    style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; \
    form-action 'none'; frame-ancestors 'none'";

/// What our own pages may load.
#[derive(Clone, Debug)]
pub struct ContentPolicy(HeaderValue);

impl ContentPolicy {
    /// With images from this service, and from `images`, a `scheme://host[:port]`, if there is one.
    #[must_use]
    pub fn new(images: Option<&str>) -> Self {
        let images = images.map_or_else(String::new, |origin| format!(" {origin}"));
        let policy = HeaderValue::from_str(&CONTENT_POLICY.replace("{images}", &images));
        Self(policy.unwrap_or_else(|_| HeaderValue::from_static("default-src 'none'")))
    }
}

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
        "http_request_seconds", "path" => pattern, "method" => method.to_string(),
        "status" => status.to_string()
    )
    .record(elapsed);
    span.in_scope(|| {
        info!(status, elapsed_ms = u64::try_from(elapsed.as_millis()).unwrap_or(0), "answered");
    });
    let policy = response.request().app_data::<Data<ContentPolicy>>();
    let policy = policy.map_or_else(|| ContentPolicy::new(None), |policy| policy.get_ref().clone());
    secure(response.headers_mut(), &path, policy);
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
        _ => return response,
    };
    let request = response.request().clone();
    ServiceResponse::new(request, Problem::new(code).error_response())
}

fn secure(headers: &mut HeaderMap, path: &str, policy: ContentPolicy) {
    let docs = path.starts_with("/api/docs");
    let policy = if docs { HeaderValue::from_static(DOCS_CONTENT_POLICY) } else { policy.0 };
    headers.insert(CONTENT_SECURITY_POLICY, policy);
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(X_FRAME_OPTIONS, HeaderValue::from_static("DENY"));
    headers.insert(REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    let opener = HeaderName::from_static("cross-origin-opener-policy");
    headers.insert(opener, HeaderValue::from_static("same-origin"));
    if !headers.contains_key(CACHE_CONTROL) {
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
}
