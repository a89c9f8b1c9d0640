//! The HTTP edge shared by all roles: how errors look, who asks, what is logged, what everybody serves.

mod access_log;
mod auth;
mod body;
mod client_address;
mod client_files;
mod connection;
mod cors;
mod docs;
mod edge;
mod health;
mod problem;
mod security_headers;
mod served;
mod server;
mod tokens;
mod upgraded;

pub use access_log::{RequestId, access_log};
pub use auth::{CurrentMember, Gate, InternalCaller, Origins, OurPage};
pub use body::receive_image;
pub use client_address::{TrustedProxies, client_address};
pub use client_files::{client_is_built, client_routes};
pub use cors::cors;
pub use docs::docs_routes;
pub use edge::{edge_config, no_such_path};
pub use health::health_routes;
pub use problem::{FieldProblem, Problem, ProblemBody, ProblemCode, Suspended};
pub use security_headers::SecurityHeaders;
pub use served::Served;
pub use server::{ServerRules, serve};
pub use tokens::{
    AccessClaims, ImageClaims, KeyInfo, KeyUse, MatchClaims, TokenError, TokenKeys, add_key,
    list_keys, retire_key, tokens_end,
};
