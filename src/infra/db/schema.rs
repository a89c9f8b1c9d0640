//! The tables, as `migrations/` makes them. `tests/it/schema.rs` holds the two together.
#![expect(missing_docs, reason = "the columns are described in migrations/")]

diesel::table! {
    use diesel::sql_types::{Bool, Nullable, Text};
    use crate::infra::db::types::{DbId, DbTime};

    members (id) {
        id -> DbId,
        username -> Text,
        nickname -> Text,
        nickname_key -> Text,
        email -> Text,
        email_key -> Text,
        password_hash -> Text,
        birth_date -> Text,
        sex -> Text,
        introduction -> Text,
        interests -> Text,
        languages -> Text,
        created_at -> DbTime,
        language -> Text,
        share_read -> Bool,
        share_typing -> Bool,
        image_id -> Nullable<DbId>,
        locked_at -> Nullable<DbTime>,
        withdrawn_at -> Nullable<DbTime>,
    }
}

diesel::table! {
    use diesel::sql_types::Text;
    use crate::infra::db::types::{DbId, DbTime};

    consents (member_id, kind, version) {
        member_id -> DbId,
        kind -> Text,
        version -> Text,
        given_at -> DbTime,
    }
}

diesel::table! {
    use diesel::sql_types::{Nullable, Text};
    use crate::infra::db::types::{DbId, DbTime};

    sessions (id) {
        id -> DbId,
        member_id -> DbId,
        device -> Text,
        created_at -> DbTime,
        last_used_at -> DbTime,
        ended_at -> Nullable<DbTime>,
    }
}

diesel::table! {
    use diesel::sql_types::{Binary, Nullable};
    use crate::infra::db::types::{DbId, DbTime};

    refresh_tokens (hash) {
        hash -> Binary,
        session_id -> DbId,
        expires_at -> DbTime,
        used_at -> Nullable<DbTime>,
        successor -> Nullable<Binary>,
    }
}

diesel::table! {
    use diesel::sql_types::{BigInt, Nullable};
    use crate::infra::db::types::{DbId, DbTime};

    rooms (id) {
        id -> DbId,
        proposal_id -> DbId,
        member_low -> DbId,
        member_high -> DbId,
        opened_at -> DbTime,
        closed_at -> Nullable<DbTime>,
        closed_by -> Nullable<DbId>,
        last_seq -> BigInt,
    }
}

diesel::table! {
    use diesel::sql_types::{BigInt, Nullable};
    use crate::infra::db::types::{DbId, DbTime};

    room_members (room_id, member_id) {
        room_id -> DbId,
        member_id -> DbId,
        partner_id -> DbId,
        read_seq -> BigInt,
        active_seq -> BigInt,
        left_at -> Nullable<DbTime>,
    }
}

diesel::table! {
    use diesel::sql_types::{BigInt, Integer, Nullable, Text};
    use crate::infra::db::types::{DbId, DbTime};

    messages (room_id, seq) {
        room_id -> DbId,
        seq -> BigInt,
        prev -> BigInt,
        id -> DbId,
        sender_id -> DbId,
        kind -> Text,
        body -> Text,
        sent_at -> DbTime,
        image_id -> Nullable<DbId>,
        image_width -> Nullable<Integer>,
        image_height -> Nullable<Integer>,
    }
}

diesel::table! {
    use diesel::sql_types::{Binary, Integer};
    use crate::infra::db::types::{DbId, DbTime};

    devices (hash, member_id) {
        hash -> Binary,
        member_id -> DbId,
        failed_log_ins -> Integer,
        last_used_at -> DbTime,
    }
}

diesel::table! {
    use diesel::sql_types::{Integer, Text};
    use crate::infra::db::types::{DbId, DbTime};

    letters (id) {
        id -> DbId,
        about -> Text,
        asked_at -> DbTime,
        due_at -> DbTime,
        tries -> Integer,
    }
}

diesel::table! {
    use diesel::sql_types::{Integer, Text};
    use crate::infra::db::types::DbTime;

    object_deletions (name) {
        name -> Text,
        due_at -> DbTime,
        tries -> Integer,
    }
}

diesel::table! {
    use diesel::sql_types::{Nullable, Text};
    use crate::infra::db::types::{DbId, DbTime};

    audit (id) {
        id -> DbId,
        member_id -> Nullable<DbId>,
        event -> Text,
        at -> DbTime,
    }
}

diesel::table! {
    use crate::infra::db::types::{DbId, DbTime};

    blocks (blocker_id, blocked_id) {
        blocker_id -> DbId,
        blocked_id -> DbId,
        at -> DbTime,
    }
}

diesel::table! {
    use diesel::sql_types::{Nullable, Text};
    use crate::infra::db::types::{DbId, DbTime};

    reports (id) {
        id -> DbId,
        room_id -> DbId,
        reporter_id -> DbId,
        reported_id -> DbId,
        reason -> Text,
        text -> Text,
        evidence -> Text,
        created_at -> DbTime,
        state -> Text,
        decided_at -> Nullable<DbTime>,
        decided_by -> Nullable<Text>,
        note -> Nullable<Text>,
    }
}

diesel::table! {
    use crate::infra::db::types::DbId;

    report_images (report_id, image_id) {
        report_id -> DbId,
        image_id -> DbId,
    }
}

diesel::table! {
    use diesel::sql_types::{Nullable, Text};
    use crate::infra::db::types::{DbId, DbTime};

    suspensions (id) {
        id -> DbId,
        member_id -> DbId,
        since -> DbTime,
        until -> Nullable<DbTime>,
        reason -> Text,
        imposed_by -> Text,
        released_at -> Nullable<DbTime>,
        released_by -> Nullable<Text>,
    }
}

diesel::allow_tables_to_appear_in_same_query!(
    members,
    consents,
    sessions,
    refresh_tokens,
    rooms,
    room_members,
    messages,
    devices,
    letters,
    object_deletions,
    audit,
    blocks,
    reports,
    report_images,
    suspensions,
);
