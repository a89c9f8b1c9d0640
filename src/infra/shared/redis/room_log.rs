//! The room log, on Redis: rooms by bucket, one stream per bucket, drained by one group of writers.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, Weak};
use std::time::Duration;

use async_trait::async_trait;
use deadpool_redis::redis::streams::{
    StreamAutoClaimOptions, StreamAutoClaimReply, StreamId, StreamRangeReply, StreamReadOptions,
    StreamReadReply,
};
use deadpool_redis::redis::{AsyncCommands, RedisError, RedisResult};
use futures_util::future::try_join_all;
use serde::{Deserialize, Serialize};
use tokio::sync::Notify;
use tokio::time::{Instant, timeout};
use tracing::warn;

use crate::base::{MemberId, MessageId, NodeId, RoomId, SharedClock, Timestamp};
use crate::config::Config;
use crate::infra::shared::{
    Append, Kept, LogEntry, LogPosition, NewMessage, RoomEntry, RoomLog, SharedResult, Tail,
};
use crate::protocol::{ImageView, Message, MessageKind, Place};

use super::keys::{BucketKeys, RoomKeys};
use super::link::BulkLink;
use super::subscription::{Heard, Subscription, subscribe};
use super::{OwnScript, Redis, lock, millis, not_understood, script, shared};

static APPEND: OwnScript = script!("append.lua");
static FILL: OwnScript = script!("fill.lua");
static CLOSE: OwnScript = script!("close.lua");
static RETRACT: OwnScript = script!("retract.lua");
static TAIL: OwnScript = script!("tail.lua");
static ACKNOWLEDGE: OwnScript = script!("acknowledge.lua");
static SET_ASIDE: OwnScript = script!("set_aside.lua");
static TRIM: OwnScript = script!("trim.lua");

/// The group of all chat-writers.
const GROUP: &str = "chat-writers";
/// How long acknowledged entries are kept, for a database that forgot them in a fail-over.
const KEPT_FOR: Duration = Duration::from_mins(15);
/// Life of a room with messages that are not stored.
const UNSTORED_LIFE: Duration = Duration::from_hours(24);
/// Life of the log of a bucket after its last message, and of what was put aside.
const LOG_LIFE: Duration = Duration::from_hours(30 * 24);
/// Entries put aside that are kept in each bucket for the operator to see.
const ASIDE_MAX: usize = 1000;

/// The room log, on Redis.
pub struct RedisRoomLog {
    redis: Redis,
    clock: SharedClock,
    recent_max: usize,
    room_life: Duration,
    backlog_max: usize,
    /// After how long an entry that was taken and not acknowledged may be taken by another writer. Twice
    /// as often a writer looks at every part of the log, whatever it heard.
    take_over: Duration,
    /// This process, as a consumer.
    consumer: String,
    draining: Mutex<Option<Arc<Draining>>>,
}

/// What a writer knows of the log.
struct Draining {
    /// Buckets in which something may wait.
    woken: Mutex<BTreeSet<u16>>,
    called: Notify,
    looked_at: Mutex<Option<Instant>>,
    _subscription: Subscription,
}

/// A message, as far as it is known before it has a place. The place stands before it in an entry.
#[derive(Serialize, Deserialize)]
struct Contents {
    from: MemberId,
    kind: MessageKind,
    text: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    image: Option<ImageView>,
}

impl RedisRoomLog {
    /// The log on this Redis.
    #[must_use]
    pub fn new(redis: Redis, config: &Config, clock: &SharedClock) -> Self {
        Self {
            backlog_max: config.chat.backlog_max.div_ceil(redis.keys.buckets().into()),
            redis,
            clock: clock.clone(),
            recent_max: config.chat.recent_messages,
            room_life: config.chat.recent(),
            take_over: config.chat_writer.take_over(),
            consumer: NodeId::fresh().to_string(),
            draining: Mutex::default(),
        }
    }

    fn keys(&self, room: RoomId) -> (RoomKeys, BucketKeys) {
        let keys = &self.redis.keys;
        (keys.room(room), keys.bucket(keys.bucket_of(room)))
    }

