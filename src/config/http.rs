//! Sections `[http]` and `[internal]`.

use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use ipnet::IpNet;
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
    /// Further origins whose pages may use the API, the socket and the cookies.
    pub allowed_origins: Vec<String>,
    /// Networks of the reverse proxies in front: what they say of where a request comes from is believed.
    pub trusted_proxies: Vec<IpNet>,
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

    /// The origin in the address line of browsers, if it is set.
    #[must_use]
    pub fn public_origin(&self) -> Option<&str> {
        let origin = self.public_url.trim_end_matches('/');
        (!origin.is_empty()).then_some(origin)
    }

    /// Every origin whose pages may use the API, the socket and the cookies, when listening on `address`.
    #[must_use]
    pub fn origins(&self, address: SocketAddr) -> Vec<String> {
        let mut origins = self.allowed_origins.clone();
        origins.extend(self.public_origin().map(str::to_owned));
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
        if let Some(origin) = self.public_origin() {
            check_origin(wrong, "http.public_url", origin);
        }
        for origin in &self.allowed_origins {
            check_origin(wrong, "http.allowed_origins", origin);
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

/// Origins are compared letter by letter, so they must be as browsers write them: in lower case, without a
/// path and without the port that the scheme has anyway.
fn check_origin(wrong: &mut Vec<String>, key: &str, origin: &str) {
    let host = match origin.split_once("://") {
        Some(("http", host)) if !host.ends_with(":80") => host,
        Some(("https", host)) if !host.ends_with(":443") => host,
        _ => "",
    };
    let is_plain =
        |byte: u8| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'.' | b'-' | b':' | b'[' | b']');
    if host.is_empty() || !host.bytes().all(is_plain) {
        wrong.push(format!(
            "{key} must be an origin as browsers write it, such as https://chat.example.com or \
             http://localhost:5173, got {origin:?}"
        ));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn origins_must_be_as_browsers_write_them() {
        for (origin, is_right) in [
            ("https://chat.example.com", true),
            ("http://localhost:5173", true),
            ("http://[::1]:8080", true),
            ("https://xn--bb0bw8jba.kr", true),
            ("*", false),
            ("null", false),
            ("chat.example.com", false),
            ("https://", false),
            ("https://*.example.com", false),
            ("https://chat.example.com/", false),
            ("https://chat.example.com/chat", false),
            ("https://chat.example.com:443", false),
            ("http://chat.example.com:80", false),
            ("https://Chat.example.com", false),
            ("https://me@chat.example.com", false),
            ("ftp://chat.example.com", false),
        ] {
            let mut wrong = Vec::new();
            check_origin(&mut wrong, "http.allowed_origins", origin);
            assert_eq!(wrong.is_empty(), is_right, "{origin}");
        }
    }
}
