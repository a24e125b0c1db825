package im.gatehouse.modules.blocklist.list;

/** How a list of blocks is written in a file. */
public enum ListFormat {
    /** A table, for people and spreadsheets (RFC 4180), with everything that a block has; or one target a line. */
    CSV,

    /**
     * What real-time block lists publish: SHA-256 digests, either as items of publish-subscribe (XEP-0060) with
     * reports (XEP-0377), or one a line.
     */
    RTBL
}
