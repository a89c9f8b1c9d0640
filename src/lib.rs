//! rand-chat: talk to a random person nearby.
//!
//! One program, four roles. `--role` names the roles a process plays; each role is the module of the
//! same name. The roles never import each other: they meet in shared state ([`infra::shared`]), in
//! tables, and over the internal HTTP API, so every split of roles over processes is the same
//! program. Read the modules from the ground floor up:
//!
//! | floor | modules | may import |
//! |---|---|---|
//! | 7 | [`cli`] | everything below |
//! | 6 | [`app`] | 0 to 5 |
//! | 5 | [`member`], [`matcher`], [`ws_gateway`], [`chat_writer`] | 0 to 4, never each other |
//! | 4 | [`chat`], [`safety`] | 0 to 3; [`safety`] also [`chat`] |
//! | 3 | [`http`] | 0 to 2 |
//! | 2 | [`infra`] | 0 and 1 |
//! | 1 | [`config`], [`imaging`], [`runtime`] | 0 |
//! | 0 | [`base`], [`protocol`] | nothing but [`base`] |
//!
//! `tests/tidy.rs` fails when an import breaks this plan. `ARCHITECTURE.md` is the map.

pub mod app;
pub mod base;
pub mod chat;
pub mod chat_writer;
pub mod cli;
pub mod config;
pub mod http;
pub mod imaging;
pub mod infra;
pub mod matcher;
pub mod member;
pub mod protocol;
pub mod runtime;
pub mod safety;
pub mod ws_gateway;
