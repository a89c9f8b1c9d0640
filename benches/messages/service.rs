//! The processes of a service that carries messages, and the rooms of its members.

use std::sync::Arc;
use std::time::Duration;

use rand_chat::base::{Clock, MemberId, ProposalId, RoomId, SessionId, SharedClock, SystemClock};
use rand_chat::chat::{ChatError, open_room};
use rand_chat::http::TokenKeys;
use rand_chat::infra::{Infra, Shared};
use tempfile::TempDir;
use tokio_postgres::NoTls;

use crate::cpu;
use crate::harness::{config_of, postgres, server};
use crate::members::add_members;
use crate::process::Process;
use crate::redis::info;

/// Rooms, of two members each.
pub const PAIRS: usize = 200;
const TOKEN: Duration = Duration::from_hours(2);

/// Where everything is kept.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Stores {
    Embedded,
    /// On Redis and `PostgreSQL`.
    Distributed,
}

/// Two members in a room, and the tokens they say who they are with.
pub struct Pair {
    pub room: RoomId,
    pub tokens: [String; 2],
}

pub struct Service {
    /// The gateways, as pages find them.
    pub gateways: Vec<String>,
    pub pairs: Vec<Pair>,
    processes: Vec<(String, Process)>,
    servers: Vec<(&'static str, u32)>,
    _folder: TempDir,
}

impl Service {
    /// Makes the rooms, then starts the processes: a chat-writer and so many gateways, or one process that is all.
    pub async fn start(stores: Stores, gateways: usize) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut settings = vec![
            ("storage__data_dir", folder.path().join("data").display().to_string()),
            ("http__threads", "1".to_owned()),
            ("auth__access_token_s", TOKEN.as_secs().to_string()),
            // Nobody answers pings here, and some say a lot.
            ("ws_gateway__heartbeat_ms", "3600000".to_owned()),
            ("ws_gateway__frames_per_minute", "10000000".to_owned()),
            ("ws_gateway__messages_per_10s", "10000000".to_owned()),
        ];
        let mut servers = Vec::new();
        if stores == Stores::Distributed {
            let database = postgres().await.into_iter().next().unwrap();
            servers.push(("Redis", redis_process().await));
            servers.push(("PostgreSQL", postgres_process(&database.1).await));
            settings.push(database);
            settings.push(("redis__urls", server("RAND_CHAT_TEST_REDIS")));
            settings.push(("redis__prefix", format!("bench-{}", uuid::Uuid::now_v7())));
        }
        let pairs = settle(&settings).await;
        let names = match stores {
            Stores::Embedded => vec![("rand-chat".to_owned(), None)],
            Stores::Distributed => {
                let gateways = (1..=gateways).map(|n| (format!("gateway {n}"), Some("ws-gateway")));
                let writer = ("chat-writer".to_owned(), Some("chat-writer"));
                gateways.chain([writer]).collect()
            }
        };
        let mut processes = Vec::new();
        for (name, roles) in names {
            processes.push((name, Process::start(roles, &settings).await));
        }
        let doors = processes.iter().take(gateways).map(|(_, process)| process.public.clone());
        Self { gateways: doors.collect(), pairs, processes, servers, _folder: folder }
    }

    /// What each process has used of the processor, the pages last.
    pub fn cpu(&self) -> Vec<(String, Duration)> {
        let own = self.processes.iter();
        let own = own.map(|(name, process)| (name.clone(), cpu::of_process(process.id())));
        let servers = self.servers.iter();
        let servers = servers.map(|(name, id)| ((*name).to_owned(), cpu::of_family(*id)));
        let pages = ("the pages".to_owned(), cpu::of_process(std::process::id()));
        own.chain(servers).chain([pages]).collect()
    }
}

/// Puts the members and their rooms into the database, and signs tokens for them.
async fn settle(settings: &[(&str, String)]) -> Vec<Pair> {
    let config = config_of(settings);
    let clock: SharedClock = Arc::new(SystemClock);
    let shared = Shared::open(&config, &clock).unwrap();
    let infra = Infra::open(&config, shared, &clock).unwrap();
    infra.db.migrate().await.unwrap();
    let keys = TokenKeys::open(&config.keys_dir(), &config.auth.issuer, &clock).unwrap();
    let now = SystemClock.now();
    let members: Vec<[MemberId; 2]> =
        (0..PAIRS).map(|_| [(); 2].map(|()| MemberId::fresh())).collect();
    add_members(&infra, members.concat(), now).await;
    let mut pairs = Vec::with_capacity(PAIRS);
    for members in members {
        let proposal = ProposalId::fresh();
        let open =
            infra.db.write("bench.room", move |conn| open_room(conn, proposal, members, now));
        let room = open.await.map_err(|error: ChatError| error).unwrap().id;
        let token = |member| keys.access(member, SessionId::fresh(), TOKEN).unwrap();
        pairs.push(Pair { room, tokens: members.map(token) });
    }
    pairs
}

/// The process of the Redis server.
async fn redis_process() -> u32 {
    info("process_id").await.trim().parse().unwrap()
}

/// The process that has started all others of the `PostgreSQL` server.
async fn postgres_process(url: &str) -> u32 {
    let (client, connection) = tokio_postgres::connect(url, NoTls).await.unwrap();
    tokio::spawn(connection);
    let folder: String = client.query_one("SHOW data_directory", &[]).await.unwrap().get(0);
    let lines = std::fs::read_to_string(format!("{folder}/postmaster.pid")).unwrap();
    lines.lines().next().unwrap().trim().parse().unwrap()
}
