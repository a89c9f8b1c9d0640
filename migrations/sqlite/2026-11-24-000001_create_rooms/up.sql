-- Rooms and messages (owner: chat).
CREATE TABLE rooms (
    id          BLOB    NOT NULL PRIMARY KEY,
    -- The proposal both accepted: opening a room twice for one proposal finds the first.
    proposal_id BLOB    NOT NULL UNIQUE,
    member_low  BLOB    NOT NULL REFERENCES members (id),
    member_high BLOB    NOT NULL REFERENCES members (id),
    opened_at   INTEGER NOT NULL,
    closed_at   INTEGER,
    closed_by   BLOB,
    -- The place of the newest stored message; 0 if there is none.
    last_seq    INTEGER NOT NULL DEFAULT 0,
    CHECK (member_low < member_high)
) STRICT;
-- One open room for a pair.
CREATE UNIQUE INDEX rooms_open_pair ON rooms (member_low, member_high) WHERE closed_at IS NULL;

CREATE TABLE room_members (
    room_id    BLOB    NOT NULL REFERENCES rooms (id),
    member_id  BLOB    NOT NULL REFERENCES members (id),
    partner_id BLOB    NOT NULL REFERENCES members (id),
    -- Everything up to this place was seen.
    read_seq   INTEGER NOT NULL DEFAULT 0,
    -- What the room list is sorted by: the newest message, or the opening.
    active_seq INTEGER NOT NULL,
    left_at    INTEGER,
    PRIMARY KEY (room_id, member_id)
) STRICT, WITHOUT ROWID;
-- The room list of a member is one walk along this index, whatever the number of messages.
CREATE INDEX room_members_list ON room_members (member_id, active_seq DESC, room_id DESC) WHERE left_at IS NULL;

CREATE TABLE messages (
    room_id   BLOB    NOT NULL REFERENCES rooms (id),
    -- The place in the room: microseconds since 1970, strictly rising.
    seq       INTEGER NOT NULL,
    prev      INTEGER NOT NULL,
    -- Made by the sender's page: a message that is sent again changes nothing.
    id        BLOB    NOT NULL,
    sender_id BLOB    NOT NULL REFERENCES members (id),
    kind      TEXT    NOT NULL CHECK (kind IN ('text')),
    body      TEXT    NOT NULL,
    sent_at   INTEGER NOT NULL,
    PRIMARY KEY (room_id, seq),
    UNIQUE (room_id, id)
) STRICT, WITHOUT ROWID;
