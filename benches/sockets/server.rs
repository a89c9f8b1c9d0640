//! The program in a process of its own, and members who have signed up with it.

use std::collections::BTreeSet;
use std::fs::read_to_string;
use std::net::TcpListener;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use futures_util::{StreamExt, stream};
use tempfile::TempDir;

use crate::harness::{ALL, Doors, Person, TestApp, eventually_within};

const ORIGIN: &str = "https://chat.example";
/// How many members sign up at the same time.
const AT_ONCE: usize = 8;

pub struct Server {
    child: Child,
    pub doors: Doors,
    internal: String,
    _folder: TempDir,
}

impl Server {
    /// Signs up so many members with another process and starts the server on what that left behind, so that nothing but
    /// sockets has been in its memory. `prepare` may do things with them before.
    pub async fn with_members<T>(
        count: usize,
        settings: &[(&str, &str)],
        prepare: impl AsyncFnOnce(&TestApp, &[Person]) -> T,
    ) -> (Self, Vec<Person>, T) {
        let folder = tempfile::tempdir().unwrap();
        let data_dir = folder.path().join("data").display().to_string();
        let before = [
            ("storage__data_dir", &*data_dir),
            ("member__codes_per_minute", "100000"),
            ("member__guesses_per_minute", "100000"),
            ("matching__tickets_per_minute", "100000"),
        ];
        let app = TestApp::start_with(&ALL, &before).await;
        let people =
            stream::iter(0..count).map(async |number| app.person(&format!("member{number}")).await);
        let mut people: Vec<Person> = people.buffered(AT_ONCE).collect().await;
        let prepared = prepare(&app, &people).await;
        app.request_stop();
        assert!(app.stopped().await, "every task finished");

        let (public, internal) = (free_port(), free_port());
        let mut command = Command::new(env!("CARGO_BIN_EXE_rand-chat"));
        let fixed = [
            ("storage__data_dir", data_dir),
            ("http__port", public.to_string()),
            ("http__allowed_origins", ORIGIN.to_owned()),
            ("http__threads", "1".to_owned()),
            ("internal__port", internal.to_string()),
            ("log__filter", "warn".to_owned()),
        ];
        let settings = settings.iter().map(|(key, value)| (*key, (*value).to_owned()));
        for (key, value) in fixed.into_iter().chain(settings) {
            command.env(format!("RAND_CHAT__{}", key.to_uppercase()), value);
        }
        let child = command.stdout(Stdio::null()).spawn().unwrap();
        let roles: BTreeSet<_> = ALL.into_iter().collect();
        let doors =
            Doors::new(ORIGIN.to_owned(), vec![(roles, format!("http://127.0.0.1:{public}"))]);
        let internal = format!("http://127.0.0.1:{internal}");
        let ready = format!("{internal}/readyz");
        eventually_within(Duration::from_secs(30), "the server is ready", || async {
            reqwest::get(&ready).await.ok()?.status().is_success().then_some(())
        })
        .await;
        for person in &mut people {
            person.doors = doors.clone();
        }
        (Self { child, doors, internal, _folder: folder }, people, prepared)
    }

    /// Bytes of memory that the process holds.
    pub fn memory(&self) -> usize {
        let status = read_to_string(format!("/proc/{}/status", self.child.id())).unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
        line.trim().trim_end_matches(" kB").parse::<usize>().unwrap() * 1024
    }

    /// Descriptors that the process has open.
    pub fn descriptors(&self) -> usize {
        std::fs::read_dir(format!("/proc/{}/fd", self.child.id())).unwrap().count()
    }

    /// A figure of the process, such as `sockets`; 0 if there is none yet.
    pub async fn metric(&self, name: &str) -> usize {
        let page = reqwest::get(format!("{}/metrics", self.internal)).await.unwrap();
        let page = page.text().await.unwrap();
        let value = page.lines().find_map(|line| line.strip_prefix(name));
        value.map_or(0, |value| value.trim().parse().unwrap())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}
