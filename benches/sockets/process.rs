//! The program in a process of its own.

use std::fs::read_to_string;
use std::net::TcpListener;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use crate::harness::eventually_within;

/// Where the pages come from.
pub const ORIGIN: &str = "https://chat.example";

pub struct Process {
    child: Child,
    /// Where it serves, and where it serves other processes.
    pub public: String,
    pub internal: String,
}

impl Process {
    /// Starts one with these roles, or all, and waits until it serves.
    pub async fn start(roles: Option<&str>, settings: &[(&str, String)]) -> Self {
        let (public, internal) = (free_port(), free_port());
        let fixed = [
            ("http__port", public.to_string()),
            ("http__allowed_origins", ORIGIN.to_owned()),
            ("internal__port", internal.to_string()),
            ("log__filter", "warn".to_owned()),
        ];
        let mut command = Command::new(env!("CARGO_BIN_EXE_rand-chat"));
        for (key, value) in fixed.iter().chain(settings) {
            command.env(format!("RAND_CHAT__{}", key.to_uppercase()), value);
        }
        if let Some(roles) = roles {
            command.args(["--role", roles]);
        }
        let child = command.env_remove("RAND_CHAT_ROLE").stdout(Stdio::null()).spawn().unwrap();
        let [public, internal] = [public, internal].map(|port| format!("http://127.0.0.1:{port}"));
        let ready = format!("{internal}/readyz");
        eventually_within(Duration::from_secs(30), "the process is ready", || async {
            reqwest::get(&ready).await.ok()?.status().is_success().then_some(())
        })
        .await;
        Self { child, public, internal }
    }

    /// Its number in the system.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Bytes of memory that the process holds.
    pub fn memory(&self) -> usize {
        let status = read_to_string(format!("/proc/{}/status", self.id())).unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
        line.trim().trim_end_matches(" kB").parse::<usize>().unwrap() * 1024
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}
