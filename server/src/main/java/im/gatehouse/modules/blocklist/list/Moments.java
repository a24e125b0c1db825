package im.gatehouse.modules.blocklist.list;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Moments as the tables have them: milliseconds since 1970, or none. */
public final class Moments {
    /** The span of years that every database and every format can hold. */
    public static final Instant EARLIEST = Instant.parse("0000-01-01T00:00:00Z");

    /** See {@link #EARLIEST}. */
    public static final Instant LATEST = Instant.parse("9999-12-31T23:59:59.999Z");

    private Moments() {}

    /** Whether it lies in that span. */
    public static boolean canBeHeld(Instant moment) {
        return !moment.isBefore(EARLIEST) && !moment.isAfter(LATEST);
    }

    /** As a column has it. */
    public static @Nullable Long stored(@Nullable Instant moment) {
        return moment == null ? null : moment.toEpochMilli();
    }

    /** What a column has. */
    public static @Nullable Instant read(@Nullable Long millis) {
        return millis == null ? null : Instant.ofEpochMilli(millis);
    }
}
