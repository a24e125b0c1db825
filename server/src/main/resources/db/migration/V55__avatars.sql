CREATE TABLE IF NOT EXISTS avatars (
    luser ${name} NOT NULL,
    lserver ${name} NOT NULL,
    hash ${name} NOT NULL,
    PRIMARY KEY (lserver, luser)
);
