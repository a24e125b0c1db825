CREATE TABLE IF NOT EXISTS blocklist (
    luser ${name} NOT NULL,
    lserver ${name} NOT NULL,
    reason ${text},
    created_at BIGINT NOT NULL,
    PRIMARY KEY (luser, lserver)
);
