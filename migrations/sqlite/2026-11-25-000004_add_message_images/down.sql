-- What nothing names any more is deleted. An id is kept as 16 bytes, and written as 8-4-4-4-12 digits.
INSERT INTO object_deletions (name, due_at)
    SELECT 'images/' || substr(digits, 1, 8) || '-' || substr(digits, 9, 4) || '-' || substr(digits, 13, 4)
               || '-' || substr(digits, 17, 4) || '-' || substr(digits, 21) || '-' || size || '.jpg',
           unixepoch() * 1000000
    FROM (SELECT lower(hex(image_id)) AS digits FROM messages WHERE image_id IS NOT NULL
          UNION SELECT lower(hex(image_id)) FROM report_images)
    CROSS JOIN (SELECT 'small' AS size UNION SELECT 'large')
    WHERE true
    ON CONFLICT (name) DO NOTHING;
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
