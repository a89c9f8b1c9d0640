DROP INDEX CONCURRENTLY messages_of_image;
