CREATE TABLE IF NOT EXISTS pubsub_nodes (
    id BIGINT NOT NULL PRIMARY KEY,
    luser ${name} NOT NULL,
    lserver ${name} NOT NULL,
    node ${jid} NOT NULL,
    creator ${jid} NOT NULL,
    created_at BIGINT NOT NULL,
    config ${text} NOT NULL
);
CREATE UNIQUE INDEX ${ifNotExists} pubsub_nodes_name ON pubsub_nodes (lserver, luser, node);
CREATE INDEX ${ifNotExists} pubsub_nodes_creator ON pubsub_nodes (creator);
