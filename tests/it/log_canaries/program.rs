//! The real program, in a process of its own, with everything logged.

use std::fs::{File, read_to_string};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use crate::harness::{ALL, Doors, eventually, stores_of_this_run};

/// Everything that this program says, and whatever of the crates below is meant for finding faults.
const FILTER: &str = "debug,rand_chat=trace,tokio_postgres::query=trace";

pub struct Program {
    child: Child,
    folder: PathBuf,
    pub doors: Doors,
    /// The second port.
    pub internal: String,
}

impl Program {
    pub async fn start(folder: &Path, settings: &[(&str, &str)]) -> Self {
        let file = |name: &str| File::create(folder.join(name)).unwrap();
        let mut command = Command::new(env!("CARGO_BIN_EXE_rand-chat"));
        command.current_dir(folder).env_remove("RAND_CHAT_ROLE");
        let stores = stores_of_this_run().await;
        let stores = stores.iter().map(|(key, value)| (*key, value.as_str()));
        let own = [
            ("http__port", "0"),
            ("internal__port", "0"),
            ("log__filter", FILTER),
            ("auth__argon2_memory_kib", "64"),
            ("auth__argon2_passes", "1"),
            ("member__codes_per_minute", "1000"),
            ("member__guesses_per_minute", "1000"),
            ("member__log_ins_per_minute", "1000"),
            ("member__log_ins_per_name_and_minute", "1000"),
            ("member__passwords_per_hour", "1000"),
            ("member__places_per_hour", "1000"),
        ];
        for (key, value) in own.into_iter().chain(stores).chain(settings.iter().copied()) {
            command.env(format!("RAND_CHAT__{}", key.to_uppercase()), value);
        }
        let child = command.stdout(file("stdout")).stderr(file("stderr")).spawn().unwrap();
        let (public, internal) = eventually("the program says where it listens", || async {
            let log = read_to_string(folder.join("stderr")).ok()?;
            let line = log.lines().find(|line| line.contains("ready: http://"))?.to_owned();
            Some((address(&line, "ready: http://")?, address_of(&line, "internal")?))
        })
        .await;
        let base = format!("http://{public}");
        let doors = Doors::new(base.clone(), vec![(ALL.into_iter().collect(), base)]);
        Self { child, folder: folder.to_owned(), doors, internal: format!("http://{internal}") }
    }

    /// Where it keeps its files.
    pub fn data_dir(&self) -> PathBuf {
        self.folder.join("data")
    }

    /// What it has printed so far: mails, and nothing else.
    pub fn printed(&self) -> String {
        read_to_string(self.folder.join("stdout")).unwrap()
    }

    /// Asks it to stop, and returns everything it has logged and printed.
    pub async fn stop(mut self) -> (String, String) {
        let id = self.child.id().to_string();
        assert!(
            Command::new("kill")
                .args(["-TERM", &id])
                .stdout(Stdio::null())
                .status()
                .unwrap()
                .success()
        );
        eventually("the program stops", || std::future::ready(self.child.try_wait().unwrap()))
            .await;
        (read_to_string(self.folder.join("stderr")).unwrap(), self.printed())
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// What stands behind `mark`, up to where an address ends.
fn address(line: &str, mark: &str) -> Option<String> {
    let rest = line.split_once(mark)?.1;
    Some(rest.chars().take_while(|c| c.is_ascii_digit() || matches!(c, '.' | ':')).collect())
}

/// A field of a line, in either form of logs.
fn address_of(line: &str, field: &str) -> Option<String> {
    address(line, &format!("{field}=")).or_else(|| address(line, &format!("\"{field}\":\"")))
}
