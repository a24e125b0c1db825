CREATE INDEX ${ifNotExists} blocklist_by_start ON blocklist (starts_at);
CREATE INDEX ${ifNotExists} blocklist_by_end ON blocklist (expires_at);
CREATE INDEX ${ifNotExists} blocklist_by_source ON blocklist (source, luser, lserver);
