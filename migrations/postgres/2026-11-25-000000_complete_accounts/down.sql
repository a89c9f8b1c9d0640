DROP INDEX sessions_by_use;
DROP TABLE audit;
DROP TABLE object_deletions;
DROP TABLE letters;
DROP TABLE devices;
DELETE FROM consents AS older USING consents AS newer
    WHERE newer.member_id = older.member_id AND newer.kind = older.kind
          AND (newer.given_at, newer.version) > (older.given_at, older.version);
ALTER TABLE consents DROP CONSTRAINT consents_pkey, ADD PRIMARY KEY (member_id, kind);
ALTER TABLE members
    DROP COLUMN language,
    DROP COLUMN share_read,
    DROP COLUMN share_typing,
    DROP COLUMN image_id,
    DROP COLUMN locked_at,
    DROP COLUMN withdrawn_at,
    ADD COLUMN failed_log_ins integer NOT NULL DEFAULT 0,
    ADD COLUMN locked_until   timestamptz;
