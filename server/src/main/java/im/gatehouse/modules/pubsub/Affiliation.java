package im.gatehouse.modules.pubsub;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What somebody is to a node for good (XEP-0060 section 4.1). */
public enum Affiliation {
    /** May do everything. */
    OWNER,
    /** May publish, subscribe and read. */
    PUBLISHER,
    /** May publish and nothing else. */
    PUBLISH_ONLY,
    /** May subscribe and read. */
    MEMBER,
    /** May what the node's models allow. */
    NONE,
    /** May nothing. */
    OUTCAST;

    private final String wire = name().toLowerCase(Locale.ROOT).replace('_', '-');

    public String wire() {
        return wire;
    }

    static @Nullable Affiliation of(@Nullable String text) {
        for (Affiliation affiliation : values()) {
            if (affiliation.wire.equals(text)) {
                return affiliation;
            }
        }
        return null;
    }

    /** Whether it lets somebody publish, whatever the node's models say. */
    boolean publishes() {
        return this == OWNER || this == PUBLISHER || this == PUBLISH_ONLY;
    }

    /** Whether it lets somebody subscribe and read, whatever the node's models say. */
    boolean reads() {
        return this == OWNER || this == PUBLISHER || this == MEMBER;
    }
}
