CREATE TABLE IF NOT EXISTS archive_sorted (
    up_to ${key} NOT NULL PRIMARY KEY
);
