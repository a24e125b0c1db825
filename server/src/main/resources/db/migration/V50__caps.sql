CREATE TABLE IF NOT EXISTS caps_hashes (
    hash ${name} NOT NULL,
    ver ${name} NOT NULL,
    features ${text} NOT NULL,
    learned_at BIGINT NOT NULL,
    PRIMARY KEY (hash, ver)
);
