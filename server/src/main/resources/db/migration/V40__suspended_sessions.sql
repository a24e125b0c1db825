CREATE TABLE IF NOT EXISTS suspended_sessions (
    id ${name} NOT NULL PRIMARY KEY,
    luser ${name} NOT NULL,
    lserver ${name} NOT NULL,
    resource ${jid} NOT NULL,
    address ${name} NOT NULL,
    port INTEGER NOT NULL,
    transport ${name} NOT NULL,
    secure INTEGER NOT NULL,
    mechanism ${name} NOT NULL,
    started_at BIGINT NOT NULL,
    patience BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    handled BIGINT NOT NULL,
    acknowledged BIGINT NOT NULL,
    luggage ${text} NOT NULL
);

CREATE INDEX ${ifNotExists} suspended_sessions_of_account ON suspended_sessions (lserver, luser);

CREATE TABLE IF NOT EXISTS suspended_stanzas (
    session_id ${name} NOT NULL,
    place INTEGER NOT NULL,
    came_at BIGINT NOT NULL,
    copies BIGINT NOT NULL,
    stanza ${text} NOT NULL,
    PRIMARY KEY (session_id, place)
);
