-- Beside readers and writers, however many rows there are. One that was not finished is dropped before the next try
-- (`src/infra/db/migrate.rs`).
CREATE INDEX CONCURRENTLY messages_of_image ON messages (image_id) WHERE image_id IS NOT NULL;
