CREATE TABLE IF NOT EXISTS push_registrations (
    luser ${name} NOT NULL,
    lserver ${name} NOT NULL,
    service ${name} NOT NULL,
    node ${name} NOT NULL,
    resource ${name} NOT NULL,
    options ${text} NOT NULL,
    PRIMARY KEY (lserver, luser, service, node)
);
