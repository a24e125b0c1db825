CREATE TABLE IF NOT EXISTS accounts (
    luser ${name} NOT NULL,
    lserver ${name} NOT NULL,
    iterations INTEGER NOT NULL,
    sha1_salt ${bytes} NOT NULL,
    sha1_stored_key ${bytes} NOT NULL,
    sha1_server_key ${bytes} NOT NULL,
    sha256_salt ${bytes} NOT NULL,
    sha256_stored_key ${bytes} NOT NULL,
    sha256_server_key ${bytes} NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (lserver, luser)
);
