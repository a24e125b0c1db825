ALTER TABLE blocklist ${addColumn} note ${text};
