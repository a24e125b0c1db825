CREATE TABLE IF NOT EXISTS offline_messages (
    id ${serial},
    luser ${name} NOT NULL,
    lserver ${name} NOT NULL,
    created_at BIGINT NOT NULL,
    attempts INTEGER NOT NULL,
    stanza ${text} NOT NULL
);

CREATE INDEX ${ifNotExists} offline_messages_of_account ON offline_messages (lserver, luser, id);

CREATE INDEX ${ifNotExists} offline_messages_by_age ON offline_messages (created_at);
