//! The whole system: real processes of the built program, each with roles of its own, which share one
//! Redis or one cluster and one database; killed and started again while members chat.
//!
//! The stores are started by `.ci/with-stores`: `.ci/with-stores cargo test --test system`.
#![expect(unreachable_pub, reason = "nobody imports tests")]

mod history;
