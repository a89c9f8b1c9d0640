DROP TABLE report_images;
CREATE TABLE messages_rebuilt (
    room_id   BLOB    NOT NULL REFERENCES rooms (id),
    -- The place in the room: microseconds since 1970, strictly rising.
    seq       INTEGER NOT NULL,
    prev      INTEGER NOT NULL,
    -- Made by the sender's page: a message that is sent again changes nothing.
    id        BLOB    NOT NULL,
    sender_id BLOB    NOT NULL REFERENCES members (id),
    kind      TEXT    NOT NULL CHECK (kind IN ('text', 'retracted')),
    body      TEXT    NOT NULL,
    sent_at   INTEGER NOT NULL,
    PRIMARY KEY (room_id, seq),
    UNIQUE (room_id, id)
) STRICT, WITHOUT ROWID;
INSERT INTO messages_rebuilt
    SELECT room_id, seq, prev, id, sender_id, CASE kind WHEN 'image' THEN 'retracted' ELSE kind END, body, sent_at
    FROM messages;
DROP TABLE messages;
ALTER TABLE messages_rebuilt RENAME TO messages;
