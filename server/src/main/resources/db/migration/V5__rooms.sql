CREATE TABLE IF NOT EXISTS rooms (
    lserver ${name} NOT NULL,
    room ${name} NOT NULL,
    salt ${bytes} NOT NULL,
    created_at BIGINT NOT NULL,
    subject ${text},
    subject_nick ${text},
    subject_at BIGINT,
    PRIMARY KEY (lserver, room)
);
CREATE TABLE IF NOT EXISTS room_settings (
    lserver ${name} NOT NULL,
    room ${name} NOT NULL,
    setting ${name} NOT NULL,
    content ${text} NOT NULL,
    PRIMARY KEY (lserver, room, setting)
);
CREATE TABLE IF NOT EXISTS room_affiliations (
    lserver ${name} NOT NULL,
    room ${name} NOT NULL,
    jid ${jid} NOT NULL,
    affiliation ${name} NOT NULL,
    nick ${text},
    reason ${text},
    PRIMARY KEY (lserver, room, jid)
);
CREATE TABLE IF NOT EXISTS room_history (
    lserver ${name} NOT NULL,
    room ${name} NOT NULL,
    seq BIGINT NOT NULL,
    sent_at BIGINT NOT NULL,
    stanza ${text} NOT NULL,
    PRIMARY KEY (lserver, room, seq)
);
