CREATE INDEX ${ifNotExists} archive_entries_by_peer ON archive_entries (owner, peer, id, handle);
