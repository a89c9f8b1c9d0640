//! `kill -9` in the middle of a chat: what was stored is there once and in order, and what was only
//! sent arrives after the reconnect, because its page sends it again.

use std::collections::BTreeSet;
use std::fs::File;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use diesel::SqliteConnection;
use diesel::connection::{Connection, SimpleConnection};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::harness::{ALL, Answer, BROWSER, Doors, Page, eventually};

/// The real program, in a process of its own.
pub struct Process {
    child: Child,
    pub doors: Doors,
}

impl Process {
    pub async fn start(folder: &Path, ports: [u16; 2]) -> Self {
        let log = || File::options().create(true).append(true).open(folder.join("log")).unwrap();
        let child = Command::new(env!("CARGO_BIN_EXE_rand-chat"))
            .current_dir(folder)
            .env_remove("RAND_CHAT_ROLE")
            .env("RAND_CHAT__HTTP__PORT", ports[0].to_string())
            .env("RAND_CHAT__INTERNAL__PORT", ports[1].to_string())
            .env("RAND_CHAT__AUTH__ARGON2_MEMORY_KIB", "64")
            .env("RAND_CHAT__WS_GATEWAY__MESSAGES_PER_10S", "100000")
            .env("RAND_CHAT__WS_GATEWAY__FRAMES_PER_MINUTE", "100000")
            .env("RAND_CHAT__IMAGES__DELETE_POLL_MS", "50")
            .env("RAND_CHAT__AUTH__KEYS_RELOAD_S", "1")
            .stdout(log())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let ready = format!("http://127.0.0.1:{}/readyz", ports[1]);
        eventually("the process is ready", || async {
            reqwest::get(&ready).await.ok()?.status().is_success().then_some(())
        })
        .await;
        let base = format!("http://127.0.0.1:{}", ports[0]);
        let all = ALL.into_iter().collect();
        Self { child, doors: Doors::new(base.clone(), vec![(all, base)]) }
    }

    /// SIGKILL: no goodbye, nothing flushed.
    fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Two ports that were free a moment ago.
pub fn free_ports() -> [u16; 2] {
    let listeners = [(); 2].map(|()| std::net::TcpListener::bind("127.0.0.1:0").unwrap());
    listeners.map(|listener| listener.local_addr().unwrap().port())
}

/// The code that the console mailer printed for an address.
async fn printed_code(folder: &Path, email: &str) -> String {
    eventually("the mail is printed", || async {
        let log = std::fs::read_to_string(folder.join("log")).ok()?;
        let mail = log.rsplit_once(&format!("to: {email}\n"))?.1;
        let code = mail.lines().find_map(|line| line.strip_prefix("code: "))?;
        Some(code.to_owned())
    })
    .await
}

async fn post(doors: &Doors, path: &str, access: &str, body: &Value) -> Answer {
    let request = reqwest::Client::new().post(doors.url(path)).header("cookie", BROWSER);
    Answer::of(request.bearer_auth(access).json(body)).await
}

async fn put(doors: &Doors, path: &str, access: &str, body: &Value) -> Answer {
    let request = reqwest::Client::new().put(doors.url(path));
    Answer::of(request.bearer_auth(access).json(body)).await
}

/// Signs up and returns the access token.
pub async fn sign_up(doors: &Doors, folder: &Path, name: &str) -> String {
    let email = format!("{name}@example.com");
    post(doors, "/api/v1/auth/email-codes", "", &json!({"email": email})).await;
    let code = printed_code(folder, &email).await;
    let proof = json!({"email": email, "code": code});
    let proved = post(doors, "/api/v1/auth/email-proofs", "", &proof).await;
    let form = crate::harness::TestApp::form(name, proved.body["proof"].as_str().unwrap());
    let made = post(doors, "/api/v1/members", "", &form).await;
    made.body["access_token"].as_str().unwrap().to_owned()
}

/// Matches two members and returns their room.
async fn open_room(doors: &Doors, tokens: &[String; 2]) -> String {
    let mut pages = Vec::new();
    for token in tokens {
        pages.push(Page::greeted(doors, token, None).await);
        let place = json!({"latitude": 37.5, "longitude": 127.0});
        put(doors, "/api/v1/members/me/place", token, &place).await;
        put(doors, "/api/v1/match/ticket", token, &json!({"max_distance_km": 5})).await;
    }
    let mut room = String::new();
    for (page, token) in pages.iter_mut().zip(tokens) {
        let proposal = page.push("match.proposed").await;
        let path = format!("/api/v1/match/proposals/{}/answer", proposal["id"].as_str().unwrap());
        let body = json!({"token": proposal["token"], "answer": "accept"});
        let answer = post(doors, &path, token, &body).await;
        answer.body["room"].as_str().unwrap_or_default().clone_into(&mut room);
    }
    room
}

/// What a page keeps: the messages it wrote that it was not told to be stored, and what it was.
#[derive(Default)]
struct Outbox {
    waiting: Vec<(Uuid, String, Option<i64>)>,
    stored: BTreeSet<(i64, Uuid)>,
}

impl Outbox {
    fn note(&mut self, frame: &Value) {
        let d = &frame["d"];
        match frame["t"].as_str().unwrap() {
            "sent" => {
                let cid: Uuid = d["cid"].as_str().unwrap().parse().unwrap();
                let kept = self.waiting.iter_mut().find(|(known, ..)| *known == cid);
                if let Some(kept) = kept {
                    kept.2 = d["seq"].as_i64();
                }
                if d["stored"] == true {
                    self.take(cid);
                }
            }
            "stored" => {
                for id in d["ids"].as_array().unwrap() {
                    self.take(id.as_str().unwrap().parse().unwrap());
                }
            }
            _ => {}
        }
    }

