-- Beside readers and writers, however many rows there are: in a transaction of its own it holds no lock that they mind.
ALTER TABLE messages VALIDATE CONSTRAINT messages_kind_check;
ALTER TABLE messages VALIDATE CONSTRAINT messages_image_check;
