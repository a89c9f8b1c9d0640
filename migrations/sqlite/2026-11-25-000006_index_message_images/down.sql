DROP INDEX messages_of_image;
