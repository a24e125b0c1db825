CREATE TABLE IF NOT EXISTS blocked_contacts (
    luser ${name} NOT NULL,
    lserver ${name} NOT NULL,
    jid ${jid} NOT NULL,
    PRIMARY KEY (lserver, luser, jid)
);

-- What users said of those whom they blocked. The user is who reports.
CREATE TABLE IF NOT EXISTS abuse_reports (
    id ${serial},
    at BIGINT NOT NULL,
    luser ${name} NOT NULL,
    lserver ${name} NOT NULL,
    reported ${jid} NOT NULL,
    reason ${name} NOT NULL,
    words ${text} NOT NULL,
    messages ${text} NOT NULL
);
CREATE INDEX ${ifNotExists} abuse_reports_by_user ON abuse_reports (lserver, luser, at);
CREATE INDEX ${ifNotExists} abuse_reports_by_time ON abuse_reports (at);
