//! The description of the whole HTTP API, put together from the roles' own.

use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::{Modify, OpenApi, openapi};

use crate::chat_writer::ChatApi;
use crate::matcher::MatchApi;
use crate::member::MemberApi;

#[derive(OpenApi)]
#[openapi(
    info(
        title = "rand-chat",
        description = "Location-based random one-to-one chat. Errors are problems (RFC 9457) with a stable \
                       `code`. Messages, matches and read marks come over the socket at `/ws`, described in \
                       docs/protocol.md."
    ),
    modifiers(&AccessToken)
)]
struct Base;

struct AccessToken;

impl Modify for AccessToken {
    fn modify(&self, api: &mut openapi::OpenApi) {
        let scheme = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).bearer_format("JWT").build();
        let components = api.components.get_or_insert_default();
        components.add_security_scheme("access_token", SecurityScheme::Http(scheme));
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
    api
}
