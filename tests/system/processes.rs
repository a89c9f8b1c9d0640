//! Seven processes that are one service, each with ports of its own that it comes back to.

use std::collections::{BTreeSet, HashMap};
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use rand_chat::app::Role;
use rand_chat::base::{SharedClock, SystemClock};
use rand_chat::config::Config;
use rand_chat::http::TokenKeys;
use rand_chat::infra::Shared;
use tempfile::TempDir;
use tokio::net::TcpSocket;
use tokio::sync::{RwLock, RwLockReadGuard, RwLockWriteGuard};

use crate::adapters::Adapter;
use crate::database;
use crate::harness::{Doors, eventually, eventually_within};
use crate::history::Line;

/// Where the pages come from.
const ORIGIN: &str = "https://chat.example";

/// How long a process may take until it serves, on a machine that does other things too.
const START_WITHIN: Duration = Duration::from_secs(30);

/// Which process is which.
pub const MEMBER: usize = 0;
pub const MATCHERS: [usize; 2] = [1, 2];
pub const GATEWAYS: [usize; 2] = [3, 4];
pub const WRITERS: [usize; 2] = [5, 6];

const ROLES: [Role; 7] = [
    Role::Member,
    Role::Matcher,
    Role::Matcher,
    Role::WsGateway,
    Role::WsGateway,
    Role::ChatWriter,
    Role::ChatWriter,
];

/// How long an access token of these systems is good for.
pub const ACCESS_TOKEN: Duration = Duration::from_secs(20);

/// A test whose times count has the machine for itself.
static MACHINE: RwLock<()> = RwLock::const_new(());

