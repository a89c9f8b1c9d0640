//! Starts the program the way `main` does, on free ports, with a data folder of its own; and people who
//! use it: an account ([`Person`]) and its pages ([`Page`]).

mod doors;
mod frames;
mod page;
mod person;
mod stores;

use std::collections::{BTreeSet, HashMap};
use std::future::Future;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use async_trait::async_trait;
use rand_chat::app::{Addresses, App, Role, Substitutes};
use rand_chat::base::{Clock, ManualClock, SharedClock, SystemClock};
use rand_chat::config::Config;
use rand_chat::infra::mail::MailError;
use rand_chat::infra::{Mail, Mailer, Shared};
use rand_chat::runtime::Lifecycle;
use secrecy::ExposeSecret;
use tempfile::TempDir;
use tokio::task::JoinHandle;

pub use doors::Doors;
pub use page::Page;
pub use person::{Answer, BROWSER, BUSAN, Person, SEOUL};
pub use stores::*;

/// How long anything may take that a test waits for.
pub const PATIENCE: Duration = Duration::from_secs(10);

/// Where the pages of these tests come from.
const ORIGIN: &str = "https://chat.example";

pub const ALL: [Role; 4] = [Role::Member, Role::Matcher, Role::WsGateway, Role::ChatWriter];

/// Running processes that are one service.
pub struct TestApp {
    /// Of the first process.
    pub addresses: Addresses,
    /// Of each process.
    pub all_addresses: Vec<Addresses>,
    pub doors: Doors,
    pub clock: Arc<ManualClock>,
    pub mails: Mails,
    running: Vec<(Lifecycle, JoinHandle<anyhow::Result<bool>>)>,
    folder: TempDir,
}

impl TestApp {
    /// One process with every role.
    pub async fn start() -> Self {
        Self::start_with(&ALL, &[]).await
    }

    /// One process with every role, on stores that follow [`TestApp::clock`] for minutes; none if those of
    /// this run do not.
    pub async fn start_where_time_flies() -> Option<Self> {
        if are_distributed() { None } else { Some(Self::start().await) }
    }

    /// One process with some roles, and settings such as `("matching__sweep_ms", "20")`.
    pub async fn start_with(roles: &[Role], settings: &[(&str, &str)]) -> Self {
        Self::start_on(&[roles], settings, Substitutes::default()).await
    }

    /// One process for each set of roles, all of one service.
    pub async fn start_spread(processes: &[&[Role]]) -> Self {
        if are_distributed() {
            return Self::start_on(processes, &[], Substitutes::default()).await;
        }
        let clock = Arc::new(ManualClock::at(SystemClock.now()));
        let shared_clock: SharedClock = clock.clone();
        let shared = Shared::in_process(&Config::load(None, []).unwrap(), &shared_clock);
        let substitutes =
            Substitutes { clock: Some(shared_clock), shared: Some(shared), mailer: None };
        Self { clock, ..Self::start_on(processes, &[], substitutes).await }
    }

