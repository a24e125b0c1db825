CREATE TABLE IF NOT EXISTS pubsub_affiliations (
    node_id BIGINT NOT NULL,
    jid ${jid} NOT NULL,
    affiliation ${name} NOT NULL,
    PRIMARY KEY (node_id, jid)
);
CREATE INDEX ${ifNotExists} pubsub_affiliations_jid ON pubsub_affiliations (jid);
