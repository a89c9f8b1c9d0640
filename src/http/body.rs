//! Reading a body that is not JSON.

use actix_web::HttpRequest;
use actix_web::error::PayloadError;
use actix_web::http::header::CONTENT_LENGTH;
use actix_web::web::Payload;
use futures_util::StreamExt;
use tokio::time::timeout;

use crate::config::ImagesConfig;
use crate::imaging::Imaging;

use super::{Problem, ProblemCode};

/// The whole file of a picture, if there is a place for it and it comes in time.
pub async fn receive_image(
    request: &HttpRequest,
    body: Payload,
    imaging: &Imaging,
    limits: &ImagesConfig,
) -> Result<Vec<u8>, Problem> {
    let max = limits.bytes_max;
    let said = request.headers().get(CONTENT_LENGTH).and_then(|said| said.to_str().ok());
    let said = said.and_then(|said| said.parse::<usize>().ok());
    if said.is_some_and(|said| said > max) {
        return Err(too_large(max));
    }
    let _place = imaging.place_to_receive()?;
    timeout(limits.receive_within(), collect(body, max)).await.unwrap_or_else(|_| {
        Err(Problem::new(ProblemCode::InvalidRequest).detail("the body did not come in time"))
    })
}

/// Takes memory for what has come, not for what was said to come.
async fn collect(mut body: Payload, max: usize) -> Result<Vec<u8>, Problem> {
    let mut whole = Vec::new();
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
