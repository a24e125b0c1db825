CREATE TABLE IF NOT EXISTS blocklist_rule (
    target ${jid} NOT NULL,
    kind ${name} NOT NULL,
    domain ${name},
    reason ${text},
    note ${text},
    actor ${jid},
    source ${name},
    created_at BIGINT NOT NULL,
    starts_at BIGINT,
    expires_at BIGINT,
    PRIMARY KEY (target)
);
CREATE INDEX ${ifNotExists} blocklist_rule_by_kind ON blocklist_rule (kind);
CREATE INDEX ${ifNotExists} blocklist_rule_by_source ON blocklist_rule (source, target);
CREATE INDEX ${ifNotExists} blocklist_rule_by_start ON blocklist_rule (starts_at);
CREATE INDEX ${ifNotExists} blocklist_rule_by_end ON blocklist_rule (expires_at);
