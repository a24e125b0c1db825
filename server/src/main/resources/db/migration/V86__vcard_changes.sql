CREATE TABLE IF NOT EXISTS vcard_changes (
    luser ${name} NOT NULL,
    lserver ${name} NOT NULL,
    card_before ${text} NOT NULL,
    PRIMARY KEY (lserver, luser)
);
