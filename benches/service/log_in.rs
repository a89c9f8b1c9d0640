//! Log-ins as fast as they come, and what they do to members who do something else.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::Relaxed};
use std::thread::available_parallelism;
use std::time::{Duration, Instant};

use argon2::password_hash::PasswordHasher;
use argon2::{Algorithm, Argon2, Params, Version};
use futures_util::future::join_all;
use rand_chat::app::Substitutes;
use rand_chat::base::{SharedClock, SystemClock};
use rand_chat::config::{AuthConfig, Config};
use reqwest::{Client, Method};
use serde_json::{Value, json};
use tokio::task::JoinSet;
use tokio::time::{sleep, sleep_until};

use crate::figures::{Spread, per_second};
use crate::harness::{ALL, Doors, Person, SEOUL, TestApp};

const CLIENTS: usize = 64;
/// How long each part is measured.
const LENGTH: Duration = Duration::from_secs(10);
/// What the first log-ins take longer is not measured.
const WARM_UP: Duration = Duration::from_secs(2);
/// Between two light requests: 50 a second.
const EVERY: Duration = Duration::from_millis(20);

/// Measures hashing alone, light requests alone, log-ins alone, and the last two together.
pub async fn log_ins() {
    let auth = Config::load(None, Vec::new()).unwrap().auth;
    let app = start(&auth).await;
    let mut people = Vec::with_capacity(CLIENTS);
    for number in 0..CLIENTS {
        people.push(app.person(&format!("client{number}")).await);
    }
    let light = app.person("light").await;

    let (memory, passes) = (auth.argon2_memory_kib, auth.argon2_passes);
    println!("\nlog-ins, argon2id with {memory} KiB and {passes} passes, {LENGTH:?} each");
    let alone = tokio::task::spawn_blocking(move || hashes_per_second(&auth)).await.unwrap();
    println!("  the hash alone, one thread per core: {alone:.1}/s");
    println!("  50 light requests a second");
    print_light(&ask_lightly(&light).await);

    let flood = Flood::begin(&app.doors, &people).await;
    sleep(LENGTH).await;
    println!("  {CLIENTS} clients as fast as they can: {:.1} log-ins/s", flood.end().await);

    let flood = Flood::begin(&app.doors, &people).await;
    let meanwhile = ask_lightly(&light).await;
    let rate = flood.end().await;
    println!("  the same with 50 light requests a second beside them: {rate:.1} log-ins/s");
    print_light(&meanwhile);

    app.request_stop();
    assert!(app.stopped().await, "every task finished");
}

async fn start(auth: &AuthConfig) -> TestApp {
    let (memory, passes) = (auth.argon2_memory_kib.to_string(), auth.argon2_passes.to_string());
    let settings = [
        ("auth__argon2_memory_kib", memory.as_str()),
        ("auth__argon2_passes", &passes),
        ("member__log_ins_per_minute", "100000000"),
        ("member__log_ins_per_name_and_minute", "100000000"),
        ("member__guesses_per_minute", "100000000"),
        ("member__places_per_hour", "100000000"),
    ];
    let clock: SharedClock = Arc::new(SystemClock);
    let substitutes = Substitutes { clock: Some(clock), ..Substitutes::default() };
    TestApp::start_on(&[&ALL], &settings, substitutes).await
}

/// How often a password can be hashed on all cores when nobody does anything else.
fn hashes_per_second(auth: &AuthConfig) -> f64 {
    let threads = available_parallelism().map_or(1, usize::from);
    let params = Params::new(auth.argon2_memory_kib, auth.argon2_passes, 1, None).unwrap();
    let begun = Instant::now();
    let counts: Vec<usize> = std::thread::scope(|scope| {
        let hash = || {
            let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params.clone());
            let mut count = 0;
            while begun.elapsed() < LENGTH {
                argon2.hash_password(b"correct horse battery").unwrap();
                count += 1;
            }
            count
        };
        let running: Vec<_> = (0..threads).map(|_| scope.spawn(hash)).collect();
        running.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    per_second(counts.iter().sum(), begun.elapsed())
}

/// Clients who do nothing but log in.
struct Flood {
    is_over: Arc<AtomicBool>,
    done: Arc<AtomicUsize>,
    begun: Instant,
    clients: Vec<tokio::task::JoinHandle<()>>,
}

impl Flood {
    /// Begins, and returns once it is in full flow.
    async fn begin(doors: &Doors, people: &[Person]) -> Self {
        let (is_over, done) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicUsize::new(0)));
        let clients = people.iter().map(|person| {
            let form = json!({"login": format!("{}_01", person.name), "password": "correct horse battery"});
            let url = doors.url("/api/v1/auth/sessions");
            let client = person.client.clone();
            tokio::spawn(log_in_again_and_again(client, url, form, is_over.clone(), done.clone()))
        });
        let clients = clients.collect();
        sleep(WARM_UP).await;
        done.store(0, Relaxed);
        Self { is_over, done, begun: Instant::now(), clients }
    }

    /// How many there were in a second.
    async fn end(self) -> f64 {
        let (count, took) = (self.done.load(Relaxed), self.begun.elapsed());
        self.is_over.store(true, Relaxed);
        for client in join_all(self.clients).await {
            client.unwrap();
        }
        per_second(count, took)
    }
}

async fn log_in_again_and_again(
    client: Client,
    url: String,
    form: Value,
    is_over: Arc<AtomicBool>,
    done: Arc<AtomicUsize>,
) {
    while !is_over.load(Relaxed) {
        let answer = client.post(&url).json(&form).send().await.unwrap();
        assert_eq!(answer.status(), 200);
        answer.bytes().await.unwrap();
        done.fetch_add(1, Relaxed);
    }
}

/// What a member does who is logged in, by name, and how long it took.
type Light = [(&'static str, Spread); 2];

/// Asks at a steady pace, whether or not the one before was answered.
async fn ask_lightly(person: &Person) -> Light {
    let begun = tokio::time::Instant::now();
    let mut asked = JoinSet::new();
    for number in 0..u32::try_from(LENGTH.as_millis() / EVERY.as_millis()).unwrap() {
        let due = begun + EVERY * number;
        sleep_until(due).await;
        let person = person.clone();
        asked.spawn(async move {
            let is_show = number.is_multiple_of(2);
            let request = if is_show {
                person.request(Method::GET, "/api/v1/members/me")
            } else {
                let place = json!({"latitude": SEOUL.0, "longitude": SEOUL.1});
                person.request(Method::PUT, "/api/v1/members/me/place").json(&place)
            };
            let answer = request.send().await.unwrap();
            assert_eq!(answer.status(), 200);
            answer.bytes().await.unwrap();
            (is_show, due.elapsed())
        });
    }
    let mut light =
        [("GET members/me", Spread::default()), ("PUT members/me/place", Spread::default())];
    for (is_show, took) in asked.join_all().await {
        light[usize::from(!is_show)].1.add(took);
    }
    light
}

fn print_light(light: &Light) {
    for (name, spread) in light {
        println!("    {name:<20}  {spread}");
    }
}
