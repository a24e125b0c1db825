ALTER TABLE blocklist ${addColumn} starts_at BIGINT;
