//! Other keys for tokens while everybody goes on.

use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD as BASE64;
use rand_chat::app::{Role, Substitutes};
use rand_chat::base::{Clock, ManualClock, SharedClock, SystemClock};
use rand_chat::config::Config;
use rand_chat::http::{KeyUse, add_key, list_keys, retire_key, tokens_end};
use rand_chat::infra::shared::Shared;
use reqwest::Client;
use serde_json::{Value, json};

use crate::crash::{Process, free_ports, sign_up};
use crate::harness::{Answer, PATIENCE, Page, Person, TestApp, are_distributed, eventually};

/// What the head of a token names its key by.
fn key_of(token: &str) -> String {
    let head = BASE64.decode(token.split('.').next().unwrap()).unwrap();
    let head: Value = serde_json::from_slice(&head).unwrap();
    head["kid"].as_str().unwrap().to_owned()
}

/// Somebody who asks for this and that, over and over, and notes what was refused.
struct Busy {
    rounds: Arc<AtomicUsize>,
    is_over: Arc<AtomicBool>,
}

impl Busy {
    async fn go(self, mut person: Person) -> Vec<String> {
        let mut refused = Vec::new();
        let mut round = 0;
        while !self.is_over.load(Ordering::SeqCst) {
            for path in ["/api/v1/members/me", "/api/v1/rooms", "/api/v1/match/ticket"] {
                let answer = person.get(path).await;
                if !matches!(answer.status, 200 | 404) {
                    refused.push(format!("{path} {answer:?}"));
                }
            }
            let renewed = person.refresh().await;
            if renewed.status != 200 {
                refused.push(format!("refresh {renewed:?}"));
            }
            // The gateway asks a chat-writer of the other process.
            if round % 5 == 0 {
                Page::greeted(&person.doors, &person.access, None).await;
            }
            round += 1;
            self.rounds.fetch_add(1, Ordering::SeqCst);
        }
        refused
    }
}

#[tokio::test]
async fn nobody_at_two_processes_notices_when_a_key_is_added_becomes_active_and_another_is_retired()
{
    let folder = tempfile::tempdir().unwrap();
    let data_dir = folder.path().display().to_string();
    let keys = folder.path().join("given");
    let keys_dir = keys.display().to_string();
    let settings = [
        ("storage__data_dir", &*data_dir),
        ("auth__keys_dir", &*keys_dir),
        ("auth__keys_reload_s", "1"),
        // Everybody asks again and again.
        ("matching__outlooks_per_minute", "100000"),
    ];
    let config = Config::load(None, []).unwrap();
    let clock = Arc::new(ManualClock::at(SystemClock.now()));
    let time: SharedClock = clock.clone();
    let shared = (!are_distributed()).then(|| Shared::in_process(&config, &time));
    let substitutes = Substitutes { clock: Some(time), shared, ..Default::default() };
    let processes: [&[Role]; 2] =
        [&[Role::Member, Role::WsGateway], &[Role::Member, Role::Matcher, Role::ChatWriter]];
    let app = TestApp::start_on(&processes, &settings, substitutes).await;
    let people = [app.person("jimin").await, app.person("oliver").await];
    let first = key_of(&people[0].access);
    assert!(
        keys.join("ed25519.seed").exists() && !folder.path().join("keys/ed25519.seed").exists()
    );

    let is_over = Arc::new(AtomicBool::new(false));
    let rounds = [Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0))];
    let busy = people.iter().zip(&rounds).map(|(person, rounds)| {
        let busy = Busy { rounds: rounds.clone(), is_over: is_over.clone() };
        tokio::spawn(busy.go(person.clone()))
    });
    let busy: Vec<_> = busy.collect();
    let some_rounds = async || {
        let targets = rounds.each_ref().map(|rounds| rounds.load(Ordering::SeqCst) + 3);
        eventually("everybody has done some rounds", || async {
            let done = |(rounds, target): (&Arc<AtomicUsize>, &usize)| {
                rounds.load(Ordering::SeqCst) >= *target
            };
            rounds.iter().zip(&targets).all(done).then_some(())
        })
        .await;
    };
    let uses = || -> Vec<KeyUse> {
        list_keys(&keys, clock.now()).unwrap().into_iter().map(|key| key.does).collect()
    };

    some_rounds().await;
    let added = add_key(&keys, clock.now() + Duration::from_mins(2), clock.now()).unwrap();
    for _ in 0..3 {
        some_rounds().await;
        clock.advance(Duration::from_mins(1));
    }
    some_rounds().await;
    assert_eq!(uses(), [KeyUse::Checking, KeyUse::Signing]);
    // On a clock that is turned by hand each would have looked again long ago.
    let mut late = app.person("haru").await;
    for process in &app.all_addresses {
        let url = format!("http://{}/api/v1/auth/refresh", process.public);
        let begun = Instant::now();
        loop {
            let renewed = Answer::of(Client::new().post(&url).header("cookie", &late.cookie)).await;
            late.cookie = renewed.cookie.unwrap();
            if key_of(renewed.body["access_token"].as_str().unwrap()) == added.id {
                break;
            }
            assert!(begun.elapsed() < PATIENCE, "never: the new key signs there");
        }
    }
    let tokens_end = tokens_end(&config);
    assert!(retire_key(&keys, &first, clock.now(), tokens_end, false).is_err(), "tokens are good");
    while retire_key(&keys, &first, clock.now(), tokens_end, false).is_err() {
        clock.advance(Duration::from_mins(1));
        some_rounds().await;
    }
    for _ in 0..3 {
        some_rounds().await;
        clock.advance(Duration::from_mins(1));
    }
    is_over.store(true, Ordering::SeqCst);

    for busy in busy {
        assert_eq!(busy.await.unwrap(), Vec::<String>::new(), "nothing was refused");
    }
    assert_eq!(uses(), [KeyUse::Signing]);
    let old = people[0].get("/api/v1/members/me").await;
    assert_eq!((old.status, old.code()), (401, "unauthenticated"), "{old:?}");
}

