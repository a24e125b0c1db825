package im.gatehouse.modules.blocklist;

import im.gatehouse.modules.blocklist.target.Target;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/**
 * That somebody may not enter.
 *
 * @param target whom it keeps out
 * @param reason why, in words that they are shown; null when none was given
 * @param note words for administrators alone
 * @param actor who set it; null when another program wrote it into the table
 * @param source where it comes from: {@link #BY_HAND}, or the name of an imported list
 * @param createdAt when it was set
 * @param startsAt from when on it holds; null means from the beginning
 * @param expiresAt from when on it holds no more; null means never
 */
record Block(
        Target target,
        @Nullable String reason,
        @Nullable String note,
        @Nullable String actor,
        String source,
        Instant createdAt,
        @Nullable Instant startsAt,
        @Nullable Instant expiresAt) {
    /** Moments are kept to the millisecond, as the tables have them. */
    Block {
        createdAt = createdAt.truncatedTo(ChronoUnit.MILLIS);
        startsAt = startsAt == null ? null : startsAt.truncatedTo(ChronoUnit.MILLIS);
        expiresAt = expiresAt == null ? null : expiresAt.truncatedTo(ChronoUnit.MILLIS);
    }

    /** The source of what an administrator set by a command. */
    static final String BY_HAND = "manual";

    /** Whether it keeps anybody out. */
    enum State {
        /** Not yet. */
        SCHEDULED,
        IN_FORCE,
        /** No more. */
        EXPIRED
    }

    State stateAt(Instant now) {
        if (expiresAt != null && !now.isBefore(expiresAt)) {
            return State.EXPIRED;
        }
        return startsAt != null && now.isBefore(startsAt) ? State.SCHEDULED : State.IN_FORCE;
    }

    boolean holdsAt(Instant now) {
        return stateAt(now) == State.IN_FORCE;
    }

    /** Whether both say the same to those they keep out and to administrators, whoever set them and when. */
    boolean saysTheSameAs(Block other) {
        return target.equals(other.target)
                && java.util.Objects.equals(reason, other.reason)
                && java.util.Objects.equals(note, other.note)
                && java.util.Objects.equals(startsAt, other.startsAt)
                && java.util.Objects.equals(expiresAt, other.expiresAt);
    }
}
