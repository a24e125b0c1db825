CREATE INDEX ${ifNotExists} archive_bodies_by_handle ON archive_bodies (handle);
CREATE INDEX ${ifNotExists} archive_entries_by_peer ON archive_entries (owner, peer, id);
