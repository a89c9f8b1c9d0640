-- A message may be a picture: which, and the size of the large one, so that the place for it can be kept. SQLite changes a
-- check by building the table anew.
CREATE TABLE messages_rebuilt (
    room_id      BLOB    NOT NULL REFERENCES rooms (id),
    -- The place in the room: microseconds since 1970, strictly rising.
    seq          INTEGER NOT NULL,
    prev         INTEGER NOT NULL,
    -- Made by the sender's page: a message that is sent again changes nothing.
    id           BLOB    NOT NULL,
    sender_id    BLOB    NOT NULL REFERENCES members (id),
    kind         TEXT    NOT NULL CHECK (kind IN ('text', 'image', 'retracted')),
    body         TEXT    NOT NULL,
    sent_at      INTEGER NOT NULL,
    image_id     BLOB,
    image_width  INTEGER,
    image_height INTEGER,
    PRIMARY KEY (room_id, seq),
    UNIQUE (room_id, id),
    CHECK ((image_id IS NOT NULL) + (image_width IS NOT NULL) + (image_height IS NOT NULL)
           = CASE kind WHEN 'image' THEN 3 ELSE 0 END)
) STRICT, WITHOUT ROWID;
INSERT INTO messages_rebuilt
    SELECT room_id, seq, prev, id, sender_id, kind, body, sent_at, NULL, NULL, NULL FROM messages;
DROP TABLE messages;
ALTER TABLE messages_rebuilt RENAME TO messages;

-- Pictures that the evidence of a report names (owner: safety): they are kept as long as the report is.
CREATE TABLE report_images (
    report_id BLOB NOT NULL REFERENCES reports (id),
    image_id  BLOB NOT NULL,
    PRIMARY KEY (report_id, image_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX reports_of_image ON report_images (image_id);
