ALTER TABLE blocklist ${addColumn} note ${text};
ALTER TABLE blocklist ${addColumn} actor ${name};
ALTER TABLE blocklist ${addColumn} source ${name};
ALTER TABLE blocklist ${addColumn} starts_at BIGINT;
ALTER TABLE blocklist ${addColumn} expires_at BIGINT;
CREATE INDEX ${ifNotExists} blocklist_by_start ON blocklist (starts_at);
CREATE INDEX ${ifNotExists} blocklist_by_end ON blocklist (expires_at);
CREATE INDEX ${ifNotExists} blocklist_by_source ON blocklist (source);
