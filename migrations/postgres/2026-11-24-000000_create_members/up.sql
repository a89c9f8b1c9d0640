-- Accounts (owner: member). Ids are UUIDv7. Constraints are named table_column: the program knows them by that.
CREATE TABLE members (
    id             uuid        NOT NULL PRIMARY KEY,
    -- Always lower case, so unique ignoring case.
    username       text        NOT NULL CONSTRAINT members_username UNIQUE,
    nickname       text        NOT NULL,
    -- The nickname folded for comparison (NFKC, case folded).
    nickname_key   text        NOT NULL CONSTRAINT members_nickname_key UNIQUE,
    email          text        NOT NULL,
    -- The address in lower case.
    email_key      text        NOT NULL CONSTRAINT members_email_key UNIQUE,
    -- argon2id in PHC form.
    password_hash  text        NOT NULL,
    -- YYYY-MM-DD
    birth_date     text        NOT NULL,
    sex            text        NOT NULL CHECK (sex IN ('female', 'male', 'undisclosed')),
    introduction   text        NOT NULL DEFAULT '',
    -- JSON lists of texts.
    interests      text        NOT NULL DEFAULT '[]',
    languages      text        NOT NULL DEFAULT '[]',
    failed_log_ins integer     NOT NULL DEFAULT 0,
    locked_until   timestamptz,
    created_at     timestamptz NOT NULL
);

-- Which version of what a member agreed to.
CREATE TABLE consents (
    member_id uuid        NOT NULL REFERENCES members (id) ON DELETE CASCADE,
    kind      text        NOT NULL CHECK (kind IN ('terms', 'privacy')),
    version   text        NOT NULL,
    given_at  timestamptz NOT NULL,
    PRIMARY KEY (member_id, kind)
);

-- A log-in on one device; the family of its refresh tokens.
CREATE TABLE sessions (
    id           uuid        NOT NULL PRIMARY KEY,
    member_id    uuid        NOT NULL REFERENCES members (id) ON DELETE CASCADE,
    device       text        NOT NULL,
    created_at   timestamptz NOT NULL,
    last_used_at timestamptz NOT NULL,
    ended_at     timestamptz
);
CREATE INDEX sessions_of_member ON sessions (member_id);

-- Refresh tokens by their SHA-256. A used one is kept until it expires, so that its reuse is noticed.
CREATE TABLE refresh_tokens (
    hash       bytea       NOT NULL PRIMARY KEY,
    session_id uuid        NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
    expires_at timestamptz NOT NULL,
    used_at    timestamptz,
    successor  bytea
);
CREATE INDEX refresh_tokens_of_session ON refresh_tokens (session_id);