    /// Begins to hear where something is sent. All of the log is looked at first.
    fn draining(&self) -> Arc<Draining> {
        let mut draining = lock(&self.draining);
        draining.get_or_insert_with(|| self.begin_draining()).clone()
    }

    fn begin_draining(&self) -> Arc<Draining> {
        let keys = &self.redis.keys;
        let buckets: BTreeMap<String, u16> =
            (0..keys.buckets()).map(|bucket| (keys.bucket(bucket).wake, bucket)).collect();
        let channels = buckets.keys().cloned().collect();
        let (opener, link) = (self.redis.opener.clone(), self.redis.link.clone());
        Arc::new_cyclic(|weak: &Weak<Draining>| {
            let weak = weak.clone();
            let listener = move |heard| {
                let Some(draining) = weak.upgrade() else { return true };
                match heard {
                    Heard::Gap => lock(&draining.woken).extend(buckets.values()),
                    Heard::Message { channel, .. } => {
                        lock(&draining.woken).extend(buckets.get(&channel));
                    }
                }
                draining.called.notify_one();
                true
            };
            Draining {
                woken: Mutex::new((0..keys.buckets()).collect()),
                called: Notify::new(),
                looked_at: Mutex::default(),
                _subscription: subscribe(opener, link, channels, listener),
            }
        })
    }

    /// Takes what waits in the buckets that were heard of.
    async fn take_now(&self, draining: &Draining, max: usize) -> SharedResult<Vec<LogEntry>> {
        let mut link = self.redis.bulk.get().await.map_err(shared)?;
        let mut batch = Vec::new();
        if self.must_look_at_all(draining) {
            lock(&draining.woken).extend(0..self.redis.keys.buckets());
            for bucket in 0..self.redis.keys.buckets() {
                if batch.len() < max {
                    let late = self.take_over(&mut link, bucket, max - batch.len()).await;
                    batch.extend(late.map_err(shared)?);
                }
                self.trim(&mut link, bucket).await.map_err(shared)?;
            }
        }
        while batch.len() < max
            && let Some(bucket) = pop(draining)
        {
            let room_left = max - batch.len();
            let taken = match self.read(&mut link, bucket, room_left).await {
                Ok(taken) => taken,
                Err(error) => {
                    lock(&draining.woken).insert(bucket);
                    return if batch.is_empty() { Err(shared(error)) } else { Ok(batch) };
                }
            };
            if taken.len() == room_left {
                lock(&draining.woken).insert(bucket);
            }
            batch.extend(taken);
        }
        Ok(batch)
    }

    fn must_look_at_all(&self, draining: &Draining) -> bool {
        let mut looked_at = lock(&draining.looked_at);
        let due = looked_at.is_none_or(|at| at.elapsed() >= self.take_over / 2);
        if due {
            *looked_at = Some(Instant::now());
        }
        due
    }

    async fn read(
        &self,
        link: &mut BulkLink,
        bucket: u16,
        max: usize,
    ) -> RedisResult<Vec<LogEntry>> {
        let log = self.redis.keys.bucket(bucket).log;
        let options = StreamReadOptions::default().group(GROUP, &self.consumer).count(max);
        let reply: RedisResult<Option<StreamReadReply>> =
            link.xread_options(&[&log], &[">"], &options).await;
        let reply = match reply {
            Err(error) if error.code() == Some("NOGROUP") => {
                if !link.exists::<_, bool>(&log).await? {
                    return Ok(Vec::new());
                }
                make_group(link, &log).await?;
                link.xread_options(&[&log], &[">"], &options).await?
            }
            other => other?,
        };
        let ids = reply.into_iter().flat_map(|reply| reply.keys).flat_map(|key| key.ids);
        Ok(ids.filter_map(|id| read_entry(bucket, &id)).collect())
    }

