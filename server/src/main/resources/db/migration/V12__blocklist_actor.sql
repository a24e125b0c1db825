ALTER TABLE blocklist ${addColumn} actor ${jid};
