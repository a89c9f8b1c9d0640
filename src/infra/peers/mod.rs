//! The way to other nodes: HTTP to their internal API, with a time limit, bounded retries, and a circuit
//! breaker for each.

mod breaker;

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use backon::{ExponentialBuilder, Retryable};
pub use reqwest::Method;
use reqwest::{Client, StatusCode};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::config::InternalConfig;

use super::shared::Nodes;

use self::breaker::Breakers;

/// A request to another node failed.
#[derive(Debug, thiserror::Error)]
pub enum PeerError {
    /// Nobody with that role is there, or nobody answers in time. Worth another try.
    #[error("no {role} answers: {cause}")]
    Unavailable {
        /// Who was asked for.
        role: &'static str,
        /// What happened.
        cause: String,
    },
    /// It was refused, with this status and problem code.
    #[error("refused with {status} {code}")]
    Refused {
        /// The status.
        status: u16,
        /// The stable code.
        code: String,
    },
}

/// A request to another node.
#[derive(Clone, Debug)]
pub struct PeerRequest<'a, B> {
    /// The role that serves it.
    pub role: &'static str,
    /// Safe to repeat, as every internal request must be.
    pub method: Method,
    /// Below `/internal/v1`.
    pub path: &'a str,
    /// The internal token.
    pub token: &'a str,
    /// What led to it: the same id stands in the logs of both nodes.
    pub request_id: &'a str,
    /// The body.
    pub body: &'a B,
}

#[derive(serde::Deserialize)]
struct ProblemCode {
    code: String,
}

/// Asks other nodes, one after the other in turn.
#[derive(Debug)]
pub struct Peers {
    client: Client,
    fixed: Vec<String>,
    turn: AtomicUsize,
    retries: usize,
    breakers: Breakers,
}

impl Peers {
    /// Connections are kept between requests.
    pub fn new(config: &InternalConfig) -> anyhow::Result<Self> {
        let client = Client::builder()
            .timeout(config.request_within())
            .connect_timeout(config.request_within() / 2)
            .pool_idle_timeout(Duration::from_secs(4))
            .no_proxy()
            .build()?;
        let retries = config.tries.saturating_sub(1);
        let fixed = config.chat_writers.clone();
        let breakers = Breakers::new(config.break_after, config.rest());
        Ok(Self { client, fixed, turn: AtomicUsize::new(0), retries, breakers })
    }

    /// Asks each time once, and only at these addresses, if there are any.
    pub fn once(config: &InternalConfig, addresses: Vec<String>) -> anyhow::Result<Self> {
        Ok(Self { fixed: addresses, retries: 0, ..Self::new(config)? })
    }

    /// Asks a node of the role; another one, if the first does not answer.
    pub async fn ask<B, T>(
        &self,
        nodes: &dyn Nodes,
        request: PeerRequest<'_, B>,
    ) -> Result<T, PeerError>
    where
        B: Serialize + Sync,
        T: DeserializeOwned,
    {
        let pauses = ExponentialBuilder::default()
            .with_jitter()
            .with_min_delay(Duration::from_millis(50))
            .with_max_delay(Duration::from_millis(500))
            .with_max_times(self.retries);
        (|| self.ask_once(nodes, &request))
            .retry(pauses)
            .when(|error| matches!(error, PeerError::Unavailable { .. }))
            .await
    }

    async fn ask_once<B, T>(
        &self,
        nodes: &dyn Nodes,
        request: &PeerRequest<'_, B>,
    ) -> Result<T, PeerError>
    where
        B: Serialize + Sync,
        T: DeserializeOwned,
    {
        let role = request.role;
        let unavailable = |cause: String| PeerError::Unavailable { role, cause };
        let base = self.address(nodes, role).await.map_err(unavailable)?;
        self.send(&base, request).await
    }

    async fn send<B, T>(&self, base: &str, request: &PeerRequest<'_, B>) -> Result<T, PeerError>
    where
        B: Serialize + Sync,
        T: DeserializeOwned,
    {
        let role = request.role;
        let unavailable = |cause: String| PeerError::Unavailable { role, cause };
        let answer = self
            .client
            .request(request.method.clone(), format!("{base}/internal/v1{}", request.path))
            .bearer_auth(request.token)
            .header("X-Request-Id", request.request_id)
            .json(request.body)
            .send()
            .await
            .inspect(|_| self.breakers.answered(base))
            // A node that answers with an error is there: what it needs is away, perhaps not for every request.
            .inspect_err(|_| self.breakers.failed(base))
            .map_err(|error| unavailable(error.to_string()))?;
        let status = answer.status();
        if status.is_success() {
            return answer.json().await.map_err(|error| unavailable(error.to_string()));
        }
        if status.is_server_error() || status == StatusCode::TOO_MANY_REQUESTS {
            return Err(unavailable(format!("status {status}")));
        }
        let code = answer.json::<ProblemCode>().await.map_or_else(|_| String::new(), |p| p.code);
        Err(PeerError::Refused { status: status.as_u16(), code })
    }

    async fn address(&self, nodes: &dyn Nodes, role: &str) -> Result<String, String> {
        let addresses = if self.fixed.is_empty() {
            let alive = nodes.alive().await.map_err(|error| error.to_string())?;
            let mut playing: Vec<String> = alive
                .into_iter()
                .filter(|node| node.roles.iter().any(|played| played == role))
                .map(|node| node.internal_url)
                .collect();
            playing.sort_unstable();
            playing
        } else {
            self.fixed.clone()
        };
        if addresses.is_empty() {
            return Err("none is registered".to_owned());
        }
        let turn = self.turn.fetch_add(1, Ordering::Relaxed);
        let address = self.breakers.first_to_ask(&addresses, turn);
        address.ok_or_else(|| format!("all {} have failed of late", addresses.len()))
    }
}
