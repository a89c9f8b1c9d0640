//! A `PostgreSQL` primary that goes away, a replica that takes over, and one that lags: with servers of
//! the test's own, while members chat.

use std::path::PathBuf;
use std::process::Command;
use std::time::{Duration, Instant};

use rand_chat::app::Substitutes;
use reqwest::Method;
use serde_json::json;
use tempfile::TempDir;
use tokio_postgres::NoTls;

use crate::adapters::Adapter;
use crate::harness::{ALL, Page, TestApp, eventually_within};

/// How long members may notice anything after a promotion.
const BACK_WITHIN: Duration = Duration::from_secs(10);

/// A primary and its replica, made by `.ci/postgres`, stopped on drop.
struct Pair {
    folder: TempDir,
    ports: [u16; 2],
}

impl Pair {
    fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let said = postgres(&["pair", &folder.path().join("pair").display().to_string()]);
        let ports: Vec<u16> = said.split(' ').take(2).map(|port| port.parse().unwrap()).collect();
        Self { folder, ports: [ports[0], ports[1]] }
    }

    fn server(&self, name: &str) -> String {
        self.folder.path().join("pair").join(name).display().to_string()
    }

    /// The settings of a service on these two, whichever is the primary.
    fn settings(&self) -> [(&'static str, String); 2] {
        let [primary, replica] = self.ports;
        let database = "postgres?sslmode=disable";
        [
            (
                "postgres__url",
                format!("postgres://rand_chat@127.0.0.1:{primary},127.0.0.1:{replica}/{database}"),
            ),
            (
                "postgres__replica_url",
                format!("postgres://rand_chat@127.0.0.1:{replica}/{database}"),
            ),
        ]
    }

    /// Waits until the replica has everything.
    async fn caught_up(&self) {
        let query = "SELECT pg_current_wal_lsn()::text";
        let written = ask(self.ports[0], query).await;
        let replayed = format!("SELECT (pg_last_wal_replay_lsn() >= '{written}')::text");
        eventually_within(BACK_WITHIN, "the replica has replayed everything", || async {
            (ask(self.ports[1], &replayed).await == "true").then_some(())
        })
        .await;
    }
}

impl Drop for Pair {
    fn drop(&mut self) {
        for name in ["replica", "primary"] {
            let _ = command(&["stop", &self.server(name)]).output();
        }
    }
}

fn command(arguments: &[&str]) -> Command {
    let script = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(".ci/postgres");
    let mut command = Command::new(script);
    command.args(arguments);
    command
}

