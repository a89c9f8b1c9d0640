//! Reading a body that is not JSON.

use std::time::Duration;

use actix_web::HttpRequest;
use actix_web::error::PayloadError;
use actix_web::http::header::CONTENT_LENGTH;
use actix_web::web::Payload;
use futures_util::StreamExt;
use tokio::time::timeout;

use super::{Problem, ProblemCode};

/// The whole body, of at most `max` bytes, if it comes in time.
pub async fn read_body(
    request: &HttpRequest,
    body: Payload,
    max: usize,
    within: Duration,
) -> Result<Vec<u8>, Problem> {
    let said = request.headers().get(CONTENT_LENGTH).and_then(|said| said.to_str().ok());
    let said = said.and_then(|said| said.parse::<usize>().ok());
    if said.is_some_and(|said| said > max) {
        return Err(too_large(max));
    }
    let reading = collect(body, said.unwrap_or_default(), max);
    timeout(within, reading).await.unwrap_or_else(|_| {
        Err(Problem::new(ProblemCode::InvalidRequest).detail("the body did not come in time"))
    })
}

async fn collect(mut body: Payload, said: usize, max: usize) -> Result<Vec<u8>, Problem> {
    let mut whole = Vec::with_capacity(said);
    while let Some(piece) = body.next().await {
        let piece = piece.map_err(|error| match error {
            PayloadError::Overflow => too_large(max),
            error => Problem::new(ProblemCode::InvalidRequest)
                .cause(anyhow::Error::msg(error.to_string())),
        })?;
        if whole.len() + piece.len() > max {
            return Err(too_large(max));
        }
        whole.extend_from_slice(&piece);
    }
    Ok(whole)
}

fn too_large(max: usize) -> Problem {
    Problem::new(ProblemCode::PayloadTooLarge).detail(format!("at most {max} bytes"))
}
