DROP TABLE suspensions;
DROP TABLE reports;
DROP INDEX rooms_of_pair;
DROP TABLE blocks;
