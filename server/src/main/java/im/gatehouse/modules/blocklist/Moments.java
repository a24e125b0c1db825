package im.gatehouse.modules.blocklist;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Moments as the tables have them: milliseconds since 1970, or none. */
final class Moments {
    private Moments() {}

    static @Nullable Long stored(@Nullable Instant moment) {
        return moment == null ? null : moment.toEpochMilli();
    }

    static @Nullable Instant read(@Nullable Long millis) {
        return millis == null ? null : Instant.ofEpochMilli(millis);
    }
}
