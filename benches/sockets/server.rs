//! The program in a process of its own, and members who have signed up with it.

use std::collections::BTreeSet;

use futures_util::{StreamExt, stream};
use tempfile::TempDir;

use crate::harness::{ALL, Doors, Person, TestApp};
use crate::process::{ORIGIN, Process};

/// How many members sign up at the same time.
const AT_ONCE: usize = 8;

pub struct Server {
    process: Process,
    pub doors: Doors,
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

        let fixed = [("storage__data_dir", data_dir), ("http__threads", "1".to_owned())];
        let settings = settings.iter().map(|(key, value)| (*key, (*value).to_owned()));
        let process =
            Process::start(None, &fixed.into_iter().chain(settings).collect::<Vec<_>>()).await;
        let roles: BTreeSet<_> = ALL.into_iter().collect();
        let doors = Doors::new(ORIGIN.to_owned(), vec![(roles, process.public.clone())]);
        for person in &mut people {
            person.doors = doors.clone();
        }
        (Self { process, doors, _folder: folder }, people, prepared)
    }

    /// Bytes of memory that the process holds.
    pub fn memory(&self) -> usize {
        self.process.memory()
    }

    /// Descriptors that the process has open.
    pub fn descriptors(&self) -> usize {
        std::fs::read_dir(format!("/proc/{}/fd", self.process.id())).unwrap().count()
    }

    /// A figure of the process, such as `sockets`; 0 if there is none yet.
    pub async fn metric(&self, name: &str) -> usize {
        let page = reqwest::get(format!("{}/metrics", self.process.internal)).await.unwrap();
        let page = page.text().await.unwrap();
        let value = page.lines().find_map(|line| line.strip_prefix(name));
        value.map_or(0, |value| value.trim().parse().unwrap())
    }
}
