CREATE TABLE IF NOT EXISTS pubsub_subscriptions (
    node_id BIGINT NOT NULL,
    jid ${jid} NOT NULL,
    account ${jid} NOT NULL,
    subid ${name} NOT NULL,
    state ${name} NOT NULL,
    deliver BOOLEAN NOT NULL,
    expires_at BIGINT,
    PRIMARY KEY (node_id, jid)
);
CREATE INDEX ${ifNotExists} pubsub_subscriptions_account ON pubsub_subscriptions (account);