    /// One process for each set of roles, with shared state or a clock of the caller's.
    pub async fn start_on(
        processes: &[&[Role]],
        settings: &[(&str, &str)],
        substitutes: Substitutes,
    ) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let data_dir = folder.path().join("data").display().to_string();
        let fixed = [
            ("http__port", "0"),
            ("http__allowed_origins", ORIGIN),
            ("internal__port", "0"),
            ("storage__data_dir", &data_dir),
            // Hashing that is good enough for tests.
            ("auth__argon2_memory_kib", "64"),
            ("auth__argon2_passes", "1"),
            ("member__codes_per_minute", "1000"),
            ("member__guesses_per_minute", "1000"),
            ("member__log_ins_per_minute", "1000"),
            ("member__log_ins_per_name_and_minute", "1000"),
            ("member__letters_poll_ms", "50"),
            ("matching__sweep_ms", "20"),
        ];
        let stores = stores_of_this_run().await;
        let stores: Vec<(&str, &str)> =
            stores.iter().map(|(key, value)| (*key, &**value)).collect();
        let all: Vec<(&str, &str)> = fixed.iter().chain(&stores).chain(settings).copied().collect();
        let config = config_of(&all);
        let (clock, mails) = (Arc::new(ManualClock::at(SystemClock.now())), Mails::default());
        let substitutes = Substitutes {
            clock: substitutes.clock.or_else(|| Some(clock.clone())),
            mailer: substitutes.mailer.or_else(|| {
                let is_sent = settings.iter().any(|(key, _)| *key == "mail__kind");
                (!is_sent).then(|| Arc::new(mails.clone()) as Arc<dyn Mailer>)
            }),
            shared: substitutes.shared,
        };
        let (mut addresses, mut doors, mut running) = (Vec::new(), Vec::new(), Vec::new());
        for roles in processes {
            let roles: BTreeSet<Role> = roles.iter().copied().collect();
            let app = App::build_with(config.clone(), &roles, substitutes.clone()).unwrap();
            addresses.push(app.addresses());
            doors.push((roles, format!("http://{}", app.addresses().public)));
            running.push((app.lifecycle(), tokio::spawn(app.run())));
        }
        for process in &addresses {
            let ready = format!("http://{}/readyz", process.internal);
            eventually("every process is ready", || async {
                reqwest::get(&ready).await.ok()?.status().is_success().then_some(())
            })
            .await;
        }
        let (all_addresses, doors) = (addresses, Doors::new(ORIGIN.to_owned(), doors));
        Self { addresses: all_addresses[0], all_addresses, doors, clock, mails, running, folder }
    }

    pub fn url(&self, path: &str) -> String {
        self.doors.url(path)
    }

    pub fn internal(&self, path: &str) -> String {
        format!("http://{}{path}", self.addresses.internal)
    }

    /// Where what is embedded keeps its files.
    pub fn data_dir(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// Asks every process to stop.
    pub fn request_stop(&self) {
        for (lifecycle, _) in &self.running {
            lifecycle.request_stop();
        }
    }

    /// Waits until they have stopped; true if everything finished by itself.
    pub async fn stopped(self) -> bool {
        let mut clean = true;
        for (_, running) in self.running {
            clean &= tokio::time::timeout(PATIENCE, running).await.unwrap().unwrap().unwrap();
        }
        clean
    }

    /// Two members in Seoul who have accepted each other, each with a page open, and their room.
    pub async fn two_in_a_room(&self) -> ([Person; 2], [Page; 2], String) {
        let people = [self.person("jimin").await, self.person("oliver").await];
        let [mut one, mut other] = [people[0].page().await, people[1].page().await];
        for person in &people {
            person.place(SEOUL).await;
            person.search(Some(10)).await;
        }
        for (person, page) in people.iter().zip([&mut one, &mut other]) {
            let proposal = page.push("match.proposed").await;
            assert_eq!(person.answer(&proposal, "accept").await.status, 200);
        }
        let mut room = String::new();
        for page in [&mut one, &mut other] {
            let opened = page.push("room.opened").await;
            room = opened["room"]["id"].as_str().unwrap().to_owned();
            page.push("match.ended").await;
        }
        (people, [one, other], room)
    }
}

/// Waits until `check` gives something.
pub async fn eventually<T, F>(what: &str, check: impl FnMut() -> F) -> T
where
    F: Future<Output = Option<T>>,
{
    eventually_within(PATIENCE, what, check).await
}

/// Waits until `check` gives something, with another patience.
pub async fn eventually_within<T, F>(
    patience: Duration,
    what: &str,
    mut check: impl FnMut() -> F,
) -> T
where
    F: Future<Output = Option<T>>,
{
    let begun = Instant::now();
    loop {
        if let Some(found) = check().await {
            return found;
        }
        assert!(begun.elapsed() < patience, "never: {what}");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

/// Keeps mails instead of sending them.
#[derive(Clone, Default)]
pub struct Mails(Arc<Mutex<Kept>>);

#[derive(Default)]
struct Kept {
    by_address: HashMap<String, Vec<Mail>>,
    /// How many of an address a test has read.
    read: HashMap<String, usize>,
}

impl Mails {
    /// How many mails came to an address that no test has read.
    pub fn unread(&self, address: &str) -> usize {
        let kept = self.0.lock().unwrap();
        let read = kept.read.get(address).copied().unwrap_or(0);
        kept.by_address.get(address).map_or(0, Vec::len) - read
    }

    /// The next mail to an address that was not read yet.
    pub async fn next(&self, address: &str) -> Mail {
        eventually(&format!("a mail to {address}"), async || {
            let mut kept = self.0.lock().unwrap();
            let read = kept.read.get(address).copied().unwrap_or(0);
            let mail = kept.by_address.get(address)?.get(read)?.clone();
            kept.read.insert(address.to_owned(), read + 1);
            Some(mail)
        })
        .await
    }

    /// The code in the next mail to an address.
    pub async fn code(&self, address: &str) -> String {
        line(&self.next(address).await, "code: ").expect("a mail with a code")
    }
}

/// What stands behind `name` in a mail, if there is such a line.
pub fn line(mail: &Mail, name: &str) -> Option<String> {
    let found = mail.text.expose_secret().lines().find_map(|line| line.strip_prefix(name));
    found.map(str::to_owned)
}

#[async_trait]
impl Mailer for Mails {
    async fn send(&self, mail: Mail) -> Result<(), MailError> {
        self.0.lock().unwrap().by_address.entry(mail.to.clone()).or_default().push(mail);
        Ok(())
    }
}
