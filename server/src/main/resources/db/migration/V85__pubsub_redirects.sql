CREATE TABLE IF NOT EXISTS pubsub_redirects (
    luser ${name} NOT NULL,
    lserver ${name} NOT NULL,
    node ${jid} NOT NULL,
    creator ${jid} NOT NULL,
    uri ${text} NOT NULL,
    PRIMARY KEY (lserver, luser, node)
);
