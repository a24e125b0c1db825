ALTER TABLE blocklist ${addColumn} source ${name};
