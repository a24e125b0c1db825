package im.gatehouse.modules.muc;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What somebody is to a room for good, in rising order of rank (XEP-0045 section 5.2). */
public enum Affiliation {
    OUTCAST,
    NONE,
    MEMBER,
    ADMIN,
    OWNER;

    private final String wire = name().toLowerCase(Locale.ROOT);

    /** The affiliation of that name, or null. */
    static @Nullable Affiliation of(@Nullable String text) {
        for (Affiliation affiliation : values()) {
            if (affiliation.wire.equals(text)) {
                return affiliation;
            }
        }
        return null;
    }

    public String wire() {
        return wire;
    }

    public boolean atLeast(Affiliation other) {
        return compareTo(other) >= 0;
    }

    /** The role with which one of this affiliation comes in (XEP-0045 section 5.1.2). */
    Role initialRole(boolean moderated) {
        return switch (this) {
            case OWNER, ADMIN -> Role.MODERATOR;
            case MEMBER -> Role.PARTICIPANT;
            case NONE -> moderated ? Role.VISITOR : Role.PARTICIPANT;
            case OUTCAST -> Role.NONE;
        };
    }
}
