//! Every key in Redis: its type, its owner and its life. The table in `ARCHITECTURE.md` says the same.
//!
//! What stands in braces decides the slot: every script touches keys of one slot only, so one node and
//! a cluster run the same scripts.

use std::sync::Arc;

use sha2::{Digest, Sha256};

use crate::base::{MemberId, NodeId, RoomId};
use crate::infra::shared::Key;

/// Makes the keys. Cheap to clone.
#[derive(Clone)]
pub(super) struct Keys {
    prefix: Arc<str>,
    buckets: u16,
}

/// The keys of one room.
pub(super) struct RoomKeys {
    /// Hash: members, open, last place.
    pub(super) room: String,
    /// Sorted set by place: the newest messages, each as `place prev contents`.
    pub(super) recent: String,
    /// Hash: message id to place, for what is in `recent`.
    pub(super) ids: String,
    /// Sorted set by place: the places that are not stored.
    pub(super) unstored: String,
}

/// The keys of the rooms of one bucket.
pub(super) struct BucketKeys {
    /// Stream: what was sent.
    pub(super) log: String,
    /// Number: how many messages are not stored.
    pub(super) backlog: String,
    /// Stream: what can never be stored, with the reason.
    pub(super) aside: String,
    /// Channel: something was sent.
    pub(super) wake: String,
}

impl Keys {
    pub(super) fn new(prefix: &str, buckets: u16) -> Self {
        Self { prefix: prefix.into(), buckets }
    }

    /// How many parts the log has.
    pub(super) const fn buckets(&self) -> u16 {
        self.buckets
    }

    /// The part of the log that a room belongs to.
    pub(super) fn bucket_of(&self, room: RoomId) -> u16 {
        // The last bytes of a UUIDv7 are random.
        let [.., high, low] = room.as_uuid().into_bytes();
        u16::from_be_bytes([high, low]) % self.buckets
    }

    /// Owner `chat`. A silent room lives `chat.recent_s`, one with unstored messages a day.
    pub(super) fn room(&self, room: RoomId) -> RoomKeys {
        let (prefix, bucket) = (&self.prefix, self.bucket_of(room));
        RoomKeys {
            room: format!("{prefix}:room:{{b:{bucket}}}:{room}"),
            recent: format!("{prefix}:recent:{{b:{bucket}}}:{room}"),
            ids: format!("{prefix}:ids:{{b:{bucket}}}:{room}"),
            unstored: format!("{prefix}:unstored:{{b:{bucket}}}:{room}"),
        }
    }

    /// Owner `chat`, read by `chat_writer`. Live 30 days after the last message.
    pub(super) fn bucket(&self, bucket: u16) -> BucketKeys {
        let prefix = &self.prefix;
        BucketKeys {
            log: format!("{prefix}:log:{{b:{bucket}}}"),
            backlog: format!("{prefix}:backlog:{{b:{bucket}}}"),
            aside: format!("{prefix}:aside:{{b:{bucket}}}"),
            wake: format!("{prefix}:wake:{{b:{bucket}}}"),
        }
    }

    /// Owner `ws_gateway`, read by all. Sorted set by end of life: the nodes that hold sockets of a
    /// member. Lives 60 s.
    pub(super) fn online(&self, member: MemberId) -> String {
        format!("{}:online:{{m:{member}}}", self.prefix)
    }

    /// Owner `ws_gateway`. Sorted set by end of life: the rooms that pages of a member look at, as `room page`, and
    /// those it looked at when its connection was lost, as `room lost`. Lives 45 s after the newest.
    pub(super) fn looking(&self, member: MemberId) -> String {
        format!("{}:looking:{{m:{member}}}", self.prefix)
    }

    /// Owner every role, read by `ws_gateway`. String: the greatest place of what was sent to a member who was connected.
    /// Lives 60 s.
    pub(super) fn latest(&self, member: MemberId) -> String {
        format!("{}:latest:{{m:{member}}}", self.prefix)
    }

    /// Owner `ws_gateway`. Channel: what is for the members on a node.
    pub(super) fn inbox(&self, node: NodeId) -> String {
        format!("{}:inbox:{{n:{node}}}", self.prefix)
    }

    /// Owner `app`. Hash: the processes that are there. Lives 30 s, each entry too.
    pub(super) fn nodes(&self) -> [String; 2] {
        let prefix = &self.prefix;
        [format!("{prefix}:nodes:{{nodes}}"), format!("{prefix}:nodes-end:{{nodes}}")]
    }

    /// Owner `matcher`. The waiting pool, in the order in which its scripts take the keys
    /// (`scripts/pool/common.lua` says what each is). Live 7 days after somebody joined.
    pub(super) fn pool(&self) -> [String; 9] {
        ["tickets", "states", "waiting", "told", "due", "proposals", "answers", "late", "changes"]
            .map(|part| format!("{}:{part}:{{match}}", self.prefix))
    }

    /// Owners `matcher`, and `safety` of blocks (with a `!` behind the name). Hash: whom a member is kept apart from, as
    /// `times until noted`. Lives 7 days.
    pub(super) fn apart(&self, member: MemberId) -> String {
        format!("{}:apart:{{match}}:{member}", self.prefix)
    }

    /// Owner `matcher`. String: the last match of a member, as the id of its proposal. Lives 10 minutes.
    pub(super) fn last_match(&self, member: MemberId) -> String {
        format!("{}:last-match:{{match}}:{member}", self.prefix)
    }

    /// Owners `member` and `matcher`. String: the theoretical arrival time in µs. Lives until it has passed.
    pub(super) fn rate(&self, what: &str, whom: &str) -> String {
        // An address, or a name that somebody typed: it should stand nowhere in clear.
        let whom = hex::encode(&Sha256::digest(whom)[..16]);
        format!("{}:rate:{{{what}:{whom}}}", self.prefix)
    }

    /// A value with a life (see [`Key`]).
    pub(super) fn value(&self, key: &Key) -> String {
        format!("{}:{key}", self.prefix)
    }
}
