UPDATE messages SET kind = 'text' WHERE kind = 'retracted';
ALTER TABLE messages DROP CONSTRAINT messages_kind_check;
ALTER TABLE messages ADD CONSTRAINT messages_kind_check CHECK (kind IN ('text'));
