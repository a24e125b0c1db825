-- A row that is not listed is a contact's unanswered request, or the note that a contact was removed at that version.
CREATE TABLE IF NOT EXISTS roster_items (
    luser ${name} NOT NULL,
    lserver ${name} NOT NULL,
    jid ${jid} NOT NULL,
    name ${text},
    group_names ${text} NOT NULL,
    sub_to BOOLEAN NOT NULL,
    sub_from BOOLEAN NOT NULL,
    pending_out BOOLEAN NOT NULL,
    approved BOOLEAN NOT NULL,
    listed BOOLEAN NOT NULL,
    request ${text},
    version BIGINT NOT NULL,
    PRIMARY KEY (lserver, luser, jid)
);

-- Since which version the notes of removed contacts are complete is in "oldest".
CREATE TABLE IF NOT EXISTS roster_versions (
    luser ${name} NOT NULL,
    lserver ${name} NOT NULL,
    version BIGINT NOT NULL,
    oldest BIGINT NOT NULL,
    PRIMARY KEY (lserver, luser)
);

-- Contacts who are still to be told that a user has parted from them.
CREATE TABLE IF NOT EXISTS roster_farewells (
    luser ${name} NOT NULL,
    lserver ${name} NOT NULL,
    jid ${jid} NOT NULL,
    sub_to BOOLEAN NOT NULL,
    sub_from BOOLEAN NOT NULL,
    pending_out BOOLEAN NOT NULL,
    pending_in BOOLEAN NOT NULL,
    PRIMARY KEY (lserver, luser, jid)
);
