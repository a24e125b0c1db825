CREATE TABLE IF NOT EXISTS bookmark_changes (
    luser ${name} NOT NULL,
    lserver ${name} NOT NULL,
    node ${name} NOT NULL,
    PRIMARY KEY (lserver, luser, node)
);
