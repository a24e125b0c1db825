CREATE TABLE IF NOT EXISTS sign_in_tokens (
    luser ${name} NOT NULL,
    lserver ${name} NOT NULL,
    client ${name} NOT NULL,
    slot SMALLINT NOT NULL,
    mechanism ${name} NOT NULL,
    nonce ${bytes} NOT NULL,
    issued_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    used_at BIGINT NOT NULL,
    used_count BIGINT NOT NULL,
    software ${text},
    device ${text},
    PRIMARY KEY (lserver, luser, client, slot)
);
CREATE INDEX ${ifNotExists} sign_in_tokens_by_end ON sign_in_tokens (expires_at);
