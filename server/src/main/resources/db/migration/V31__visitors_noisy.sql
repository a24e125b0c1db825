CREATE TABLE IF NOT EXISTS visitors_drawn (
    host ${name} NOT NULL,
    month ${name} NOT NULL,
    epsilon ${name} NOT NULL,
    delta ${name} NOT NULL,
    PRIMARY KEY (host, month)
);
CREATE TABLE IF NOT EXISTS visitors_noisy (
    host ${name} NOT NULL,
    month ${name} NOT NULL,
    cell ${name} NOT NULL,
    total BIGINT NOT NULL,
    PRIMARY KEY (host, month, cell)
);
