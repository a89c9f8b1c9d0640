//! The API's own description: `/api/openapi.json`, and `/api/docs` to read and try it.

use actix_web::web::{ServiceConfig, redirect};
use utoipa::openapi::OpenApi;
use utoipa_swagger_ui::SwaggerUi;

/// Adds both. The page is built into the program and needs no internet.
pub fn docs_routes(routes: &mut ServiceConfig, api: OpenApi) {
    routes.service(redirect("/api/docs", "/api/docs/"));
    routes.service(SwaggerUi::new("/api/docs/{_:.*}").url("/api/openapi.json", api));
}
