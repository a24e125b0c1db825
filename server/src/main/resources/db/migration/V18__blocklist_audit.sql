CREATE TABLE IF NOT EXISTS blocklist_audit (
    id ${serial},
    at BIGINT NOT NULL,
    actor ${jid} NOT NULL,
    action ${name} NOT NULL,
    target ${jid} NOT NULL,
    domain ${name},
    reason ${text},
    note ${text},
    source ${name},
    starts_at BIGINT,
    expires_at BIGINT
);
CREATE INDEX ${ifNotExists} blocklist_audit_by_target ON blocklist_audit (target);
CREATE INDEX ${ifNotExists} blocklist_audit_by_domain ON blocklist_audit (domain);
CREATE INDEX ${ifNotExists} blocklist_audit_by_time ON blocklist_audit (at);
