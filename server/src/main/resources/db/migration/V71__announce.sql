-- Messages of the day and welcome messages, one of each for a domain.
CREATE TABLE IF NOT EXISTS standing_messages (
    lserver ${name} NOT NULL,
    kind ${name} NOT NULL,
    message_number BIGINT NOT NULL,
    body ${text} NOT NULL,
    PRIMARY KEY (lserver, kind)
);

-- Which message of the day a user has been shown last.
CREATE TABLE IF NOT EXISTS motd_seen (
    luser ${name} NOT NULL,
    lserver ${name} NOT NULL,
    message_number BIGINT NOT NULL,
    PRIMARY KEY (lserver, luser)
);
