CREATE TABLE IF NOT EXISTS visitors_key (
    month ${name} NOT NULL,
    fingerprint ${name} NOT NULL,
    PRIMARY KEY (month)
);
CREATE TABLE IF NOT EXISTS visitors_seen (
    month ${name} NOT NULL,
    digest ${name} NOT NULL,
    host ${name} NOT NULL,
    PRIMARY KEY (month, digest)
);
