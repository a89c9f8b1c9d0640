//! The program as its users see it: real ports, real sockets, a real database.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    unreachable_pub,
    reason = "the harness is test code, and a test that cannot go on should stop loudly"
)]

mod accounts;
mod browsers;
mod chat;
mod command_line;
mod crash;
mod description;
mod every_route;
mod files;
mod harness;
mod http_edge;
mod images;
mod keys;
mod log_canaries;
mod matching;
mod places;
mod position;
mod presence;
mod retract;
mod roles;
mod safety;
mod schema;
mod sockets;
mod walkthrough_one_match;
mod walkthrough_one_message;
