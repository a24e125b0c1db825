CREATE TABLE IF NOT EXISTS room_hats (
    lserver ${name} NOT NULL,
    room ${name} NOT NULL,
    uri ${jid} NOT NULL,
    title ${text} NOT NULL,
    hue ${text},
    PRIMARY KEY (lserver, room, uri)
);
CREATE TABLE IF NOT EXISTS room_hat_wearers (
    lserver ${name} NOT NULL,
    room ${name} NOT NULL,
    jid ${jid} NOT NULL,
    uris ${text} NOT NULL,
    PRIMARY KEY (lserver, room, jid)
);
