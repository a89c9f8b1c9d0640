ALTER TABLE members
    -- The language of mails.
    ADD COLUMN language     text        NOT NULL DEFAULT 'ko' CHECK (language IN ('ko', 'en')),
    -- Who does not share read marks, or that one is typing, does not see those of others.
    ADD COLUMN share_read   boolean     NOT NULL DEFAULT true,
    ADD COLUMN share_typing boolean     NOT NULL DEFAULT true,
    -- The pictures are the objects images/IMAGE-small.jpg and -large.jpg.
    ADD COLUMN image_id     uuid,
    -- Too many wrong passwords: only a device that has logged in before may log in, until a mailed code unlocks.
    ADD COLUMN locked_at    timestamptz,
    -- Everything personal has been erased then; the row stays for the rooms it was in.
    ADD COLUMN withdrawn_at timestamptz,
    DROP COLUMN failed_log_ins,
    DROP COLUMN locked_until;

-- A member agrees to one version after another.
ALTER TABLE consents DROP CONSTRAINT consents_pkey, ADD PRIMARY KEY (member_id, kind, version);

-- A browser that a member has logged in with, by the SHA-256 of its cookie.
CREATE TABLE devices (
    hash           bytea       NOT NULL,
    member_id      uuid        NOT NULL REFERENCES members (id) ON DELETE CASCADE,
    failed_log_ins integer     NOT NULL DEFAULT 0,
    last_used_at   timestamptz NOT NULL,
    PRIMARY KEY (hash, member_id)
);
CREATE INDEX devices_of_member ON devices (member_id);
CREATE INDEX devices_by_use ON devices (last_used_at);
CREATE INDEX sessions_by_use ON sessions (last_used_at);

-- Mail that is to be sent. What it says, secrets too, is put together when it leaves.
CREATE TABLE letters (
    id       uuid        NOT NULL PRIMARY KEY,
    -- What it is about, as JSON. At most one about the same waits.
    about    text        NOT NULL,
    asked_at timestamptz NOT NULL,
    -- Not before; while somebody sends it, when another may try.
    due_at   timestamptz NOT NULL,
    tries    integer     NOT NULL DEFAULT 0
);
CREATE UNIQUE INDEX letters_about ON letters (about);
CREATE INDEX letters_by_due ON letters (due_at);

-- Objects that nobody needs once they are due.
CREATE TABLE object_deletions (
    name   text        NOT NULL PRIMARY KEY,
    due_at timestamptz NOT NULL,
    tries  integer     NOT NULL DEFAULT 0
);
CREATE INDEX object_deletions_by_due ON object_deletions (due_at);

-- What happened to accounts, for whoever has to look into it. No member: a name that nobody has was tried.
CREATE TABLE audit (
    id        uuid        NOT NULL PRIMARY KEY,
    member_id uuid,
    event     text        NOT NULL,
    at        timestamptz NOT NULL
);
CREATE INDEX audit_by_time ON audit (at);
CREATE INDEX audit_of_member ON audit (member_id, at);