fn postgres(arguments: &[&str]) -> String {
    let output = command(arguments).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

async fn ask(port: u16, query: &str) -> String {
    let server = format!("postgres://rand_chat@127.0.0.1:{port}/postgres?sslmode=disable");
    let (client, connection) = tokio_postgres::connect(&server, NoTls).await.unwrap();
    tokio::spawn(connection);
    client.query_one(query, &[]).await.unwrap().get(0)
}

async fn service(pair: &Pair) -> TestApp {
    let mut settings = Adapter::Redis.settings();
    settings.extend(pair.settings());
    settings.push(("postgres__connect_within_ms", "1000".to_owned()));
    settings.push(("chat_writer__retry_to_ms", "1000".to_owned()));
    settings.push(("ws_gateway__messages_per_10s", "1000".to_owned()));
    settings.push(("ws_gateway__frames_per_minute", "1000".to_owned()));
    // The pages here are longer than a ping may stay unanswered, and answer none.
    settings.push(("ws_gateway__heartbeat_ms", "600000".to_owned()));
    let settings: Vec<(&str, &str)> =
        settings.iter().map(|(key, value)| (*key, &**value)).collect();
    TestApp::start_on(&[&ALL], &settings, Substitutes::default()).await
}

/// One says something and the other sees it. Returns the id.
async fn say(sender: &mut Page, partner: &mut Page, room: &str, text: &str) -> String {
    let sent = sender.send(room, text).await;
    let shown = partner.push("message").await;
    assert_eq!((&shown["id"], &shown["text"]), (&sent["cid"], &json!(text)));
    sent["cid"].as_str().unwrap().to_owned()
}

/// Waits until a page was told that all of these are stored.
async fn all_stored(page: &mut Page, mut waiting: Vec<String>) {
    while !waiting.is_empty() {
        let stored = page.push("stored").await;
        let ids = stored["ids"].as_array().unwrap();
        waiting.retain(|id| !ids.iter().any(|stored| stored == id.as_str()));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn while_the_primary_is_away_members_chat_and_after_a_promotion_all_is_well() {
    let pair = Pair::start();
    let app = service(&pair).await;
    let ([jimin, oliver], [mut one, mut other], room) = app.two_in_a_room().await;
    let before = say(&mut one, &mut other, &room, "before").await;
    all_stored(&mut one, vec![before]).await;
    pair.caught_up().await;

    postgres(&["stop", &pair.server("primary")]);
    let stopped = Instant::now();
    let (mut waiting, mut texts) = (Vec::new(), vec!["before".to_owned()]);
    while stopped.elapsed() < Duration::from_secs(20) {
        let text = format!("message {}", texts.len());
        waiting.push(say(&mut one, &mut other, &room, &text).await);
        texts.push(text);
        tokio::time::sleep(Duration::from_millis(250)).await;
    }
    assert!(waiting.len() > 50, "only {} messages in 20 s", waiting.len());
    let log_in = json!({"login": "oliver_01", "password": "correct horse battery"});
    let refused = app.post("/api/v1/auth/sessions", &log_in).await;
    assert_eq!(refused.code(), "temporarily_unavailable");
    // What is on the replica can be read, and what waits is added to it; also by a page that comes back.
    assert_eq!(jimin.texts(&room).await, texts);
    for _ in 0..5 {
        let marked = other.ask("read", json!({"room": room, "seq": 1})).await;
        assert_eq!(marked["d"]["code"], "temporarily_unavailable");
    }
    let back = oliver.page().await;
    drop(back);

    postgres(&["promote", &pair.server("replica")]);
    let promoted = Instant::now();
    all_stored(&mut one, waiting).await;
    assert_eq!(app.post("/api/v1/auth/sessions", &log_in).await.status, 200);
    assert!(promoted.elapsed() < BACK_WITHIN, "{:?}", promoted.elapsed());
    for person in [&jimin, &oliver] {
        assert_eq!(person.texts(&room).await, texts);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_promoted_replica_has_missed_is_stored_again() {
    let pair = Pair::start();
    let app = service(&pair).await;
    let ([jimin, _], [mut one, mut other], room) = app.two_in_a_room().await;
    let before = say(&mut one, &mut other, &room, "before").await;
    all_stored(&mut one, vec![before]).await;
    pair.caught_up().await;
    // It does not get what is committed from here on.
    postgres(&["stop", &pair.server("replica")]);
    let mut missed = Vec::new();
    for n in 0..20 {
        missed.push(say(&mut one, &mut other, &room, &format!("missed {n}")).await);
    }
    all_stored(&mut one, missed).await;
    let texts = jimin.texts(&room).await;
    assert_eq!(texts.len(), 21);

    postgres(&["stop", &pair.server("primary")]);
    postgres(&["start", &pair.server("replica")]);
    let count = "SELECT count(*)::text FROM messages";
    assert_eq!(ask(pair.ports[1], count).await, "1");
    postgres(&["promote", &pair.server("replica")]);

    eventually_within(BACK_WITHIN, "all is stored again", || async {
        (ask(pair.ports[1], count).await == "21").then_some(())
    })
    .await;
    assert_eq!(jimin.texts(&room).await, texts);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_replica_ten_seconds_late_never_hides_what_somebody_wrote() {
    let pair = Pair::start();
    let app = service(&pair).await;
    let ([jimin, oliver], [mut one, mut other], room) = app.two_in_a_room().await;
    pair.caught_up().await;
    postgres(&["delay", &pair.server("replica"), "10"]);

    let mut texts = Vec::new();
    for n in 0..20 {
        let introduction = format!("version {n}");
        let change = json!({"introduction": introduction});
        let changed = jimin.send(Method::PATCH, "/api/v1/members/me", &change).await;
        assert_eq!(changed.body["introduction"], introduction);
        let me = jimin.get("/api/v1/members/me").await;
        assert_eq!(me.body["introduction"], introduction);

        texts.push(format!("message {n}"));
        let id = say(&mut one, &mut other, &room, texts.last().unwrap()).await;
        all_stored(&mut one, vec![id]).await;
        for person in [&jimin, &oliver] {
            assert_eq!(person.texts(&room).await, texts);
            let rooms = person.get("/api/v1/rooms").await.body;
            assert_eq!(rooms["rooms"][0]["last_message"]["text"], *texts.last().unwrap());
        }
    }
    // It is late indeed.
    let replayed = ask(pair.ports[1], "SELECT count(*)::text FROM messages").await;
    assert_ne!(replayed, "20", "the replica is not late, so this test shows nothing");

    let left =
        oliver.send(Method::POST, &format!("/api/v1/rooms/{room}/leave"), &json!(null)).await;
    assert_eq!(left.status, 204);
    assert_eq!(oliver.get("/api/v1/rooms").await.body["rooms"], json!([]));
    assert_eq!(jimin.get("/api/v1/rooms").await.body["rooms"][0]["open"], false);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_frozen_server_holds_nobody_for_long() {
    let pair = Pair::start();
    let app = service(&pair).await;
    let jimin = app.person("jimin").await;
    let me = async || jimin.get("/api/v1/members/me").await.status;
    let change = async || {
        let change = json!({"introduction": "x"});
        jimin.send(Method::PATCH, "/api/v1/members/me", &change).await
    };
    assert_eq!((me().await, change().await.status), (200, 200));
    pair.caught_up().await;

    // Without the replica the primary does its work, at once after the first has found out.
    postgres(&["freeze", &pair.server("replica")]);
    let begun = Instant::now();
    for _ in 0..5 {
        assert_eq!(me().await, 200);
    }
    assert!(begun.elapsed() < BACK_WITHIN, "{:?}", begun.elapsed());
    postgres(&["thaw", &pair.server("replica")]);

    postgres(&["freeze", &pair.server("primary")]);
    let begun = Instant::now();
    assert_eq!(change().await.code(), "temporarily_unavailable");
    assert!(begun.elapsed() < BACK_WITHIN * 2, "{:?}", begun.elapsed());
    postgres(&["thaw", &pair.server("primary")]);
    eventually_within(BACK_WITHIN, "it works again", || async {
        (change().await.status == 200).then_some(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn connections_that_the_server_ends_are_made_anew_without_a_failed_write() {
    let pair = Pair::start();
    let app = service(&pair).await;
    let jimin = app.person("jimin").await;
    let end = "SELECT count(pg_terminate_backend(pid))::text FROM pg_stat_activity
               WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()";

    for n in 0..10 {
        assert_ne!(ask(pair.ports[0], end).await, "0");
        let introduction = format!("version {n}");
        let change = json!({"introduction": introduction});
        let changed = jimin.send(Method::PATCH, "/api/v1/members/me", &change).await;
        assert_eq!(changed.body["introduction"], introduction, "{changed:?}");
    }
}