/// Runs `rand-chat keys`. Whether it did what was asked, and what it printed.
fn keys(folder: &Path, arguments: &[&str]) -> (bool, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_rand-chat"))
        .current_dir(folder)
        .arg("keys")
        .args(arguments)
        .output()
        .unwrap();
    let text = [output.stdout, output.stderr].concat();
    (output.status.success(), String::from_utf8(text).unwrap())
}

#[tokio::test]
async fn keys_are_added_listed_and_retired_beside_a_running_process() {
    let folder = tempfile::tempdir().unwrap();
    let process = Process::start(folder.path(), free_ports()).await;
    let doors = process.doors.clone();
    let token = sign_up(&doors, folder.path(), "jimin").await;
    let old = key_of(&token);
    let listed = |key: &str| {
        let (done, list) = keys(folder.path(), &["list"]);
        assert!(done, "{list}");
        let line = list.lines().find(|line| line.starts_with(key)).map(str::to_owned);
        line.unwrap_or_default()
    };
    let status = async |token: &str| {
        let me = Client::new().get(doors.url("/api/v1/members/me"));
        Answer::of(me.bearer_auth(token)).await.status
    };
    assert!(listed(&old).contains("signing"), "{}", listed(&old));

    let (done, text) = keys(folder.path(), &["add", "--active-in", "2s"]);
    assert!(done, "{text}");
    let new = text.lines().find_map(|line| line.strip_prefix("key id ")).unwrap().to_owned();
    assert!(listed(&new).contains("waiting"), "{}", listed(&new));
    eventually("the new key signs", || async { listed(&new).contains("signing").then_some(()) })
        .await;
    assert!(listed(&old).contains("checking"));
    let log_in = json!({"login": "jimin_01", "password": "correct horse battery"});
    let session = eventually("a token is signed by it", || async {
        let request = Client::new().post(doors.url("/api/v1/auth/sessions"));
        let entered = Answer::of(request.json(&log_in)).await;
        let token = entered.body["access_token"].as_str()?.to_owned();
        (key_of(&token) == new).then_some(token)
    });
    let newer = session.await;
    assert_eq!((status(&token).await, status(&newer).await), (200, 200));

    let (done, text) = keys(folder.path(), &["retire", &old]);
    assert!(!done && text.contains("are good until"), "{text}");
    let (done, text) = keys(folder.path(), &["retire", &new]);
    assert!(!done && text.contains("signs: add another first"), "{text}");
    let (done, text) = keys(folder.path(), &["retire", &old, "--force"]);
    assert!(done && text.contains("ed25519.seed"), "{text}");
    eventually("its tokens are refused", || async { (status(&token).await == 401).then_some(()) })
        .await;
    assert_eq!(status(&newer).await, 200);

    let broken = folder.path().join("data/keys/ed25519-tomorrow.seed");
    std::fs::write(&broken, "x").unwrap();
    // It has looked again by the time that one who starts has been refused.
    let refused = Command::new(env!("CARGO_BIN_EXE_rand-chat"))
        .current_dir(folder.path())
        .env("RAND_CHAT__HTTP__PORT", "0")
        .env("RAND_CHAT__INTERNAL__PORT", "0")
        .output()
        .unwrap();
    let text = String::from_utf8(refused.stderr).unwrap();
    assert_eq!(refused.status.code(), Some(1), "{text}");
    assert!(text.contains("ed25519-tomorrow.seed"), "{text}");
    assert!(text.contains("the name must be ed25519.seed or like"), "{text}");
    let unknown = format!("{token}x");
    assert_eq!(status(&unknown).await, 401, "which has it look again at the latest");
    assert_eq!(status(&newer).await, 200, "it keeps what it had");
}
