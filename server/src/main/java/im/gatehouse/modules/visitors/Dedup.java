package im.gatehouse.modules.visitors;

/** How it is remembered that a user has been counted. */
enum Dedup {
    /** By a line for each user with the last month in which they were counted. */
    MARKER,
    /** By a digest under a key of the month; digests and key are destroyed when the month is over. */
    EPHEMERAL
}
