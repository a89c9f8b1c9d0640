-- Blocks and reports (owner: safety), suspensions (owner: member).

-- Who wants nothing more to do with whom. The two are never matched, whichever way round.
CREATE TABLE blocks (
    blocker_id uuid NOT NULL REFERENCES members (id),
    blocked_id uuid NOT NULL REFERENCES members (id),
    at         timestamptz NOT NULL,
    PRIMARY KEY (blocker_id, blocked_id),
    CHECK (blocker_id <> blocked_id)
);
CREATE INDEX blocks_list ON blocks (blocker_id, at DESC, blocked_id DESC);
CREATE INDEX blocks_of_blocked ON blocks (blocked_id, at DESC);
-- Whether two ever shared a room.
CREATE INDEX rooms_of_pair ON rooms (member_low, member_high);

CREATE TABLE reports (
    id          uuid NOT NULL PRIMARY KEY,
    room_id     uuid NOT NULL REFERENCES rooms (id),
    reporter_id uuid NOT NULL REFERENCES members (id),
    reported_id uuid NOT NULL REFERENCES members (id),
    reason      text NOT NULL CHECK (reason IN ('spam', 'harassment', 'sexual', 'hate', 'underage', 'other')),
    -- What the reporter wrote; empty if nothing.
    text        text NOT NULL,
    -- The reported member's profile and the newest messages of the room, as they were, as JSON.
    evidence    text NOT NULL,
    created_at  timestamptz NOT NULL,
    state       text NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'acted', 'dismissed')),
    decided_at  timestamptz,
    -- Who decided, as given on the command line, and a note for other moderators.
    decided_by  text,
    note        text,
    CHECK ((state = 'open') = (decided_at IS NULL))
);
-- One open report of a member about a room.
CREATE UNIQUE INDEX reports_open ON reports (reporter_id, room_id) WHERE state = 'open';
CREATE INDEX reports_of_reporter ON reports (reporter_id, created_at DESC, id DESC);
CREATE INDEX reports_queue ON reports (state, id);
CREATE INDEX reports_by_decision ON reports (decided_at) WHERE decided_at IS NOT NULL;

-- Every suspension there was. In force: not released, and not over.
CREATE TABLE suspensions (
    id          uuid NOT NULL PRIMARY KEY,
    member_id   uuid NOT NULL REFERENCES members (id),
    since       timestamptz NOT NULL,
    -- NULL: for good.
    until       timestamptz,
    -- Shown to the member.
    reason      text NOT NULL,
    imposed_by  text NOT NULL,
    -- When it was lifted before its end, or another took its place.
    released_at timestamptz,
    released_by text
);
CREATE INDEX suspensions_of_member ON suspensions (member_id, since DESC);
