-- A message may be retracted: its place stays, its body is empty.
ALTER TABLE messages DROP CONSTRAINT messages_kind_check;
ALTER TABLE messages ADD CONSTRAINT messages_kind_check CHECK (kind IN ('text', 'retracted')) NOT VALID;
