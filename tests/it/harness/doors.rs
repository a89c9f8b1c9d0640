//! Which process a page asks for what, as the reverse proxy in front of them decides it.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use rand_chat::app::Role;

/// The public addresses of some processes. Cheap to clone.
#[derive(Clone)]
pub struct Doors(Arc<Inner>);

struct Inner {
    origin: String,
    processes: Vec<(BTreeSet<Role>, String)>,
    turn: AtomicUsize,
}

impl Doors {
    /// The doors of processes that play these roles at these addresses, for pages of this origin.
    pub fn new(origin: String, processes: Vec<(BTreeSet<Role>, String)>) -> Self {
        Self(Arc::new(Inner { origin, processes, turn: AtomicUsize::new(0) }))
    }

    /// Where pages come from.
    pub fn origin(&self) -> &str {
        &self.0.origin
    }

    /// Where a path is served: by each process with the role in turn.
    pub fn url(&self, path: &str) -> String {
        let role = match path {
            "/ws" => Role::WsGateway,
            _ if path.starts_with("/api/v1/match") => Role::Matcher,
            _ if path.starts_with("/api/v1/rooms") => Role::ChatWriter,
            _ if path.starts_with("/api/v1/files") => Role::ChatWriter,
            _ => Role::Member,
        };
        let playing: Vec<&String> = self
            .0
            .processes
            .iter()
            .filter(|(roles, _)| roles.contains(&role))
            .map(|(_, address)| address)
            .collect();
        let turn = self.0.turn.fetch_add(1, Ordering::Relaxed);
        // A process that does not play the role says so itself.
        let address = playing.get(turn % playing.len().max(1)).copied();
        format!("{}{path}", address.unwrap_or(&self.0.processes[0].1))
    }
}
