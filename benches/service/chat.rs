//! Pairs who chat, and how long their messages take.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::time::Duration;

use dashmap::DashMap;
use serde_json::{Value, json};
use tokio::time::{Instant, interval, sleep_until};
use uuid::Uuid;

use crate::figures::{Spread, per_second};
use crate::meeting::Visitor;

const TEXT: &str = "오늘 노을 봤어요? 정말 예뻤어요. Did you see it too?";
/// Messages of a member on their way when it sends flat out.
pub const WINDOW: usize = 4;
/// How long what is on its way at the end may take to arrive.
const LAST: Duration = Duration::from_secs(20);

/// How often each member sends, and for how long. If not said: as soon as fewer than so many of its
/// messages wait to be stored.
#[derive(Clone, Copy)]
pub struct Pace {
    pub every: Option<Duration>,
    pub length: Duration,
}

#[derive(Default)]
struct Figures {
    sent: usize,
    to_partner: Spread,
    to_stored: Spread,
}

/// What the members of a chat know of each other.
#[derive(Clone, Default)]
struct Watch {
    /// When each message left the hand of its sender, until it is with the partner.
    on_the_way: Arc<DashMap<String, Instant>>,
    /// How many members may still send.
    sending: Arc<AtomicUsize>,
}

/// Has every pair chat, and prints how it went.
pub async fn chat(name: &str, visitors: Vec<Visitor>, pace: Pace) -> Vec<Visitor> {
    let watch = Watch::default();
    watch.sending.store(visitors.len(), Relaxed);
    let begun = Instant::now();
    let pairs = visitors.len() / 2;
    let talks: Vec<_> = visitors
        .into_iter()
        .enumerate()
        .map(|(number, visitor)| {
            // Members do not write in step.
            let first = begun + Duration::from_micros(1237) * u32::try_from(number).unwrap();
            let talk = Talk {
                visitor,
                watch: watch.clone(),
                asked: HashMap::new(),
                sent: HashMap::new(),
                figures: Figures::default(),
            };
            tokio::spawn(talk.run(first, begun + pace.length, pace.every))
        })
        .collect();
    let (mut visitors, mut all) = (Vec::new(), Figures::default());
    for talk in talks {
        let (visitor, figures) = talk.await.unwrap();
        visitors.push(visitor);
        all.sent += figures.sent;
        all.to_partner.take(figures.to_partner);
        all.to_stored.take(figures.to_stored);
    }
    println!("\nchat, {pairs} pairs, {name}, {:?}", pace.length);
    println!("  {:.0} messages/s", per_second(all.sent, pace.length));
    println!("  send → partner  {}", all.to_partner);
    println!("  send → stored   {}", all.to_stored);
    assert_eq!(all.to_partner.len(), all.sent, "every message came, once");
    assert_eq!(all.to_stored.len(), all.sent, "every message was stored");
    visitors
}

/// One member in one room.
struct Talk {
    visitor: Visitor,
    watch: Watch,
    /// Asked for with this number at this time, and not yet `sent`.
    asked: HashMap<u64, Instant>,
    /// Sent at this time, and not yet stored.
    sent: HashMap<String, Instant>,
    figures: Figures,
}

impl Talk {
    /// Sends until `end`, then waits for what is on its way.
    async fn run(
        mut self,
        first: Instant,
        end: Instant,
        every: Option<Duration>,
    ) -> (Visitor, Figures) {
        let mut next = first;
        let mut over = false;
        let mut tick = interval(Duration::from_millis(10));
        loop {
            let now = Instant::now();
            if now >= end && !over {
                over = true;
                self.watch.sending.fetch_sub(1, Relaxed);
            }
            if over && (self.all_is_there() || now >= end + LAST) {
                return (self.visitor, self.figures);
            }
            let waiting = self.asked.len() + self.sent.len();
            let may_send = !over && (every.is_some() || waiting < WINDOW);
            tokio::select! {
                () = sleep_until(next), if may_send => {
                    self.send().await;
                    next = every.map_or_else(Instant::now, |every| next + every);
                }
                frame = self.visitor.page.next_push() => self.note(&frame),
                _ = tick.tick() => {}
            }
        }
    }

    fn all_is_there(&self) -> bool {
        let nobody_sends = self.watch.sending.load(Relaxed) == 0;
        let mine_are_stored = self.asked.is_empty() && self.sent.is_empty();
        nobody_sends && mine_are_stored && self.watch.on_the_way.is_empty()
    }

    async fn send(&mut self) {
        let id = Uuid::now_v7();
        let now = Instant::now();
        self.watch.on_the_way.insert(id.to_string(), now);
        let message = json!({"room": self.visitor.room, "cid": id, "text": TEXT});
        let number = self.visitor.page.request("send", message).await;
        self.asked.insert(number, now);
        self.figures.sent += 1;
    }

    fn note(&mut self, frame: &Value) {
        let body = &frame["d"];
        match frame["t"].as_str().unwrap() {
            "sent" => {
                let departed = self.asked.remove(&frame["id"].as_u64().unwrap()).unwrap();
                self.sent.insert(body["cid"].as_str().unwrap().to_owned(), departed);
            }
            "message" => {
                if let Some((_, departed)) =
                    self.watch.on_the_way.remove(body["id"].as_str().unwrap())
                {
                    self.figures.to_partner.add(departed.elapsed());
                }
            }
            "stored" => {
                for id in body["ids"].as_array().unwrap() {
                    if let Some(departed) = self.sent.remove(id.as_str().unwrap()) {
                        self.figures.to_stored.add(departed.elapsed());
                    }
                }
            }
            "err" => panic!("refused: {frame}"),
            _ => {}
        }
    }
}
