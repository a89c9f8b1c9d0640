//! The description of the whole HTTP API, put together from the roles' own.

use utoipa::openapi::path::{Operation, ParameterIn};
use utoipa::openapi::response::{Response, ResponseBuilder};
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::openapi::{Content, Ref, RefOr};
use utoipa::{Modify, OpenApi, openapi};

use crate::chat_writer::ChatApi;
use crate::matcher::MatchApi;
use crate::member::MemberApi;

#[derive(OpenApi)]
#[openapi(info(
    title = "rand-chat",
    description = "Location-based random one-to-one chat. Errors are problems (RFC 9457) with a stable \
                   `code`; the descriptions below name those of each operation. Messages, matches and read \
                   marks come over the socket at `/ws`, described in docs/protocol.md."
))]
struct Base;

struct AccessToken;

impl Modify for AccessToken {
    fn modify(&self, api: &mut openapi::OpenApi) {
        let scheme = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).bearer_format("JWT").build();
        let components = api.components.get_or_insert_default();
        components.add_security_scheme("access_token", SecurityScheme::Http(scheme));
    }
}

/// What the edge answers for every operation of a kind, unless the operation says more of it itself.
struct Edge;

impl Modify for Edge {
    fn modify(&self, api: &mut openapi::OpenApi) {
        for item in api.paths.paths.values_mut() {
            let operations =
                [&mut item.get, &mut item.post, &mut item.put, &mut item.patch, &mut item.delete];
            operations.into_iter().flatten().for_each(describe_edge);
        }
    }
}

const PROBLEM: &str = "application/problem+json";

fn describe_edge(operation: &mut Operation) {
    let mut add = |status: &str, codes: &str| {
        let responses = &mut operation.responses.responses;
        responses.entry(status.to_owned()).or_insert_with(|| problem(codes).into());
    };
    let parameters = operation.parameters.iter().flatten();
    let mut parameters = parameters.filter_map(|parameter| match parameter {
        RefOr::T(parameter) => Some(&parameter.parameter_in),
        RefOr::Ref(_) => None,
    });
    if operation.request_body.is_some() {
        add("400", "invalid_request");
        add("413", "payload_too_large");
        add("415", "unsupported_media_type");
    }
    if parameters.any(|place| matches!(place, ParameterIn::Query)) {
        add("400", "invalid_request");
    }
    if operation.security.is_some() {
        add("401", "unauthenticated, session_ended");
    }
    add("503", "temporarily_unavailable, busy");
    for (status, response) in &mut operation.responses.responses {
        if let RefOr::T(response) = response {
            say_what_it_is(status, response);
        }
    }
}

fn problem(codes: &str) -> Response {
    let body = Content::new(Some(Ref::from_schema_name("Problem")));
    ResponseBuilder::new().description(codes).content(PROBLEM, body).build()
}

/// Every answer has a description, and every problem its own media type.
fn say_what_it_is(status: &str, response: &mut Response) {
    if status.starts_with(['4', '5']) {
        let body = response.content.shift_remove("application/json");
        response.content.extend(body.map(|body| (PROBLEM.to_owned(), body)));
    } else if response.description.is_empty() {
        let done = if status == "204" { "done" } else { "as asked for" };
        done.clone_into(&mut response.description);
    }
}

/// The API of all roles, as `OpenAPI` 3.1.
#[must_use]
pub fn openapi() -> openapi::OpenApi {
    let mut api = Base::openapi();
    env!("CARGO_PKG_VERSION").clone_into(&mut api.info.version);
    for part in [MemberApi::openapi(), MatchApi::openapi(), ChatApi::openapi()] {
        api.merge(part);
    }
    AccessToken.modify(&mut api);
    Edge.modify(&mut api);
    api
}
