CREATE TABLE IF NOT EXISTS domain_admins (
    lserver ${name} NOT NULL,
    salt ${bytes} NOT NULL,
    iterations INTEGER NOT NULL,
    derived_key ${bytes} NOT NULL,
    changed_at BIGINT NOT NULL,
    PRIMARY KEY (lserver)
);
