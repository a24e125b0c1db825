CREATE TABLE IF NOT EXISTS pubsub_items (
    node_id BIGINT NOT NULL,
    item ${jid} NOT NULL,
    seq BIGINT NOT NULL,
    published_at BIGINT NOT NULL,
    publisher ${jid} NOT NULL,
    payload ${text},
    PRIMARY KEY (node_id, item)
);
CREATE INDEX ${ifNotExists} pubsub_items_order ON pubsub_items (node_id, seq);
