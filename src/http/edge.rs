//! What holds for every request: sizes, shapes, and answers to what no handler takes.

use actix_web::error::{JsonPayloadError, PathError, QueryPayloadError};
use actix_web::web::{JsonConfig, PathConfig, QueryConfig, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse, ResponseError};
use anyhow::anyhow;

use super::{Problem, ProblemCode};

/// Makes the extractors of actix answer with problems, and bounds what they read.
pub fn edge_config(routes: &mut ServiceConfig, body_bytes_max: usize) {
    routes
        .app_data(JsonConfig::default().limit(body_bytes_max).error_handler(bad_json))
        .app_data(PathConfig::default().error_handler(bad_path))
        .app_data(QueryConfig::default().error_handler(bad_query));
}

/// Answers to a path that nobody serves here.
pub async fn no_such_path() -> HttpResponse {
    Problem::new(ProblemCode::NotFound).error_response()
}

#[expect(clippy::needless_pass_by_value, reason = "actix calls it like this")]
fn bad_json(error: JsonPayloadError, _: &HttpRequest) -> actix_web::Error {
    let problem = match &error {
        JsonPayloadError::OverflowKnownLength { .. } | JsonPayloadError::Overflow { .. } => {
            Problem::new(ProblemCode::PayloadTooLarge)
        }
        JsonPayloadError::ContentType => Problem::new(ProblemCode::UnsupportedMediaType)
            .detail("the body must be application/json"),
        JsonPayloadError::Deserialize(error) => {
            // Its text has pieces of the body: for who sent it, and not for the log.
            let (line, column, what) = (error.line(), error.column(), error.classify());
            let problem = Problem::new(ProblemCode::InvalidRequest).detail(error.to_string());
            return problem.cause(anyhow!("{what:?} at line {line}, column {column}")).into();
        }
        _ => Problem::new(ProblemCode::InvalidRequest),
    };
    problem.cause(error_text(&error)).into()
}

#[expect(clippy::needless_pass_by_value, reason = "actix calls it like this")]
fn bad_path(error: PathError, _: &HttpRequest) -> actix_web::Error {
    Problem::new(ProblemCode::NotFound).cause(error_text(&error)).into()
}

#[expect(clippy::needless_pass_by_value, reason = "actix calls it like this")]
fn bad_query(error: QueryPayloadError, _: &HttpRequest) -> actix_web::Error {
    Problem::new(ProblemCode::InvalidRequest).detail(error.to_string()).into()
}

fn error_text(error: &impl ToString) -> anyhow::Error {
    anyhow::Error::msg(error.to_string())
}
