//! A copy of who waits, in the memory of a matcher: it is searched in without asking Redis.
//!
//! Every script that changes who waits says so in a stream, so a copy is in step once it has read the stream to its
//! end. It does so before each search: whoever joined before is seen. A copy whose last change is not in the stream
//! any more (it was away too long, or Redis forgot), or that counts others than Redis does, is made anew.

use std::collections::HashSet;
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
const PAGE: usize = 500;
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
    /// Who waits with a ticket that this version cannot read.
    unreadable: HashSet<MemberId>,
    /// The id of the last change it has; none before it is made.
    last: Option<String>,
}

/// A change as the stream has it: its id, then field after value.
type Change = (String, Vec<String>);

/// A change as it is understood.
enum ReadChange {
    /// A member came to wait, or waits with other conditions.
    Came(MemberId, Option<Arc<Ticket>>),
    /// A member does not wait any more.
    Went { member: MemberId, at: Timestamp, was_found: bool },
}

/// Before the first change.
const NONE: &str = "-";

impl PoolCopy {
    pub(super) fn new(redis: Redis, distances: &[u32]) -> Self {
        let waiting = WaitingIndex::new(distances);
        let copied = Mutex::new(Copied {
            waiting,
            waits: RecentWaits::default(),
            unreadable: HashSet::new(),
            last: None,
        });
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
        // Held until the copy is: nobody makes it anew in between.
        let copied = self.copied();
        drop(done);
        Ok(copied)
    }

    async fn catch_up(&self) -> SharedResult<()> {
        let last = self.copied().last.clone();
        if let Some(last) = last
            && self.follow(last).await?
        {
            return Ok(());
        }
        for _ in 0..COPIES {
            let last = self.make_anew().await?;
            if self.follow(last).await? {
                return Ok(());
            }
        }
        Err(SharedError("a copy of who waits is not like the pool".to_owned()))
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
            // Changes before the first may have been cut off.
            let goes_on = match last.as_str() {
                NONE => changes.len() < PAGE,
                last => changes.first().is_some_and(|(id, _)| id == last),
            };
            if !goes_on {
                return Ok(false);
            }
            let new = changes.get(usize::from(last != NONE)..).unwrap_or_default();
            let read: Vec<ReadChange> =
                new.iter().map(|(id, fields)| read_change(id, fields)).collect::<Result<_, _>>()?;
            let mut copied = self.copied();
            for change in read {
                copied.apply(change);
            }
            if let Some((id, _)) = changes.last() {
                copied.last = Some(id.clone());
            }
            if changes.len() < PAGE {
                let known = copied.waiting.len() + copied.unreadable.len();
                if known != waiting {
                    warn!(waiting, known, "a copy of who waits is wrong");
                }
                return Ok(known == waiting);
            }
            last = copied.last.clone().unwrap_or_else(|| NONE.to_owned());
        }
    }

    /// Copies everybody who waits. What changes meanwhile comes again with the changes, after the one that it returns.
    async fn make_anew(&self) -> SharedResult<String> {
        metrics::counter!("match_copies_total").increment(1);
        let [tickets, _, waiting, .., changes] = self.redis.keys.pool();
        let newest: Vec<Change> =
            self.ask(cmd("XREVRANGE").arg(&changes).arg("+").arg("-").arg("COUNT").arg(1)).await?;
        {
            let mut copied = self.copied();
            copied.waiting.clear();
            copied.unreadable.clear();
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
                let mut read = Vec::with_capacity(texts.len());
                for (member, text) in members.into_iter().zip(texts) {
                    let member = id(member)?;
                    // One without a ticket does not wait any more; that will be among the changes.
                    read.extend(text.map(|text| (member, readable(member, &text))));
                }
                let mut copied = self.copied();
                for (member, ticket) in read {
                    copied.take_in(member, ticket);
                }
            }
            cursor = next;
            if cursor == "0" {
                break;
            }
        }
        let newest = newest.into_iter().next().map_or_else(|| NONE.to_owned(), |(id, _)| id);
        self.copied().last = Some(newest.clone());
        Ok(newest)
    }

    async fn ask<T: FromRedisValue>(
        &self,
        command: &deadpool_redis::redis::Cmd,
    ) -> SharedResult<T> {
        // Not on the connection of all: this may be megabytes.
        let mut link = self.redis.bulk.get().await.map_err(shared)?;
        command.query_async(&mut link).await.map_err(shared)
    }

    fn copied(&self) -> MutexGuard<'_, Copied> {
        self.copied.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Copied {
    fn apply(&mut self, change: ReadChange) {
        match change {
            ReadChange::Came(member, ticket) => self.take_in(member, ticket),
            ReadChange::Went { member, at, was_found } => {
                self.unreadable.remove(&member);
                if let Some(ticket) = self.waiting.remove(member) {
                    self.waits.note(&ticket, at, was_found);
                }
            }
        }
    }

    fn take_in(&mut self, member: MemberId, ticket: Option<Arc<Ticket>>) {
        if let Some(ticket) = ticket {
            self.unreadable.remove(&member);
            self.waiting.insert(ticket);
        } else {
            self.waiting.remove(member);
            self.unreadable.insert(member);
        }
    }
}

fn read_change(change: &str, fields: &[String]) -> SharedResult<ReadChange> {
    let [_, member, what, contents] = fields else { return Err(not_understood()) };
    let member: MemberId = id(member)?;
    if what == "ticket" {
        return Ok(ReadChange::Came(member, readable(member, contents)));
    }
    // The id of a change begins with the milliseconds of its time.
    let millis = change.split('-').next().and_then(|millis| millis.parse::<i64>().ok());
    let at = Timestamp::from_micros(millis.ok_or_else(not_understood)? * 1_000);
    Ok(ReadChange::Went { member, at, was_found: contents == "found" })
}

/// The ticket, if this version can read it. Another version may have written it.
fn readable(member: MemberId, text: &str) -> Option<Arc<Ticket>> {
    match read_ticket(member, text) {
        Ok(ticket) => Some(ticket),
        Err(error) => {
            warn!(%error, member.id = %member, "a ticket cannot be read, and is not searched");
            None
        }
    }
}
