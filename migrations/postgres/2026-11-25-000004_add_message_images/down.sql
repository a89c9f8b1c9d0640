DROP TABLE report_images;
ALTER TABLE messages DROP CONSTRAINT messages_image_check;
ALTER TABLE messages DROP CONSTRAINT messages_kind_check;
UPDATE messages SET kind = 'retracted' WHERE kind = 'image';
ALTER TABLE messages ADD CONSTRAINT messages_kind_check CHECK (kind IN ('text', 'retracted'));
DROP INDEX messages_of_image;
ALTER TABLE messages DROP COLUMN image_height;
ALTER TABLE messages DROP COLUMN image_width;
ALTER TABLE messages DROP COLUMN image_id;
