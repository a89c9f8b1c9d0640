-- Accounts (owner: member). Times are microseconds since 1970, ids 16 bytes (UUIDv7).
CREATE TABLE members (
    id             BLOB    NOT NULL PRIMARY KEY,
    -- Always lower case, so unique ignoring case.
    username       TEXT    NOT NULL UNIQUE,
    nickname       TEXT    NOT NULL,
    -- The nickname folded for comparison (NFKC, case folded).
    nickname_key   TEXT    NOT NULL UNIQUE,
    email          TEXT    NOT NULL,
    -- The address in lower case.
    email_key      TEXT    NOT NULL UNIQUE,
    -- argon2id in PHC form.
    password_hash  TEXT    NOT NULL,
    -- YYYY-MM-DD
    birth_date     TEXT    NOT NULL,
    sex            TEXT    NOT NULL CHECK (sex IN ('female', 'male', 'undisclosed')),
    introduction   TEXT    NOT NULL DEFAULT '',
    -- JSON lists of texts.
    interests      TEXT    NOT NULL DEFAULT '[]',
    languages      TEXT    NOT NULL DEFAULT '[]',
    failed_log_ins INTEGER NOT NULL DEFAULT 0,
    locked_until   INTEGER,
    created_at     INTEGER NOT NULL
) STRICT;

-- Which version of what a member agreed to.
CREATE TABLE consents (
    member_id BLOB    NOT NULL REFERENCES members (id) ON DELETE CASCADE,
    kind      TEXT    NOT NULL CHECK (kind IN ('terms', 'privacy')),
    version   TEXT    NOT NULL,
    given_at  INTEGER NOT NULL,
    PRIMARY KEY (member_id, kind)
) STRICT, WITHOUT ROWID;

-- A log-in on one device; the family of its refresh tokens.
CREATE TABLE sessions (
    id           BLOB    NOT NULL PRIMARY KEY,
    member_id    BLOB    NOT NULL REFERENCES members (id) ON DELETE CASCADE,
    device       TEXT    NOT NULL,
    created_at   INTEGER NOT NULL,
    last_used_at INTEGER NOT NULL,
    ended_at     INTEGER
) STRICT;
CREATE INDEX sessions_of_member ON sessions (member_id);

-- Refresh tokens by their SHA-256. A used one is kept until it expires, so that its reuse is noticed.
CREATE TABLE refresh_tokens (
    hash       BLOB    NOT NULL PRIMARY KEY,
    session_id BLOB    NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
    expires_at INTEGER NOT NULL,
    used_at    INTEGER,
    successor  BLOB
) STRICT, WITHOUT ROWID;
CREATE INDEX refresh_tokens_of_session ON refresh_tokens (session_id);
