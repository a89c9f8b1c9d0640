CREATE INDEX messages_of_image ON messages (image_id) WHERE image_id IS NOT NULL;