    /// Takes what another writer took long ago and has not acknowledged.
    async fn take_over(
        &self,
        link: &mut BulkLink,
        bucket: u16,
        max: usize,
    ) -> RedisResult<Vec<LogEntry>> {
        let log = self.redis.keys.bucket(bucket).log;
        let options = StreamAutoClaimOptions::default().count(max);
        let reply: RedisResult<StreamAutoClaimReply> = link
            .xautoclaim_options(&log, GROUP, &self.consumer, millis(self.take_over), "0-0", options)
            .await;
        match reply {
            Ok(reply) => Ok(reply.claimed.iter().filter_map(|id| read_entry(bucket, id)).collect()),
            // Nothing was ever sent here.
            Err(error) if error.code() == Some("NOGROUP") => Ok(Vec::new()),
            Err(error) => Err(error),
        }
    }

    async fn trim(&self, link: &mut BulkLink, bucket: u16) -> RedisResult<()> {
        let old =
            self.clock.now().as_micros() / 1000 - i64::try_from(millis(KEPT_FOR)).unwrap_or(0);
        let log = self.redis.keys.bucket(bucket).log;
        TRIM.key(log).arg(GROUP).arg(old).invoke_async(link).await
    }
}

#[async_trait]
impl RoomLog for RedisRoomLog {
    async fn append(&self, new: NewMessage) -> SharedResult<Append> {
        let NewMessage { room, id, from, said, again } = new;
        let (kind, text, image) = said.into_fields();
        let (keys, bucket) = self.keys(room);
        let contents = Contents { from, kind, text, image };
        let contents = serde_json::to_string(&contents).map_err(shared)?;
        let answer: Vec<String> = APPEND
            .key(keys.room)
            .key(keys.recent)
            .key(keys.ids)
            .key(keys.unstored)
            .key(bucket.backlog)
            .key(bucket.log)
            .key(bucket.wake)
            .arg(from.to_string())
            .arg(id.to_string())
            .arg(format!("{id} {contents}"))
            .arg(room.to_string())
            .arg(self.backlog_max)
            .arg(self.recent_max)
            .arg(millis(UNSTORED_LIFE))
            .arg(millis(LOG_LIFE))
            .arg(u8::from(again))
            .invoke_async(&mut self.redis.link.clone())
            .await
            .map_err(shared)?;
        let answer: Vec<&str> = answer.iter().map(String::as_str).collect();
        match *answer.as_slice() {
            ["not_at_hand"] => Ok(Append::NotAtHand),
            ["not_a_member"] => Ok(Append::NotAMember),
            ["closed"] => Ok(Append::Closed),
            ["busy"] => Ok(Append::Busy),
            ["not_recognised"] => Ok(Append::NotRecognised),
            ["known", entry, stored] => {
                let known = parse(room, entry, stored == "1")?;
                Ok(if known.from == from { Append::Repeat(known) } else { Append::IdTaken })
            }
            ["placed", entry, low, high] => {
                let message = parse(room, entry, false)?;
                let members = [low.parse().map_err(shared)?, high.parse().map_err(shared)?];
                Ok(Append::Placed { message, members })
            }
            _ => Err(not_understood()),
        }
    }

    async fn fill(&self, entry: RoomEntry) -> SharedResult<()> {
        let RoomEntry { room, members: [one, other], open, recent } = entry;
        let (keys, _) = self.keys(room);
        let mut call = FILL.key(keys.room);
        call.key(keys.recent).key(keys.ids);
        call.arg(one.min(other).to_string()).arg(one.max(other).to_string());
        call.arg(u8::from(open)).arg(millis(self.room_life));
        for message in recent {
            call.arg(message.seq).arg(message.id.to_string()).arg(to_entry(&message)?);
        }
        call.invoke_async(&mut self.redis.link.clone()).await.map_err(shared)
    }

    async fn members(&self, room: RoomId) -> SharedResult<Option<([MemberId; 2], bool)>> {
        let (keys, _) = self.keys(room);
        let mut link = self.redis.link.clone();
        let fields: [Option<String>; 3] =
            link.hmget(keys.room, &["low", "high", "open"]).await.map_err(shared)?;
        let [Some(low), Some(high), Some(open)] = fields else { return Ok(None) };
        let members = [low.parse().map_err(shared)?, high.parse().map_err(shared)?];
        Ok(Some((members, open == "1")))
    }

