CREATE TABLE IF NOT EXISTS room_cards (
    lserver ${name} NOT NULL,
    room ${name} NOT NULL,
    hashes ${text} NOT NULL,
    card ${text} NOT NULL,
    PRIMARY KEY (lserver, room)
);
