CREATE TABLE IF NOT EXISTS vcards (
    luser ${name} NOT NULL,
    lserver ${name} NOT NULL,
    card ${text} NOT NULL,
    PRIMARY KEY (lserver, luser)
);