/// The right to use the machine, together with others or alone.
#[expect(dead_code, reason = "held until the system is gone")]
enum Machine {
    Shared(RwLockReadGuard<'static, ()>),
    Alone(RwLockWriteGuard<'static, ()>),
}

/// A service of real processes.
pub struct System {
    processes: Vec<Process>,
    /// The settings they share.
    env: Vec<(String, String)>,
    doors: Doors,
    folder: TempDir,
    _machine: Machine,
}

struct Process {
    role: Role,
    /// Public and internal.
    ports: [Port; 2],
    child: Option<Child>,
}

/// A port that nobody else is given, also while no process listens there.
struct Port {
    number: u16,
    _held: TcpSocket,
}

impl Port {
    /// The system lets a process listen on a port that is only held, if both say `SO_REUSEADDR`.
    fn hold() -> Self {
        let held = TcpSocket::new_v4().unwrap();
        held.set_reuseaddr(true).unwrap();
        held.bind("127.0.0.1:0".parse().unwrap()).unwrap();
        Self { number: held.local_addr().unwrap().port(), _held: held }
    }
}

impl System {
    /// Starts every process on this Redis, with some settings such as `("matching__sweep_ms", "20")`.
    pub async fn start(redis: Adapter, settings: &[(&str, &str)]) -> Self {
        Self::start_on(Machine::Shared(MACHINE.read().await), redis, settings).await
    }

    /// The same, while no other test has a system.
    pub async fn start_alone(redis: Adapter, settings: &[(&str, &str)]) -> Self {
        Self::start_on(Machine::Alone(MACHINE.write().await), redis, settings).await
    }

    async fn start_on(machine: Machine, redis: Adapter, settings: &[(&str, &str)]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let fixed = [
            ("http__allowed_origins", ORIGIN),
            ("http__threads", "1"),
            ("log__filter", "warn"),
            ("auth__access_token_s", &ACCESS_TOKEN.as_secs().to_string()),
            // Hashing that is good enough for tests.
            ("auth__argon2_memory_kib", "64"),
            ("auth__argon2_passes", "1"),
            ("member__codes_per_minute", "1000"),
            ("ws_gateway__messages_per_10s", "100000"),
            ("ws_gateway__frames_per_minute", "100000"),
        ];
        let owned = |(key, value): &(&str, &str)| ((*key).to_owned(), (*value).to_owned());
        let stores = redis.settings().into_iter().chain(database::settings(folder.path()).await);
        let env: Vec<(String, String)> = fixed
            .iter()
            .map(owned)
            .chain(stores.map(|(key, value)| (key.to_owned(), value)))
            .chain(settings.iter().map(owned))
            .map(|(key, value)| (format!("RAND_CHAT__{}", key.to_uppercase()), value))
            .collect();

        let process = |role| Process { role, ports: [(); 2].map(|()| Port::hold()), child: None };
        let processes: Vec<Process> = ROLES.into_iter().map(process).collect();
        let addresses = processes.iter().map(|process| (process.roles(), process.address()));
        let doors = Doors::new(ORIGIN.to_owned(), addresses.collect());
        let mut system = Self { processes, env, doors, folder, _machine: machine };
        // The first one makes the tables and the key.
        system.start_again(MEMBER).await;
        for which in MEMBER + 1..ROLES.len() {
            system.spawn(which);
        }
        for which in MEMBER + 1..ROLES.len() {
            system.ready(which).await;
        }
        system
    }

    /// The doors of all processes.
    pub fn doors(&self) -> &Doors {
        &self.doors
    }

    /// The doors of one gateway only.
    pub fn gateway(&self, which: usize) -> Doors {
        let gateway = &self.processes[which];
        Doors::new(ORIGIN.to_owned(), vec![(gateway.roles(), gateway.address())])
    }

    /// What the processes share, for a test that does the work of one of them.
    pub fn shared(&self) -> Shared {
        Shared::open(&self.config(), &clock()).unwrap()
    }

    /// The key of the processes.
    pub fn tokens(&self) -> TokenKeys {
        let config = self.config();
        let folder = config.storage.data_dir.join("keys");
        TokenKeys::open(&folder, &config.auth.issuer, &clock()).unwrap()
    }

    /// The database, past every process.
    pub async fn database(&self) -> tokio_postgres::Client {
        database::connect(self.config().postgres.url.expose()).await
    }

    /// The rows of every room, by its id.
    pub async fn rows(&self) -> HashMap<String, Vec<Line>> {
        database::rows(&self.database().await).await
    }

    fn config(&self) -> Config {
        Config::load(None, self.env.iter().cloned()).unwrap()
    }

    /// SIGKILL: no goodbye, nothing flushed.
    pub fn kill(&mut self, which: usize) {
        let mut child = self.processes[which].child.take().expect("it runs");
        child.kill().unwrap();
        child.wait().unwrap();
    }

    /// Starts a process that does not run, on the ports it had, and waits until it serves.
    pub async fn start_again(&mut self, which: usize) {
        self.spawn(which);
        self.ready(which).await;
    }

    /// The code that the console mailer printed for an address.
    pub async fn printed_code(&self, email: &str) -> String {
        let path = self.path(MEMBER, "out");
        eventually("the mail is printed", || async {
            let log = fs::read_to_string(&path).ok()?;
            let mail = log.rsplit_once(&format!("to: {email}\n"))?.1;
            let code = mail.lines().find_map(|line| line.strip_prefix("code: "))?;
            Some(code.to_owned())
        })
        .await
    }

    /// What the processes found worth a warning.
    pub fn warnings(&self) -> Vec<String> {
        let logs = (0..self.processes.len()).map(|which| self.path(which, "log"));
        let logs: Vec<String> = logs.map(|path| fs::read_to_string(path).unwrap()).collect();
        let lines = logs.iter().flat_map(|log| log.lines());
        // Whether the client is built has nothing to do with it.
        lines.filter(|line| !line.contains("browser client")).map(ToOwned::to_owned).collect()
    }

    fn spawn(&mut self, which: usize) {
        let [out, log] = ["out", "log"].map(|kind| appended(&self.path(which, kind)));
        let process = &mut self.processes[which];
        assert!(process.child.is_none(), "it runs already");
        let child = Command::new(env!("CARGO_BIN_EXE_rand-chat"))
            .current_dir(self.folder.path())
            .env_remove("RAND_CHAT_ROLE")
            .args(["--role", process.role.name()])
            .envs(self.env.iter().cloned())
            .env("RAND_CHAT__HTTP__PORT", process.ports[0].number.to_string())
            .env("RAND_CHAT__INTERNAL__PORT", process.ports[1].number.to_string())
            .stdout(out)
            .stderr(log)
            .spawn()
            .unwrap();
        process.child = Some(child);
    }

    async fn ready(&self, which: usize) {
        let process = &self.processes[which];
        let ready = format!("http://127.0.0.1:{}/readyz", process.ports[1].number);
        eventually_within(START_WITHIN, "the process is ready", || async {
            reqwest::get(&ready).await.ok()?.status().is_success().then_some(())
        })
        .await;
    }

    fn path(&self, which: usize, kind: &str) -> PathBuf {
        self.folder.path().join(format!("{which}-{}.{kind}", self.processes[which].role))
    }
}

impl Process {
    fn roles(&self) -> BTreeSet<Role> {
        BTreeSet::from([self.role])
    }

    fn address(&self) -> String {
        format!("http://127.0.0.1:{}", self.ports[0].number)
    }
}

fn clock() -> SharedClock {
    Arc::new(SystemClock)
}

fn appended(path: &Path) -> Stdio {
    File::options().create(true).append(true).open(path).unwrap().into()
}

impl Drop for System {
    /// Nothing outlives the test. If it failed, the processes have the word.
    #[expect(clippy::print_stderr, reason = "what a failed test has to say")]
    fn drop(&mut self) {
        for process in &mut self.processes {
            if let Some(child) = &mut process.child {
                let _ = child.kill();
                let _ = child.wait();
            }
        }
        if std::thread::panicking() {
            for which in 0..self.processes.len() {
                let path = self.path(which, "log");
                let log = fs::read_to_string(&path).unwrap_or_default();
                let lines: Vec<&str> = log.lines().collect();
                let last = &lines[lines.len().saturating_sub(20)..];
                eprintln!("== {}\n{}", path.display(), last.join("\n"));
            }
        }
    }
}
