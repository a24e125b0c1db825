package im.gatehouse.modules.muc;

import im.gatehouse.modules.muc.setting.RolesSetting;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What an occupant may do during this visit, in rising order (XEP-0045 section 5.1). */
public enum Role {
    NONE,
    VISITOR,
    PARTICIPANT,
    MODERATOR;

    private final String wire = name().toLowerCase(Locale.ROOT);

    /** The role of that name, or null. */
    static @Nullable Role of(@Nullable String text) {
        for (Role role : values()) {
            if (role.wire.equals(text)) {
                return role;
            }
        }
        return null;
    }

    /** What the owners' form calls it, or null for none. */
    RolesSetting.@Nullable Kind kind() {
        return switch (this) {
            case NONE -> null;
            case VISITOR -> RolesSetting.Kind.VISITOR;
            case PARTICIPANT -> RolesSetting.Kind.PARTICIPANT;
            case MODERATOR -> RolesSetting.Kind.MODERATOR;
        };
    }

    public String wire() {
        return wire;
    }

    public boolean atLeast(Role other) {
        return compareTo(other) >= 0;
    }
}
