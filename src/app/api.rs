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

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use serde_json::Value;

    use super::*;
    use crate::protocol::schema;

    #[test]
    fn the_file_in_the_documentation_is_what_the_types_are() {
        let kept: Value = serde_json::from_str(include_str!("../../docs/openapi.json")).unwrap();
        let is_same = kept == serde_json::to_value(openapi()).unwrap();
        assert!(is_same, "run `rand-chat openapi > docs/openapi.json`");
    }

    #[test]
    fn no_two_types_have_one_name() {
        let mut types = BTreeMap::new();
        for part in [MemberApi::openapi(), MatchApi::openapi(), ChatApi::openapi()] {
            for (name, of_type) in part.components.unwrap().schemas {
                let of_type = serde_json::to_value(of_type).unwrap();
                let first = types.entry(name.clone()).or_insert_with(|| of_type.clone());
                assert_eq!(*first, of_type, "{name}");
            }
        }
        // Over the socket they are those of HTTP.
        for (name, of_type) in schema()["$defs"].as_object().unwrap() {
            let of_type = of_type.to_string().replace("#/$defs/Place", "#/$defs/i64");
            let of_type = of_type.replace("#/$defs/", "#/components/schemas/");
            let of_type: Value = serde_json::from_str(&of_type).unwrap();
            assert_eq!(*types.entry(name.clone()).or_insert_with(|| of_type.clone()), of_type);
        }
    }

    /// What of the properties below a schema may both be left out and be null.
    fn unclear(types: &Value, schema: &Value, seen: &mut BTreeSet<String>) -> Vec<String> {
        let mut found = Vec::new();
        if let Some(name) = schema["$ref"].as_str().and_then(|path| path.rsplit('/').next())
            && seen.insert(name.to_owned())
        {
            assert!(types[name].is_object(), "{name} is not there");
            found.extend(unclear(types, &types[name], seen));
        }
        let required: Vec<_> = schema["required"].as_array().into_iter().flatten().collect();
        for (name, of_property) in schema["properties"].as_object().into_iter().flatten() {
            let may_be_null = of_property.to_string().contains(r#""null""#);
            if may_be_null && !required.iter().any(|required| *required == name) {
                found.push(name.clone());
            }
        }
        let parts: Vec<&Value> = match schema {
            Value::Object(parts) => parts.values().collect(),
            Value::Array(parts) => parts.iter().collect(),
            _ => Vec::new(),
        };
        found.extend(parts.into_iter().flat_map(|part| unclear(types, part, seen)));
        found
    }

    #[test]
    fn what_a_client_gets_is_either_left_out_or_null() {
        let frames = schema();
        let to_page = unclear(&frames["$defs"], &frames["$defs"]["ToPage"], &mut BTreeSet::new());
        assert_eq!(to_page, Vec::<String>::new());

        let api = serde_json::to_value(openapi()).unwrap();
        let types = &api["components"]["schemas"];
        let mut seen = BTreeSet::new();
        let items = api["paths"].as_object().unwrap().values();
        for operation in items.flat_map(|item| item.as_object().unwrap().values()) {
            for (status, answer) in operation["responses"].as_object().unwrap() {
                if status.starts_with('2') {
                    let content = &answer["content"]["application/json"]["schema"];
                    let found = unclear(types, content, &mut seen);
                    assert_eq!(found, Vec::<String>::new(), "{operation}");
                }
            }
        }
        assert!(seen.contains("MemberView") && seen.contains("Wish"), "{seen:?}");

        let profile = unclear(types, &types["ProfileForm"], &mut BTreeSet::new());
        assert!(profile.contains(&"nickname".to_owned()), "{profile:?}");
    }
}
