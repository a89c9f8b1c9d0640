//! Blocks, reports and suspensions, over HTTP and sockets, and by the commands of moderators.

mod blocks;
mod commands;
mod reports;
mod suspensions;

use std::path::Path;
use std::process::{Command, Output};

use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::{Answer, Page, Person, SEOUL, TestApp, eventually};

const PASSWORD: &str = "correct horse battery";

/// What a command came to.
#[derive(Debug)]
pub struct Done {
    pub code: Option<i32>,
    pub printed: String,
    pub error: String,
}

impl Done {
    /// What it printed, as JSON.
    pub fn json(&self) -> Value {
        assert_eq!(self.code, Some(0), "{self:?}");
        serde_json::from_str(&self.printed).unwrap()
    }
}

/// Runs `rand-chat admin`, with the settings of a service whose data are in this folder.
pub async fn run_admin(data_dir: &Path, settings: &[(&str, String)], args: &[&str]) -> Done {
    let mut command = Command::new(env!("CARGO_BIN_EXE_rand-chat"));
    command.arg("admin").args(args).env("USER", "hana").env_remove("RAND_CHAT_ROLE");
    command.env("RAND_CHAT__STORAGE__DATA_DIR", data_dir);
    for (key, value) in settings {
        command.env(key, value);
    }
    let output = tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap();
    let Output { status, stdout, stderr } = output;
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    Done { code: status.code(), printed: text(stdout), error: text(stderr) }
}

/// Runs `rand-chat admin` for a service of this test.
async fn admin(app: &TestApp, args: &[&str]) -> Done {
    let at = app.internal("");
    run_admin(&app.data_dir(), &[], &[args, &["--at", &at]].concat()).await
}

async fn block(who: &Person, whom: &Person) -> Answer {
    let path = format!("/api/v1/members/me/blocks/{}", whom.id);
    Answer::of(who.request(Method::PUT, &path)).await
}

async fn unblock(who: &Person, whom: &Person) -> Answer {
    let path = format!("/api/v1/members/me/blocks/{}", whom.id);
    Answer::of(who.request(Method::DELETE, &path)).await
}

pub async fn report(who: &Person, room: &str, reason: &str, text: Option<&str>) -> Answer {
    let path = format!("/api/v1/rooms/{room}/reports");
    who.send(Method::POST, &path, &json!({"reason": reason, "text": text})).await
}

pub async fn leave(who: &Person, room: &str) {
    let path = format!("/api/v1/rooms/{room}/leave");
    assert_eq!(Answer::of(who.request(Method::POST, &path)).await.status, 204);
}

async fn log_in(app: &TestApp, name: &str, password: &str) -> Answer {
    let form = json!({"login": format!("{name}_01"), "password": password});
    app.post("/api/v1/auth/sessions", &form).await
}

/// Both ask to be matched; the proposal that each is shown.
async fn proposed(people: &[Person; 2], pages: [&mut Page; 2]) -> [Value; 2] {
    for person in people {
        person.place(SEOUL).await;
        person.search(Some(10)).await;
    }
    let [one, other] = pages;
    [one.push("match.proposed").await, other.push("match.proposed").await]
}

/// Waits until a member is not in the queue any more, and says so.
async fn is_out_of_the_queue(person: &Person) {
    eventually("it is out of the queue", async || {
        let left = Answer::of(person.request(Method::DELETE, "/api/v1/match/ticket")).await;
        (left.status == 204).then_some(())
    })
    .await;
}

/// The rooms of a member that are open.
async fn open_rooms(person: &Person) -> usize {
    let rooms = person.get("/api/v1/rooms").await.body["rooms"].clone();
    rooms.as_array().unwrap().iter().filter(|room| room["open"] == true).count()
}
