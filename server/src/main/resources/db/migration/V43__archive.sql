CREATE TABLE IF NOT EXISTS archive_owners (
    id ${serial},
    lserver ${name} NOT NULL,
    luser ${name} NOT NULL,
    UNIQUE (lserver, luser)
);
CREATE TABLE IF NOT EXISTS archive_bodies (
    id ${key} NOT NULL PRIMARY KEY,
    sender BIGINT,
    receiver BIGINT,
    handle BIGINT,
    sender_peer ${jid},
    sender_resource ${jid},
    receiver_peer ${jid},
    receiver_resource ${jid},
    stanza ${text} NOT NULL
);
CREATE TABLE IF NOT EXISTS archive_entries (
    owner BIGINT NOT NULL,
    id BIGINT NOT NULL,
    peer ${jid} NOT NULL,
    resource ${jid} NOT NULL,
    handle BIGINT,
    PRIMARY KEY (owner, id)
) ${clustered};
CREATE TABLE IF NOT EXISTS archive_dropped (
    owner BIGINT NOT NULL PRIMARY KEY,
    dropped_at BIGINT NOT NULL
);
CREATE TABLE IF NOT EXISTS archive_prefs (
    lserver ${name} NOT NULL,
    luser ${name} NOT NULL,
    content ${text} NOT NULL,
    PRIMARY KEY (lserver, luser)
);
