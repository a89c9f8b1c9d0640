//! The second port: `/healthz` (restart me if this fails), `/readyz` (send me traffic if this
//! succeeds), `/metrics`.

use actix_web::HttpResponse;
use actix_web::http::header::CONTENT_TYPE;
use actix_web::web::{self, Data, ServiceConfig};
use serde_json::{Map, Value, json};

use crate::runtime::{HealthBoard, metrics_text};

/// Adds the three endpoints.
pub fn health_routes(routes: &mut ServiceConfig, board: &HealthBoard) {
    routes
        .app_data(Data::new(board.clone()))
        .route("/healthz", web::get().to(alive))
        .route("/readyz", web::get().to(ready))
        .route("/metrics", web::get().to(show_metrics));
}

async fn alive(board: Data<HealthBoard>) -> HttpResponse {
    let mut answer =
        if board.is_alive() { HttpResponse::Ok() } else { HttpResponse::ServiceUnavailable() };
    answer.json(json!({"alive": board.is_alive()}))
}

/// Lists every part with its light: `starting`, `ready`, `draining` or `failed`.
async fn ready(board: Data<HealthBoard>) -> HttpResponse {
    let is_ready = board.not_ready().is_empty();
    let parts: Map<String, Value> = board
        .lights()
        .into_iter()
        .map(|(part, light)| (part.to_owned(), format!("{light:?}").to_lowercase().into()))
        .collect();
    let mut answer = if is_ready { HttpResponse::Ok() } else { HttpResponse::ServiceUnavailable() };
    answer.json(json!({"ready": is_ready, "parts": parts}))
}

async fn show_metrics() -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, "text/plain; version=0.0.4"))
        .body(metrics_text())
}
