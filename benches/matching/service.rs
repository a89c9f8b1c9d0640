//! The program with the role matcher, and the ways to it.

use std::sync::Arc;
use std::time::Duration;

use rand_chat::app::{Role, Substitutes};
use rand_chat::base::{NodeId, SharedClock, SystemClock};
use rand_chat::config::Config;
use rand_chat::http::TokenKeys;
use rand_chat::infra::{Db, Infra, Shared};
use rand_chat::matcher::{Matching, answer, join, sweep};
use rand_chat::protocol::{Answer, ProposalView};
use reqwest::{Client, RequestBuilder, StatusCode};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::task::JoinSet;
use tokio::time::{MissedTickBehavior, interval};

use crate::gateway::Gateway;
use crate::harness::{TestApp, config_of, server};
use crate::newcomers::Newcomer;
use crate::redis::info;

/// How long a request may take.
const PATIENCE: Duration = Duration::from_secs(30);

/// Where shared state is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Store {
    InProcess,
    Redis,
}

impl Store {
    /// For people.
    pub async fn name(self) -> String {
        match self {
            Self::InProcess => "shared state in this process".to_owned(),
            Self::Redis => format!("shared state on Redis {}", info("redis_version").await),
        }
    }
}

/// How the matcher is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// Over HTTP: the program with the role matcher.
    Http,
    /// Its use cases are called, and the sweeper as often as the program calls it.
    Direct,
}

impl Way {
    /// For people.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Http => "over HTTP",
            Self::Direct => "the use cases called",
        }
    }
}

/// One matcher, running, and everything beside it.
pub struct Service {
    door: Door,
    /// As a gateway has it.
    pub shared: Shared,
    pub gateway: Gateway,
    pub tokens: TokenKeys,
    pub db: Db,
    _folder: TempDir,
}

enum Door {
    Http { app: TestApp, client: Client },
    Direct { matching: Box<Matching>, _sweeping: JoinSet<()> },
}

impl Service {
    pub async fn start(store: Store, way: Way) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut settings = vec![
            ("storage__data_dir", folder.path().join("data").display().to_string()),
            // That of a service; the harness has another for tests.
            ("matching__sweep_ms", "500".to_owned()),
        ];
        if store == Store::Redis {
            settings.push(("redis__urls", server("RAND_CHAT_TEST_REDIS")));
            settings.push(("redis__prefix", format!("bench-{}", NodeId::fresh())));
        }
        let config = config_of(&settings);
        let clock: SharedClock = Arc::new(SystemClock);
        let shared = Shared::open(&config, &clock).unwrap();
        // On Redis the matcher has connections of its own, as a process beside a gateway has.
        let of_matcher = match store {
            Store::InProcess => shared.clone(),
            Store::Redis => Shared::open(&config, &clock).unwrap(),
        };
        let door = match way {
            Way::Http => Door::http(&settings, of_matcher, &clock).await,
            Way::Direct => Door::direct(&config, of_matcher, &clock).await,
        };
        Self {
            door,
            gateway: Gateway::open(&shared).await,
            tokens: TokenKeys::open(&config.keys_dir(), &config.auth.issuer, &clock).unwrap(),
            db: Db::open(&config, &shared).unwrap(),
            shared,
            _folder: folder,
        }
    }

    /// Asks to be matched. The problem, if it is not taken.
    pub async fn join(&self, newcomer: &Newcomer) -> Result<(), String> {
        match &self.door {
            Door::Http { app, client } => {
                let request = client.put(app.url("/api/v1/match/ticket"));
                send(request.bearer_auth(&newcomer.access).json(&newcomer.wish)).await
            }
            Door::Direct { matching, .. } => {
                let joined = join(matching, newcomer.id, newcomer.wish.clone()).await;
                joined.map(drop).map_err(|error| error.to_string())
            }
        }
    }

    /// Says yes to a proposal. The problem, if it is not taken.
    pub async fn accept(&self, newcomer: &Newcomer, proposal: &ProposalView) -> Result<(), String> {
        let token = &proposal.token;
        match &self.door {
            Door::Http { app, client } => {
                let path = format!("/api/v1/match/proposals/{}/answer", proposal.id);
                let request = client.post(app.url(&path)).bearer_auth(&newcomer.access);
                send(request.json(&json!({"token": token, "answer": "accept"}))).await
            }
            Door::Direct { matching, .. } => {
                let (id, member) = (proposal.id, newcomer.id);
                let answered = answer(matching, id, member, token, Answer::Accept).await;
                answered.map(drop).map_err(|error| error.to_string())
            }
        }
    }

    pub async fn stop(self) {
        drop(self.gateway);
        if let Door::Http { app, .. } = self.door {
            app.request_stop();
            assert!(app.stopped().await, "every task finished");
        }
    }
}

impl Door {
    async fn http(settings: &[(&str, String)], shared: Shared, clock: &SharedClock) -> Self {
        let settings: Vec<(&str, &str)> =
            settings.iter().map(|(key, value)| (*key, value.as_str())).collect();
        let substitutes =
            Substitutes { clock: Some(clock.clone()), mailer: None, shared: Some(shared) };
        let app = TestApp::start_on(&[&[Role::Matcher]], &settings, substitutes).await;
        let client = Client::builder().timeout(PATIENCE).build().unwrap();
        Self::Http { app, client }
    }

    async fn direct(config: &Config, shared: Shared, clock: &SharedClock) -> Self {
        let infra = Infra::open(config, shared, clock).unwrap();
        infra.db.migrate().await.unwrap();
        let tokens = TokenKeys::open(&config.keys_dir(), &config.auth.issuer, clock).unwrap();
        let matching = Matching::new(config, &infra, &tokens, clock);
        let (mut sweeping, mut rounds) = (JoinSet::new(), interval(config.matching.sweep()));
        rounds.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let of_sweeper = matching.clone();
        sweeping.spawn(async move {
            loop {
                rounds.tick().await;
                sweep(&of_sweeper).await.unwrap();
            }
        });
        Self::Direct { matching: Box::new(matching), _sweeping: sweeping }
    }
}

/// Sends a request. The problem, if it is not taken.
async fn send(request: RequestBuilder) -> Result<(), String> {
    let answer = request.send().await.map_err(|error| error.to_string())?;
    let status = answer.status();
    let text = answer.text().await.map_err(|error| error.to_string())?;
    if status == StatusCode::OK {
        return Ok(());
    }
    let problem: Value = serde_json::from_str(&text).unwrap_or_default();
    Err(problem["code"].as_str().unwrap_or(status.as_str()).to_owned())
}
