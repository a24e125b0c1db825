CREATE TABLE IF NOT EXISTS last_activity (
    luser ${name} NOT NULL,
    lserver ${name} NOT NULL,
    seen_at BIGINT NOT NULL,
    status ${text} NOT NULL,
    PRIMARY KEY (lserver, luser)
);
