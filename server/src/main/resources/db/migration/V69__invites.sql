-- Of an invitation's secret only the digest is kept. The user is who invites, empty for the administrators.
CREATE TABLE IF NOT EXISTS invites (
    id ${serial},
    digest ${name} NOT NULL,
    lserver ${name} NOT NULL,
    luser ${name} NOT NULL,
    kind ${name} NOT NULL,
    username ${name} NOT NULL,
    befriends BOOLEAN NOT NULL,
    expires_at BIGINT NOT NULL,
    uses_left INTEGER NOT NULL
);
CREATE UNIQUE INDEX ${ifNotExists} invites_by_digest ON invites (digest);
CREATE INDEX ${ifNotExists} invites_by_user ON invites (lserver, luser);
CREATE INDEX ${ifNotExists} invites_by_username ON invites (lserver, username);
CREATE INDEX ${ifNotExists} invites_by_expiry ON invites (expires_at);

-- New accounts that are still to become contacts of those who invited them.
CREATE TABLE IF NOT EXISTS invite_friendships (
    luser ${name} NOT NULL,
    lserver ${name} NOT NULL,
    friend ${jid} NOT NULL,
    PRIMARY KEY (lserver, luser, friend)
);
