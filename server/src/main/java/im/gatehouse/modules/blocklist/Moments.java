package im.gatehouse.modules.blocklist;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Moments as the tables have them: milliseconds since 1970, or none. */
final class Moments {
    /** The span of years that every database and every format can hold. */
    static final Instant EARLIEST = Instant.parse("0000-01-01T00:00:00Z");

    static final Instant LATEST = Instant.parse("9999-12-31T23:59:59.999Z");

    private Moments() {}

    static boolean canBeHeld(Instant moment) {
        return !moment.isBefore(EARLIEST) && !moment.isAfter(LATEST);
    }

    static @Nullable Long stored(@Nullable Instant moment) {
        return moment == null ? null : moment.toEpochMilli();
    }

    static @Nullable Instant read(@Nullable Long millis) {
        return millis == null ? null : Instant.ofEpochMilli(millis);
    }
}
