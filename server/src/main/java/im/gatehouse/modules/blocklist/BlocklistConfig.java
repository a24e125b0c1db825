package im.gatehouse.modules.blocklist;

import im.gatehouse.config.Section;
import java.time.Duration;
import java.util.List;

/**
 * How the blocklist behaves: {@code [modules.mod_blocklist]}.
 *
 * @param denyAt where a blocked user is turned away
 * @param fail what a login gets while the database cannot answer
 * @param survivesRemoval whether an entry outlives its account, so that nobody gets rid of it by registering again
 * @param auditRetention how long it is kept who changed what
 */
record BlocklistConfig(DenyAt denyAt, Fail fail, boolean survivesRemoval, Duration auditRetention) {
    private static final Duration DAY = Duration.ofDays(1);
    private static final Duration YEAR = Duration.ofDays(365);

    /** Where a blocked user is turned away. */
    enum DenyAt {
        /** At the end of sign-in, once the credentials have proved right. */
        AUTH,
        /** When the session would begin. */
        SESSION
    }

    /** What a login gets while the database cannot answer. */
    enum Fail {
        /** It is refused. */
        CLOSED,
        /** It is let in. */
        OPEN
    }

    static BlocklistConfig read(Section section) {
        section.oneOf("backend", "rdbms", List.of("rdbms")); // there is only one, which the reference's files name
        return new BlocklistConfig(
                section.oneOf("deny_at", DenyAt.AUTH),
                section.oneOf("fail", Fail.CLOSED),
                section.bool("survives_removal", false),
                section.duration("audit_retention", YEAR, DAY, YEAR.multipliedBy(100)));
    }
}
