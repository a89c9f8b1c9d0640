DROP INDEX sessions_by_use;
DROP TABLE audit;
DROP TABLE object_deletions;
DROP TABLE letters;
DROP TABLE devices;
CREATE TABLE old_consents (
    member_id BLOB    NOT NULL REFERENCES members (id) ON DELETE CASCADE,
    kind      TEXT    NOT NULL CHECK (kind IN ('terms', 'privacy')),
    version   TEXT    NOT NULL,
    given_at  INTEGER NOT NULL,
    PRIMARY KEY (member_id, kind)
) STRICT, WITHOUT ROWID;
INSERT OR REPLACE INTO old_consents SELECT member_id, kind, version, given_at FROM consents ORDER BY given_at, version;
DROP TABLE consents;
ALTER TABLE old_consents RENAME TO consents;
ALTER TABLE members DROP COLUMN language;
ALTER TABLE members DROP COLUMN share_read;
ALTER TABLE members DROP COLUMN share_typing;
ALTER TABLE members DROP COLUMN image_id;
ALTER TABLE members DROP COLUMN locked_at;
ALTER TABLE members DROP COLUMN withdrawn_at;
ALTER TABLE members ADD COLUMN failed_log_ins INTEGER NOT NULL DEFAULT 0;
ALTER TABLE members ADD COLUMN locked_until INTEGER;
