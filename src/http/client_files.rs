//! The browser client, built by `make web` and embedded in the program.

use actix_web::http::Method;
use actix_web::http::header::{
    AcceptEncoding, CACHE_CONTROL, CONTENT_TYPE, ContentEncoding, ETAG, Encoding, Header as _,
    IF_NONE_MATCH, VARY,
};
use actix_web::web::{self, Data, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse, ResponseError};
use rust_embed::{EmbeddedFile, RustEmbed};

use super::served::not_for_this_method;
use super::{Problem, ProblemCode, Served};

const NOT_BUILT: &str = "rand-chat is running, but the browser client is not built.\n\
    Stop it and run `make run`, which builds the client first (it needs Node.js 20.19 or later with npm).\n\
    The API is described at /api/docs.\n";

#[derive(RustEmbed)]
#[folder = "web/dist/"]
#[allow_missing = true]
struct ClientFiles;

/// Whether the client is there to be served.
#[must_use]
pub fn client_is_built() -> bool {
    ClientFiles::get("index.html").is_some()
}

/// Serves the client under every path that nothing else serves, except below the API.
pub fn client_routes(routes: &mut ServiceConfig, served: Data<Served>) {
    routes.app_data(served).default_service(web::to(serve));
}

async fn serve(request: HttpRequest, served: Data<Served>) -> HttpResponse {
    let path = request.path().trim_start_matches('/');
    if path.starts_with("api/") || path == "ws" || path.starts_with("internal/") {
        return served.refuse(request.path());
    }
    if request.method() != Method::GET && request.method() != Method::HEAD {
        return not_for_this_method("GET, HEAD");
    }
    if let Some(file) = ClientFiles::get(path) {
        return answer(&request, path, file);
    }
    // A path with a dot names a file that is not there; any other is a page of the client.
    if path.rsplit('/').next().is_some_and(|last| last.contains('.')) {
        return Problem::new(ProblemCode::NotFound).error_response();
    }
    match ClientFiles::get("index.html") {
        Some(page) => answer(&request, "index.html", page),
        None => HttpResponse::ServiceUnavailable()
            .insert_header((CONTENT_TYPE, "text/plain; charset=utf-8"))
            .body(NOT_BUILT),
    }
}

fn answer(request: &HttpRequest, path: &str, file: EmbeddedFile) -> HttpResponse {
    let (file, encoding) = as_taken(request, path, file);
    let tag = format!("\"{}\"", hex::encode(file.metadata.sha256_hash()));
    let known = request.headers().get(IF_NONE_MATCH).is_some_and(|known| known == tag.as_str());
    // Files below assets/ carry a hash of their contents in their names.
    let caching = if path.starts_with("assets/") {
        "public, max-age=31536000, immutable"
    } else {
        "no-cache"
    };
    let mut answer = if known { HttpResponse::NotModified() } else { HttpResponse::Ok() };
    answer.insert_header((ETAG, tag)).insert_header((CACHE_CONTROL, caching));
    answer.insert_header((VARY, "accept-encoding"));
    if known {
        return answer.finish();
    }
    if let Some(encoding) = encoding {
        answer.insert_header(encoding);
    }
    let kind = mime_guess::from_path(path).first_or_octet_stream();
    answer.insert_header((CONTENT_TYPE, kind.as_ref())).body(file.data.into_owned())
}

/// The file compressed as the browser takes it, if it was built so; else as it is.
fn as_taken(
    request: &HttpRequest,
    path: &str,
    file: EmbeddedFile,
) -> (EmbeddedFile, Option<ContentEncoding>) {
    let Ok(takes) = AcceptEncoding::parse(request) else {
        return (file, None);
    };
    for (encoding, ending) in [(ContentEncoding::Brotli, "br"), (ContentEncoding::Gzip, "gz")] {
        let wanted = Encoding::Known(encoding);
        if takes.negotiate([&wanted].into_iter()) != Some(wanted) {
            continue;
        }
        if let Some(compressed) = ClientFiles::get(&format!("{path}.{ending}")) {
            return (compressed, Some(encoding));
        }
    }
    (file, None)
}
