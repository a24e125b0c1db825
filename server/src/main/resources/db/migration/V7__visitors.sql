CREATE TABLE IF NOT EXISTS visitors_marker (
    lserver ${name} NOT NULL,
    luser ${name} NOT NULL,
    last_recorded ${name} NOT NULL,
    PRIMARY KEY (lserver, luser)
);
CREATE TABLE IF NOT EXISTS visitors_month (
    host ${name} NOT NULL,
    month ${name} NOT NULL,
    cell ${name} NOT NULL,
    total BIGINT NOT NULL,
    PRIMARY KEY (host, month, cell)
);
