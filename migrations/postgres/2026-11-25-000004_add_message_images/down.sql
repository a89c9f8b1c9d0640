-- What nothing names any more is deleted.
INSERT INTO object_deletions (name, due_at)
    SELECT 'images/' || kept.image_id || '-' || sizes.size || '.jpg', now()
    FROM (SELECT image_id FROM messages WHERE image_id IS NOT NULL UNION SELECT image_id FROM report_images) AS kept
    CROSS JOIN (VALUES ('small'), ('large')) AS sizes (size)
    ON CONFLICT (name) DO NOTHING;
DROP TABLE report_images;
ALTER TABLE messages DROP CONSTRAINT messages_image_check;
ALTER TABLE messages DROP CONSTRAINT messages_kind_check;
UPDATE messages SET kind = 'retracted' WHERE kind = 'image';
ALTER TABLE messages ADD CONSTRAINT messages_kind_check CHECK (kind IN ('text', 'retracted'));
ALTER TABLE messages DROP COLUMN image_height;
ALTER TABLE messages DROP COLUMN image_width;
ALTER TABLE messages DROP COLUMN image_id;
