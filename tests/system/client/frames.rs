//! What comes: messages and their places on the screen, words about the own messages, matches.

use std::ops::Bound;
use std::time::{Duration, Instant};

use reqwest::Method;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{Client, Ordering};
use crate::history::{Event, Line};

/// A message that was not told to be stored is sent again after this time.
const CONFIRM: Duration = Duration::from_secs(10);
/// Before something that was refused for now is asked for again.
const RETRY: Duration = Duration::from_millis(200);

impl Client {
    pub(super) async fn on_frame(&mut self, frame: Value) {
        let d = &frame["d"];
        if let Some(id) = frame["id"].as_u64() {
            self.note(Event::Answered);
            self.asked = self.asked.filter(|(asked, ..)| *asked != id);
        }
        match frame["t"].as_str().unwrap() {
            "message" => self.on_message(d),
            "sent" => self.on_sent(d),
            "stored" => self.on_stored(&ids(&d["ids"])),
            "messages" => self.on_synced(d),
            "err" => self.on_refused(d),
            "ping" => {
                let since = json!({"since": self.last_seq()});
                if let Some(page) = &mut self.page {
                    page.try_request("pong", since).await;
                }
            }
            "room.opened" => self.room = d["room"]["id"].as_str().map(ToOwned::to_owned),
            "match.proposed" if d["answered"].is_null() => {
                if let Some(page) = &mut self.page {
                    page.say_seen(d).await;
                }
                self.accept(d).await;
            }
            "match.ended" if d["outcome"] == "accepted" => {
                self.room = d["room"].as_str().map(ToOwned::to_owned);
            }
            "match.ended" => self.search_again(),
            _ => {}
        }
    }

    fn on_message(&mut self, d: &Value) {
        let line = line(d);
        self.note_hole(&line);
        if d["stored"] == true {
            self.on_stored(&[line.id]);
        }
        self.show(line);
    }

    fn on_sent(&mut self, d: &Value) {
        let id: Uuid = d["cid"].as_str().unwrap().parse().unwrap();
        let (seq, prev) = (d["seq"].as_i64().unwrap(), d["prev"].as_i64().unwrap());
        self.note(Event::Sent { id, seq, prev });
        if let Some(kept) = self.outbox.iter_mut().find(|kept| kept.id == id) {
            kept.due = Instant::now() + CONFIRM;
            let from = self.person.id.parse().unwrap();
            let line = Line { seq, prev, id, from, text: kept.text.clone() };
            self.note_hole(&line);
            self.place(line);
        }
        if d["stored"] == true {
            self.on_stored(&[id]);
        }
    }

    /// Messages are committed. One that the page was never shown comes after the last one it has.
    fn on_stored(&mut self, ids: &[Uuid]) {
        self.note(Event::Stored(ids.to_vec()));
        if ids.iter().any(|id| !self.places.contains_key(id)) {
            self.missing_after(self.last_seq());
        }
        self.outbox.retain(|kept| !ids.contains(&kept.id));
    }

    /// The answer is the truth for the stretch it covers: what is not in it does not exist.
    fn on_synced(&mut self, d: &Value) {
        self.syncing = None;
        let (after, lines) = (d["after"].as_i64().unwrap(), lines(&d["messages"]));
        let until = lines.last().map_or(after, |line| line.seq);
        let covered = (Bound::Excluded(after), Bound::Included(until));
        let gone: Vec<i64> = self.screen.range(covered).map(|(seq, _)| *seq).collect();
        for seq in gone {
            if let Some(line) = self.screen.remove(&seq) {
                self.places.remove(&line.id);
            }
        }
        for line in lines {
            self.show(line);
        }
        if self.hole.is_some_and(|hole| hole >= after) {
            self.hole = if d["complete"] == true { None } else { Some(until) };
        }
    }

    /// Everything a page of this kind asks for can be had later.
    fn on_refused(&mut self, d: &Value) {
        assert_eq!(d["retryable"], true, "refused for good: {d}");
        let pause = d["retry_after_ms"].as_u64().map_or(RETRY, Duration::from_millis);
        self.ask_at = Instant::now() + pause;
        self.syncing = None;
    }

    /// Something before this message is missing, if the page does not have the one it follows.
    fn note_hole(&mut self, line: &Line) {
        let before = self.screen.range(..line.seq).rev().find(|(_, known)| known.id != line.id);
        let before = before.map_or(0, |(seq, _)| *seq);
        if before < line.prev {
            self.missing_after(before);
        }
    }

    fn missing_after(&mut self, seq: i64) {
        self.hole = Some(self.hole.map_or(seq, |hole| hole.min(seq)));
    }

    /// Notes a message that came and puts it on the screen.
    pub(super) fn show(&mut self, line: Line) {
        self.note(Event::Saw(line.clone()));
        self.place(line);
    }

    /// One bubble per id, in the order of the places.
    fn place(&mut self, line: Line) {
        if let Some(old) = self.places.insert(line.id, line.seq) {
            self.screen.remove(&old);
        }
        self.screen.insert(line.seq, line);
    }

    pub(super) fn last_seq(&self) -> i64 {
        self.screen.last_key_value().map_or(0, |(seq, _)| *seq)
    }

    pub(super) async fn accept(&mut self, proposal: &Value) {
        self.progress.proposed.store(true, Ordering::Relaxed);
        let path = format!("/api/v1/match/proposals/{}/answer", proposal["id"].as_str().unwrap());
        if self.room.is_some() {
            // A request that nobody answered in time was done after all, when another was long a match.
            let body = json!({"token": proposal["token"], "answer": "decline"});
            self.insist(Method::POST, &path, body).await;
            self.insist(Method::DELETE, "/api/v1/match/ticket", Value::Null).await;
            return;
        }
        let body = json!({"token": proposal["token"], "answer": "accept"});
        let answer = self.insist(Method::POST, &path, body).await;
        match answer.status {
            200 => {
                if let Some(room) = answer.body["room"].as_str() {
                    self.room = Some(room.to_owned());
                }
            }
            409 => self.search_again(),
            _ => panic!("{answer:?}"),
        }
    }

    /// Asks for a match once more, if it still wants a room.
    pub(super) fn search_again(&mut self) {
        if self.progress.searching.load(Ordering::Relaxed) && self.room.is_none() {
            self.search_at = Some(Instant::now());
        }
    }
}

fn line(d: &Value) -> Line {
    serde_json::from_value(d.clone()).unwrap()
}

pub(super) fn lines(messages: &Value) -> Vec<Line> {
    messages.as_array().unwrap().iter().map(line).collect()
}

fn ids(ids: &Value) -> Vec<Uuid> {
    serde_json::from_value(ids.clone()).unwrap()
}
