//! Which methods the paths of this process are for, to tell "not for this method" from "not there".

use std::collections::BTreeMap;

use actix_web::dev::ResourceDef;
use actix_web::http::header::ALLOW;
use actix_web::{HttpResponse, ResponseError};
use utoipa::openapi::{OpenApi, PathItem};

use super::{Problem, ProblemCode};

/// The paths of the API that this process serves.
#[derive(Clone, Debug, Default)]
pub struct Served(Vec<(ResourceDef, String)>);

impl Served {
    /// What these parts of the API describe.
    #[must_use]
    pub fn by(parts: impl IntoIterator<Item = OpenApi>) -> Self {
        let mut served: BTreeMap<String, Vec<&str>> = BTreeMap::new();
        for (path, item) in parts.into_iter().flat_map(|part| part.paths.paths) {
            served.entry(path).or_default().extend(methods(&item));
        }
        let rows = served.into_iter();
        Self(rows.map(|(path, methods)| (ResourceDef::new(path), methods.join(", "))).collect())
    }

    /// The answer to a request for a path of the API that no handler took.
    #[must_use]
    pub fn refuse(&self, path: &str) -> HttpResponse {
        let found = self.0.iter().find(|(served, _)| served.is_match(path));
        match found {
            Some((_, methods)) => not_for_this_method(methods),
            None => Problem::new(ProblemCode::NotFound).error_response(),
        }
    }
}

/// The answer to a method that a path is not for; these are (RFC 9110, section 15.5.6).
pub(super) fn not_for_this_method(methods: &str) -> HttpResponse {
    let mut refusal = Problem::new(ProblemCode::MethodNotAllowed).error_response();
    if let Ok(methods) = methods.parse() {
        refusal.headers_mut().insert(ALLOW, methods);
    }
    refusal
}

/// The methods that a path is described for.
fn methods(item: &PathItem) -> impl Iterator<Item = &'static str> {
    let all = [
        ("GET", item.get.is_some()),
        ("POST", item.post.is_some()),
        ("PUT", item.put.is_some()),
        ("PATCH", item.patch.is_some()),
        ("DELETE", item.delete.is_some()),
    ];
    all.into_iter().filter_map(|(method, is_described)| is_described.then_some(method))
}
