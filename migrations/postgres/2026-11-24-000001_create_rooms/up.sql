-- Rooms and messages (owner: chat).
CREATE TABLE rooms (
    id          uuid        NOT NULL PRIMARY KEY,
    -- The proposal both accepted: opening a room twice for one proposal finds the first.
    proposal_id uuid        NOT NULL CONSTRAINT rooms_proposal_id UNIQUE,
    member_low  uuid        NOT NULL REFERENCES members (id),
    member_high uuid        NOT NULL REFERENCES members (id),
    opened_at   timestamptz NOT NULL,
    closed_at   timestamptz,
    closed_by   uuid,
    -- The place of the newest stored message; 0 if there is none.
    last_seq    bigint      NOT NULL DEFAULT 0,
    CHECK (member_low < member_high)
);
-- One open room for a pair.
CREATE UNIQUE INDEX rooms_open_pair ON rooms (member_low, member_high) WHERE closed_at IS NULL;

CREATE TABLE room_members (
    room_id    uuid        NOT NULL REFERENCES rooms (id),
    member_id  uuid        NOT NULL REFERENCES members (id),
    partner_id uuid        NOT NULL REFERENCES members (id),
    -- Everything up to this place was seen.
    read_seq   bigint      NOT NULL DEFAULT 0,
    -- What the room list is sorted by: the newest message, or the opening.
    active_seq bigint      NOT NULL,
    left_at    timestamptz,
    PRIMARY KEY (room_id, member_id)
);
-- The room list of a member is one walk along this index, whatever the number of messages.
CREATE INDEX room_members_list ON room_members (member_id, active_seq DESC, room_id DESC) WHERE left_at IS NULL;

CREATE TABLE messages (
    room_id   uuid        NOT NULL REFERENCES rooms (id),
    -- The place in the room: microseconds since 1970, strictly rising.
    seq       bigint      NOT NULL,
    prev      bigint      NOT NULL,
    -- Made by the sender's page: a message that is sent again changes nothing.
    id        uuid        NOT NULL,
    sender_id uuid        NOT NULL REFERENCES members (id),
    kind      text        NOT NULL CHECK (kind IN ('text')),
    body      text        NOT NULL,
    sent_at   timestamptz NOT NULL,
    PRIMARY KEY (room_id, seq),
    CONSTRAINT messages_id UNIQUE (room_id, id)
);