    async fn close(&self, room: RoomId) -> SharedResult<()> {
        let (keys, _) = self.keys(room);
        CLOSE.key(keys.room).invoke_async(&mut self.redis.link.clone()).await.map_err(shared)
    }

    async fn retract(&self, retracted: &Message) -> SharedResult<()> {
        let (keys, _) = self.keys(retracted.room);
        RETRACT
            .key(keys.recent)
            .key(keys.ids)
            .arg(retracted.id.to_string())
            .arg(to_entry(retracted)?)
            .invoke_async(&mut self.redis.link.clone())
            .await
            .map_err(shared)
    }

    async fn tail(&self, room: RoomId, after: Place) -> SharedResult<Option<Tail>> {
        let (keys, _) = self.keys(room);
        let answer: Option<Vec<String>> = TAIL
            .key(keys.room)
            .key(keys.recent)
            .key(keys.unstored)
            .arg(after)
            .invoke_async(&mut self.redis.link.clone())
            .await
            .map_err(shared)?;
        let Some(answer) = answer else { return Ok(None) };
        let (oldest, newer) = answer.split_first().ok_or_else(not_understood)?;
        let complete = oldest.is_empty() || parse(room, oldest, false)?.prev <= after;
        let messages = newer.as_chunks::<2>().0.iter();
        let messages: SharedResult<Vec<Message>> =
            messages.map(|[entry, stored]| parse(room, entry, stored == "1")).collect();
        Ok(Some(Tail { messages: messages?, complete }))
    }

    async fn take(&self, max: usize, wait: Duration) -> SharedResult<Vec<LogEntry>> {
        let draining = self.draining();
        let batch = self.take_now(&draining, max).await?;
        if !batch.is_empty() {
            return Ok(batch);
        }
        // Whether somebody called or the time is over: there may be something to take.
        let _ = timeout(wait, draining.called.notified()).await;
        self.take_now(&draining, max).await
    }

    async fn acknowledge(&self, stored: &[LogEntry]) -> SharedResult<()> {
        let mut rooms: BTreeMap<RoomId, Vec<&LogEntry>> = BTreeMap::new();
        for entry in stored {
            rooms.entry(entry.message.room).or_default().push(entry);
        }
        let calls = rooms.into_iter().map(|(room, entries)| async move {
            let (keys, bucket) = self.keys(room);
            let mut call = ACKNOWLEDGE.key(keys.room);
            call.key(keys.recent).key(keys.ids).key(keys.unstored);
            call.key(bucket.backlog).key(bucket.log);
            call.arg(GROUP).arg(self.recent_max).arg(millis(self.room_life));
            for entry in entries {
                call.arg(entry.at.to_string()).arg(entry.message.seq);
            }
            call.invoke_async::<()>(&mut self.redis.link.clone()).await
        });
        try_join_all(calls).await.map(drop).map_err(shared)
    }

    async fn set_aside(&self, entry: &LogEntry, reason: &str) -> SharedResult<()> {
        let message = &entry.message;
        let (keys, bucket) = self.keys(message.room);
        SET_ASIDE
            .key(keys.room)
            .key(keys.recent)
            .key(keys.ids)
            .key(keys.unstored)
            .key(bucket.backlog)
            .key(bucket.log)
            .key(bucket.aside)
            .arg(GROUP)
            .arg(entry.at.to_string())
            .arg(message.seq)
            .arg(message.id.to_string())
            .arg(message.room.to_string())
            .arg(to_entry(message)?)
            .arg(reason)
            .arg(ASIDE_MAX)
            .arg(millis(LOG_LIFE))
            .invoke_async(&mut self.redis.link.clone())
            .await
            .map_err(shared)
    }

    async fn kept(&self, after: Option<LogPosition>, max: usize) -> SharedResult<Kept> {
        let mut link = self.redis.bulk.get().await.map_err(shared)?;
        let first = after.map_or(0, |after| after.bucket);
        for bucket in first..self.redis.keys.buckets() {
            let log = self.redis.keys.bucket(bucket).log;
            let from = match after {
                Some(after) if after.bucket == bucket => format!("({after}"),
                _ => "-".to_owned(),
            };
            let StreamRangeReply { ids } =
                link.xrange_count(log, from, "+", max).await.map_err(shared)?;
            let Some(last) = ids.last() else { continue };
            let up_to = LogPosition::parse(bucket, &last.id);
            let entries = ids.iter().filter_map(|id| read_entry(bucket, id)).collect();
            return Ok(Kept { entries, up_to });
        }
        Ok(Kept::default())
    }