    /// Takes out a message that is stored.
    fn take(&mut self, cid: Uuid) {
        if let Some(at) = self.waiting.iter().position(|(known, ..)| *known == cid) {
            let (_, _, place) = self.waiting.remove(at);
            self.stored.insert((place.expect("sent before it is stored"), cid));
        }
    }
}

#[tokio::test]
async fn after_a_kill_nothing_stored_is_lost_and_nothing_is_doubled() {
    let folder = tempfile::tempdir().unwrap();
    let ports = free_ports();
    let mut process = Process::start(folder.path(), ports).await;
    let doors = process.doors.clone();
    let tokens = [
        sign_up(&doors, folder.path(), "jimin").await,
        sign_up(&doors, folder.path(), "oliver").await,
    ];
    let room = open_room(&doors, &tokens).await;
    let mut outboxes = [Outbox::default(), Outbox::default()];
    let mut written = 0;

    for _ in 0..5 {
        for (token, outbox) in tokens.iter().zip(&mut outboxes) {
            let mut page = Page::greeted(&doors, token, Some(1)).await;
            // First what waits from before, with the same ids; then new messages, not waiting for any.
            for _ in 0..20 {
                outbox.waiting.push((Uuid::now_v7(), format!("message {written}"), None));
                written += 1;
            }
            for (cid, text, _) in &outbox.waiting {
                page.request("send", json!({"room": room, "cid": cid, "text": text})).await;
            }
            // Some answers are read, then the process dies while the rest is on its way.
            for _ in 0..15 {
                outbox.note(&page.next_push().await);
            }
        }
        process.kill();
        process = Process::start(folder.path(), ports).await;
    }

    // Everybody comes back and sends what it was not told to be stored.
    for (token, outbox) in tokens.iter().zip(&mut outboxes) {
        let mut page = Page::greeted(&doors, token, Some(1)).await;
        for (cid, text, _) in outbox.waiting.clone() {
            let sent = page.send_as(&room, cid, &text).await;
            assert_eq!(sent["t"], "sent", "{sent}");
            outbox.note(&sent);
        }
        while !outbox.waiting.is_empty() {
            outbox.note(&page.next_push().await);
        }
    }

    let messages = whole_history(&doors, &tokens[0], &room).await;
    assert_eq!(messages, whole_history(&doors, &tokens[1], &room).await);
    assert_eq!(messages.len(), written, "each once");
    assert!(messages.is_sorted_by_key(|(seq, _, _)| *seq));
    let kept: BTreeSet<(i64, Uuid)> = messages.iter().map(|(seq, id, _)| (*seq, *id)).collect();
    for outbox in &outboxes {
        for told in &outbox.stored {
            assert!(kept.contains(told), "told to be stored, and not at its place: {told:?}");
        }
    }
}

#[tokio::test]
async fn a_kill_between_storing_a_picture_and_naming_it_leaves_nothing_for_good() {
    let folder = tempfile::tempdir().unwrap();
    let ports = free_ports();
    let process = Process::start(folder.path(), ports).await;
    let doors = process.doors.clone();
    let token = sign_up(&doors, folder.path(), "jimin").await;
    let objects = folder.path().join("data/objects/images");
    let stored = || {
        let names = std::fs::read_dir(&objects).into_iter().flatten();
        let names = names.map(|entry| entry.unwrap().file_name().into_string().unwrap());
        names.filter(|name| !name.starts_with('.')).count()
    };
    // Naming a picture takes for ever.
    run(
        folder.path(),
        "CREATE TRIGGER slow BEFORE UPDATE OF image_id ON members BEGIN
            SELECT count(*) FROM (WITH RECURSIVE numbers(n) AS
                (SELECT 1 UNION ALL SELECT n + 1 FROM numbers) SELECT n FROM numbers);
         END",
    );
    let file = include_bytes!("../fixtures/images/lossy.webp");
    let request = reqwest::Client::new().put(doors.url("/api/v1/members/me/image"));
    let sending = tokio::spawn(request.bearer_auth(&token).body(&file[..]).send());
    eventually("both sizes are stored", || async { (stored() == 2).then_some(()) }).await;

    process.kill();

    assert!(sending.await.unwrap().is_err(), "nobody was told that it is done");
    run(folder.path(), "DROP TRIGGER slow");
    let _process = Process::start(folder.path(), ports).await;
    let me = reqwest::Client::new().get(doors.url("/api/v1/members/me")).bearer_auth(&token);
    assert_eq!(Answer::of(me).await.body["image"], Value::Null);
    assert_eq!(stored(), 2, "not due before an hour has passed");
    // As if it had.
    run(folder.path(), "UPDATE object_deletions SET due_at = due_at - 3600000000");
    eventually("both are deleted", || async { (stored() == 0).then_some(()) }).await;
}

/// Runs a statement on the database of a process.
fn run(folder: &Path, statement: &str) {
    let database = folder.join("data/rand-chat.db");
    let mut conn = SqliteConnection::establish(database.to_str().unwrap()).unwrap();
    conn.batch_execute("PRAGMA busy_timeout = 5000").unwrap();
    conn.batch_execute(statement).unwrap();
}

async fn whole_history(doors: &Doors, token: &str, room: &str) -> Vec<(i64, Uuid, String)> {
    let mut found = Vec::new();
    let mut after = 0;
    loop {
        let path = format!("/api/v1/rooms/{room}/messages?limit=100&after={after}");
        let url = doors.url(&path);
        let page = Answer::of(reqwest::Client::new().get(url).bearer_auth(token)).await.body;
        for message in page["messages"].as_array().unwrap() {
            after = message["seq"].as_i64().unwrap();
            let id = message["id"].as_str().unwrap().parse().unwrap();
            found.push((after, id, message["text"].as_str().unwrap().to_owned()));
        }
        if page["more"] == false {
            return found;
        }
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
}
