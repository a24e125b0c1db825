package im.gatehouse.modules.blocklist;

import java.time.Instant;
import java.util.Locale;

/**
 * Who changed what on the blocklist, and when.
 *
 * @param actor who: an administrator, or {@link #SERVER}
 * @param block what was added or is gone; of a change, as it is afterwards
 */
record AuditEntry(Instant at, String actor, Action action, Block block) {
    /** The actor of what the server does by itself. */
    static final String SERVER = "server";

    /** What happened to a block. */
    enum Action {
        ADDED,
        CHANGED,
        REMOVED,
        /** It had expired and was cleared away. */
        EXPIRED,
        /** It went with the account or the domain that it was for. */
        GONE_WITH_ACCOUNT;

        String stored() {
            return name().toLowerCase(Locale.ROOT);
        }

        static Action ofStored(String stored) {
            return valueOf(stored.toUpperCase(Locale.ROOT));
        }
    }
}
