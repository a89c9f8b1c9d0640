//! A copy of who waits, in the memory of a matcher: it is searched in without asking Redis.
//!
//! Every script that changes who waits says so in a stream, so a copy is in step once it has read the stream to its
//! end. It does so before each search: whoever joined before is seen. A copy whose last change is not in the stream
//! any more (it was away too long, or Redis forgot), or that counts others than Redis does, is made anew.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use deadpool_redis::redis::{FromRedisValue, cmd};
use tracing::warn;

use crate::base::{MemberId, Timestamp};
use crate::infra::shared::recent_waits::RecentWaits;
use crate::infra::shared::waiting_index::WaitingIndex;
use crate::infra::shared::{SharedError, SharedResult, Ticket};

use super::pool_texts::{id, read_ticket};
use super::{OwnScript, Redis, not_understood, script, shared};

static CHANGES: OwnScript = script!("pool/common.lua", "pool/changes.lua");

/// Changes and tickets asked for at once.
const PAGE: usize = 1_000;
/// Copies made in a row before the search fails.
const COPIES: usize = 3;

/// A copy of who waits.
pub(super) struct PoolCopy {
    redis: Redis,
    copied: Mutex<Copied>,
    /// How often catching up has begun, and the number of the last time that it came to its end.
    begun: AtomicU64,
    done: tokio::sync::Mutex<u64>,
}

/// What is known.
pub(super) struct Copied {
    pub(super) waiting: WaitingIndex,
    pub(super) waits: RecentWaits,
    /// The id of the last change it has; none before it is made.
    last: Option<String>,
}

/// A change as the stream has it: its id, then field after value.
type Change = (String, Vec<String>);

/// Before the first change.
const NONE: &str = "-";

impl PoolCopy {
    pub(super) fn new(redis: Redis, distances: &[u32]) -> Self {
        let waiting = WaitingIndex::new(distances);
        let copied = Mutex::new(Copied { waiting, waits: RecentWaits::default(), last: None });
        Self { redis, copied, begun: AtomicU64::new(0), done: tokio::sync::Mutex::default() }
    }

    /// The copy, in step with everything that happened before this call.
    pub(super) async fn in_step(&self) -> SharedResult<MutexGuard<'_, Copied>> {
        let begun = self.begun.load(Ordering::SeqCst);
        let mut done = self.done.lock().await;
        // One that began after this call is as good as one of its own.
        if *done <= begun {
            let number = self.begun.fetch_add(1, Ordering::SeqCst) + 1;
            self.catch_up().await?;
            *done = number;
        }
        drop(done);
        Ok(self.copied())
    }

    async fn catch_up(&self) -> SharedResult<()> {
        for _ in 0..COPIES {
            let last = self.copied().last.clone();
            if let Some(last) = last
                && self.follow(last).await?
            {
                return Ok(());
            }
            self.make_anew().await?;
        }
        Err(SharedError("who waits changes faster than it can be copied".to_owned()))
    }

    /// Reads the changes after `last`. False if the copy cannot be brought into step so.
    async fn follow(&self, mut last: String) -> SharedResult<bool> {
        loop {
            let mut call = CHANGES.prepare_invoke();
            for key in self.redis.keys.pool() {
                call.key(key);
            }
            call.arg(&last).arg(PAGE);
            let answer = call.invoke_async(&mut self.redis.link.clone()).await;
            let (waiting, changes): (usize, Vec<Change>) = answer.map_err(shared)?;
            let mut copied = self.copied();
            let is_first = |(id, _): &Change| last == NONE || *id == last;
            if last != NONE && !changes.first().is_some_and(is_first) {
                return Ok(false);
            }
            let new = changes.get(usize::from(last != NONE)..).unwrap_or_default();
            for (id, fields) in new {
                copied.apply(id, fields)?;
                copied.last = Some(id.clone());
            }
            if changes.len() < PAGE {
                let in_step = copied.waiting.len() == waiting;
                if !in_step {
                    warn!(waiting, copied = copied.waiting.len(), "the copy of who waits is wrong");
                }
                return Ok(in_step);
            }
            last = copied.last.clone().unwrap_or_else(|| NONE.to_owned());
        }
    }

    /// Copies everybody who waits. What changes meanwhile comes again with the changes.
    async fn make_anew(&self) -> SharedResult<()> {
        metrics::counter!("match_copies_total").increment(1);
        let [tickets, _, waiting, .., changes] = self.redis.keys.pool();
        let newest: Vec<Change> =
            self.ask(cmd("XREVRANGE").arg(&changes).arg("+").arg("-").arg("COUNT").arg(1)).await?;
        {
            let mut copied = self.copied();
            copied.waiting.clear();
            copied.last = None;
        }
        let mut cursor = "0".to_owned();
        loop {
            let mut scan = cmd("ZSCAN");
            scan.arg(&waiting).arg(&cursor).arg("COUNT").arg(PAGE);
            let (next, found): (String, Vec<String>) = self.ask(&scan).await?;
            let members: Vec<&String> = found.iter().step_by(2).collect();
            if !members.is_empty() {
                let texts: Vec<Option<String>> =
                    self.ask(cmd("HMGET").arg(&tickets).arg(&members)).await?;
                let mut copied = self.copied();
                for (member, text) in members.into_iter().zip(texts) {
                    if let Some(text) = text {
                        copied.waiting.insert(read_ticket(id(member)?, &text)?);
                    }
                }
            }
            cursor = next;
            if cursor == "0" {
                break;
            }
        }
        let newest = newest.into_iter().next().map_or_else(|| NONE.to_owned(), |(id, _)| id);
        self.copied().last = Some(newest);
        Ok(())
    }

    async fn ask<T: FromRedisValue>(
        &self,
        command: &deadpool_redis::redis::Cmd,
    ) -> SharedResult<T> {
        command.query_async(&mut self.redis.link.clone()).await.map_err(shared)
    }

    fn copied(&self) -> MutexGuard<'_, Copied> {
        self.copied.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Copied {
    fn apply(&mut self, change: &str, fields: &[String]) -> SharedResult<()> {
        let [_, member, what, contents] = fields else { return Err(not_understood()) };
        let member: MemberId = id(member)?;
        if what == "ticket" {
            self.waiting.insert(read_ticket(member, contents)?);
        } else if let Some(ticket) = self.waiting.remove(member) {
            self.note_wait(&ticket, change, contents == "found")?;
        }
        Ok(())
    }

    fn note_wait(&mut self, ticket: &Arc<Ticket>, change: &str, found: bool) -> SharedResult<()> {
        // The id of a change begins with the milliseconds of its time.
        let millis = change.split('-').next().and_then(|millis| millis.parse::<i64>().ok());
        let at = Timestamp::from_micros(millis.ok_or_else(not_understood)? * 1_000);
        self.waits.note(ticket, at, found);
        Ok(())
    }
}
