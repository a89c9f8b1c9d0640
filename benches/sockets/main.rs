//! What sockets cost, and what those cost that misbehave: `make bench`.
//!
//! The server is a process of its own, the program itself on the embedded stores with one server thread; its memory is
//! what the system says it holds (RSS). The members' pages are in this process, on the same cores.
//!
//! `cargo bench --bench sockets idle` leaves out the rest; so do `unread` and `flood`.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    unreachable_pub,
    reason = "a benchmark stops loudly, and prints"
)]

#[path = "../service/figures.rs"]
mod figures;
mod flood;
#[expect(dead_code, unused_imports, reason = "a benchmark needs less of it than the tests")]
#[path = "../../tests/it/harness/mod.rs"]
mod harness;
mod idle;
mod process;
#[path = "../../tests/it/sockets/raw.rs"]
mod raw;
mod server;
mod unread;

use figures::on_this_machine;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[tokio::main]
async fn main() {
    on_this_machine(measure_wanted()).await;
}

async fn measure_wanted() {
    let parts = ["idle", "unread", "flood"];
    let words: Vec<String> = std::env::args().skip(1).collect();
    let is_wanted = |part: &str| {
        !parts.iter().any(|one| words.iter().any(|word| word == one))
            || words.iter().any(|word| word == part)
    };
    if is_wanted("idle") {
        idle::measure().await;
    }
    if is_wanted("unread") {
        unread::measure().await;
    }
    if is_wanted("flood") {
        flood::measure().await;
    }
}