    async fn backlog(&self) -> SharedResult<usize> {
        let buckets = 0..self.redis.keys.buckets();
        let counts = buckets.map(|bucket| async move {
            let key = self.redis.keys.bucket(bucket).backlog;
            self.redis.link.clone().get::<_, Option<usize>>(key).await
        });
        let counts: Result<Vec<_>, RedisError> = try_join_all(counts).await;
        Ok(counts.map_err(shared)?.into_iter().flatten().sum())
    }
}

fn pop(draining: &Draining) -> Option<u16> {
    lock(&draining.woken).pop_first()
}

/// Makes the group of all writers, which begins with the first entry there is.
async fn make_group(link: &mut BulkLink, log: &str) -> RedisResult<()> {
    match link.xgroup_create(log, GROUP, "0").await {
        // Another writer was faster.
        Err(error) if error.code() == Some("BUSYGROUP") => Ok(()),
        other => other,
    }
}

fn to_entry(message: &Message) -> SharedResult<String> {
    let Message { seq, prev, id, from, kind, text, image, .. } = message.clone();
    let contents = Contents { from, kind, text, image };
    let contents = serde_json::to_string(&contents).map_err(shared)?;
    Ok(format!("{seq} {prev} {id} {contents}"))
}

fn parse(room: RoomId, entry: &str, stored: bool) -> SharedResult<Message> {
    let mut parts = entry.splitn(4, ' ');
    let mut next = || parts.next().ok_or_else(not_understood);
    let seq: Place = next()?.parse().map_err(shared)?;
    let prev: Place = next()?.parse().map_err(shared)?;
    let id: MessageId = next()?.parse().map_err(shared)?;
    let contents = serde_json::from_str(next()?).map_err(shared)?;
    let Contents { from, kind, text, image } = contents;
    let sent_at = Timestamp::from_micros(seq);
    Ok(Message { room, seq, prev, id, from, kind, text, image, sent_at, stored })
}

fn read_entry(bucket: u16, id: &StreamId) -> Option<LogEntry> {
    let field = |name| id.get::<String>(name);
    let read = || {
        let room = field("room")?.parse().ok()?;
        let message = parse(room, &field("entry")?, false).ok()?;
        let members = [field("low")?.parse().ok()?, field("high")?.parse().ok()?];
        Some(LogEntry { at: LogPosition::parse(bucket, &id.id)?, message, members })
    };
    let entry = read();
    if entry.is_none() {
        warn!(bucket, id = id.id, "an entry of the log is not readable; it stays there");
    }
    entry
}

#[cfg(test)]
mod tests {
    use crate::base::ImageId;

    use super::*;

    #[test]
    fn an_entry_of_an_earlier_release_is_read() {
        let (id, from) = (MessageId::fresh(), MemberId::fresh());
        let entry = format!(r#"7 5 {id} {{"from":"{from}","kind":"text","text":"a b c"}}"#);

        let message = parse(RoomId::fresh(), &entry, true).unwrap();

        assert_eq!((message.seq, message.prev, message.id, message.from), (7, 5, id, from));
        let said = (message.kind, &*message.text, message.image);
        assert_eq!(said, (MessageKind::Text, "a b c", None));
        assert_eq!(to_entry(&message).unwrap(), entry, "an earlier release reads it too");
    }

    #[test]
    fn an_entry_with_a_picture_is_read_as_it_was_written() {
        let entry = format!(
            r#"7 5 {} {{"from":"{}","kind":"image","text":"","image":{{"id":"{}","width":4,"height":3}}}}"#,
            MessageId::fresh(),
            MemberId::fresh(),
            ImageId::fresh(),
        );
        assert_eq!(to_entry(&parse(RoomId::fresh(), &entry, false).unwrap()).unwrap(), entry);
    }
}
