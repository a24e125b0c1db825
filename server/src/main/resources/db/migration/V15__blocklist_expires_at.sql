ALTER TABLE blocklist ${addColumn} expires_at BIGINT;
