-- Only PostgreSQL takes two steps.
SELECT 1;
