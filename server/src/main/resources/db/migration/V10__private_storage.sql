CREATE TABLE IF NOT EXISTS private_storage (
    luser ${name} NOT NULL,
    lserver ${name} NOT NULL,
    namespace ${name} NOT NULL,
    element ${name} NOT NULL,
    content ${text} NOT NULL,
    PRIMARY KEY (lserver, luser, namespace, element)
);
