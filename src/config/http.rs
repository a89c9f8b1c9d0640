//! Sections `[http]` and `[internal]`.

use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::at_least_one;

/// The public listener.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct HttpConfig {
    /// The address to listen on.
    pub host: IpAddr,
    /// The port; 0 picks a free one.
    pub port: u16,
    /// What browsers have in their address line; empty: as listening.
    pub public_url: String,
    /// Further origins that may use the socket and the cookies.
    pub allowed_origins: Vec<String>,
    /// Server threads; 0 is one per core.
    pub threads: usize,
    /// Largest JSON body.
    pub body_bytes_max: usize,
}

impl HttpConfig {
    /// Whether browsers come over HTTPS, so that cookies can be `Secure`.
    #[must_use]
    pub fn is_https(&self) -> bool {
        self.public_url.starts_with("https://")
    }

    /// Every origin whose pages may use the socket and the cookies, when listening on `address`.
    #[must_use]
    pub fn origins(&self, address: SocketAddr) -> Vec<String> {
        let mut origins = self.allowed_origins.clone();
        if !self.public_url.is_empty() {
            origins.push(self.public_url.trim_end_matches('/').to_owned());
        }
        if address.ip().is_loopback() {
            let port = address.port();
            origins
                .extend([format!("http://localhost:{port}"), format!("http://127.0.0.1:{port}")]);
        }
        if self.public_url.is_empty() {
            origins.push(format!("http://{address}"));
        }
        origins
    }

    pub(super) fn check(&self, wrong: &mut Vec<String>) {
        check_url(wrong, "http.public_url", &self.public_url);
        for origin in &self.allowed_origins {
            check_url(wrong, "http.allowed_origins", origin);
        }
        at_least_one(wrong, [("http.body_bytes_max", self.body_bytes_max as u64)]);
    }
}

/// The second listener and the way to other nodes.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct InternalConfig {
    /// The address to listen on.
    pub host: IpAddr,
    /// The port; 0 picks a free one.
    pub port: u16,
    /// Where other nodes reach it; empty: as listening.
    pub url: String,
    /// Fixed addresses of chat-writers; empty: those that announced themselves.
    pub chat_writers: Vec<String>,
    /// How long one request may take.
    pub request_within_ms: u64,
    /// How often a request is tried.
    pub tries: usize,
    /// After so many failures in a row a node is not asked for a while.
    pub break_after: u32,
    /// How long it is not asked.
    pub rest_ms: u64,
}

impl InternalConfig {
    /// How long one request may take.
    #[must_use]
    pub const fn request_within(&self) -> Duration {
        Duration::from_millis(self.request_within_ms)
    }

    /// How long a node that failed is not asked.
    #[must_use]
    pub const fn rest(&self) -> Duration {
        Duration::from_millis(self.rest_ms)
    }

    pub(super) fn check(&self, wrong: &mut Vec<String>) {
        check_url(wrong, "internal.url", &self.url);
        for url in &self.chat_writers {
            check_url(wrong, "internal.chat_writers", url);
        }
        at_least_one(
            wrong,
            [
                ("internal.request_within_ms", self.request_within_ms),
                ("internal.tries", self.tries as u64),
                ("internal.break_after", self.break_after.into()),
                ("internal.rest_ms", self.rest_ms),
            ],
        );
    }
}

fn check_url(wrong: &mut Vec<String>, key: &str, url: &str) {
    if !url.is_empty() && !url.starts_with("http://") && !url.starts_with("https://") {
        wrong.push(format!("{key} must begin with http:// or https://, got {url:?}"));
    }
}
