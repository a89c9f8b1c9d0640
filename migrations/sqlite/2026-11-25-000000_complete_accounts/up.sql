-- The language of mails.
ALTER TABLE members ADD COLUMN language TEXT NOT NULL DEFAULT 'ko' CHECK (language IN ('ko', 'en'));
-- Who does not share read marks, or that one is typing, does not see those of others.
ALTER TABLE members ADD COLUMN share_read INTEGER NOT NULL DEFAULT 1;
ALTER TABLE members ADD COLUMN share_typing INTEGER NOT NULL DEFAULT 1;
-- The pictures are the objects images/IMAGE-small.jpg and -large.jpg.
ALTER TABLE members ADD COLUMN image_id BLOB;
-- Too many wrong passwords: only a device that has logged in before may log in, until a mailed code unlocks.
ALTER TABLE members ADD COLUMN locked_at INTEGER;
-- Everything personal has been erased then; the row stays for the rooms it was in.
ALTER TABLE members ADD COLUMN withdrawn_at INTEGER;
ALTER TABLE members DROP COLUMN failed_log_ins;
ALTER TABLE members DROP COLUMN locked_until;

-- A member agrees to one version after another.
CREATE TABLE new_consents (
    member_id BLOB    NOT NULL REFERENCES members (id) ON DELETE CASCADE,
    kind      TEXT    NOT NULL CHECK (kind IN ('terms', 'privacy')),
    version   TEXT    NOT NULL,
    given_at  INTEGER NOT NULL,
    PRIMARY KEY (member_id, kind, version)
) STRICT, WITHOUT ROWID;
INSERT INTO new_consents SELECT member_id, kind, version, given_at FROM consents;
DROP TABLE consents;
ALTER TABLE new_consents RENAME TO consents;

-- A browser that a member has logged in with, by the SHA-256 of its cookie.
CREATE TABLE devices (
    hash           BLOB    NOT NULL,
    member_id      BLOB    NOT NULL REFERENCES members (id) ON DELETE CASCADE,
    failed_log_ins INTEGER NOT NULL DEFAULT 0,
    last_used_at   INTEGER NOT NULL,
    PRIMARY KEY (hash, member_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX devices_of_member ON devices (member_id);
CREATE INDEX devices_by_use ON devices (last_used_at);
CREATE INDEX sessions_by_use ON sessions (last_used_at);

-- Mail that is to be sent. What it says, secrets too, is put together when it leaves.
CREATE TABLE letters (
    id       BLOB    NOT NULL PRIMARY KEY,
    -- What it is about, as JSON. At most one about the same waits.
    about    TEXT    NOT NULL,
    asked_at INTEGER NOT NULL,
    -- Not before; while somebody sends it, when another may try.
    due_at   INTEGER NOT NULL,
    tries    INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX letters_about ON letters (about);
CREATE INDEX letters_by_due ON letters (due_at);

-- Objects that nobody needs once they are due.
CREATE TABLE object_deletions (
    name   TEXT    NOT NULL PRIMARY KEY,
    due_at INTEGER NOT NULL,
    tries  INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;
CREATE INDEX object_deletions_by_due ON object_deletions (due_at);

-- What happened to accounts, for whoever has to look into it. No member: a name that nobody has was tried.
CREATE TABLE audit (
    id        BLOB    NOT NULL PRIMARY KEY,
    member_id BLOB,
    event     TEXT    NOT NULL,
    at        INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX audit_by_time ON audit (at);
CREATE INDEX audit_of_member ON audit (member_id, at);
