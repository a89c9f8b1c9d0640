-- A message may be a picture: which, and the size of the large one, so that the place for it can be kept. Nothing here looks
-- at a row, so readers and writers wait for a moment only. What does comes in the two migrations after this one.
ALTER TABLE messages ADD COLUMN image_id uuid;
ALTER TABLE messages ADD COLUMN image_width integer;
ALTER TABLE messages ADD COLUMN image_height integer;
ALTER TABLE messages DROP CONSTRAINT messages_kind_check;
ALTER TABLE messages ADD CONSTRAINT messages_kind_check CHECK (kind IN ('text', 'image', 'retracted')) NOT VALID;
ALTER TABLE messages ADD CONSTRAINT messages_image_check CHECK (
    num_nonnulls(image_id, image_width, image_height) = CASE kind WHEN 'image' THEN 3 ELSE 0 END) NOT VALID;

-- Pictures that the evidence of a report names (owner: safety): they are kept as long as the report is.
CREATE TABLE report_images (
    report_id uuid NOT NULL REFERENCES reports (id),
    image_id  uuid NOT NULL,
    PRIMARY KEY (report_id, image_id)
);
CREATE INDEX reports_of_image ON report_images (image_id);
