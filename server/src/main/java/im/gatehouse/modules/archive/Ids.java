package im.gatehouse.modules.archive;

import im.gatehouse.time.Time;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.OptionalLong;
import java.util.regex.Pattern;

/**
 * Makes the ids under which archives keep messages: the time in milliseconds and 20 bits that nobody foresees. Each is
 * larger than all before it, whatever the clock does, so that the order of ids is the order of messages and their time.
 *
 * <p>Not safe from several threads: whoever asks holds a lock, and appends what gets the id before letting go of it.
 */
final class Ids {
    private static final int RANDOM_BITS = 20;
    private static final long RANDOM_MASK = (1L << RANDOM_BITS) - 1;

    /** By how much an id is larger at most than one that the clock cannot exceed. */
    private static final int STEP = 1 << 8;

    private static final int DIGITS = 16;
    private static final Pattern TEXT = Pattern.compile("[0-9a-f]{" + DIGITS + "}");

    /** Drawn at once, which costs as much as one. */
    private static final int CHANCES = 64;

    private final SecureRandom random = new SecureRandom();
    private final byte[] drawn = new byte[CHANCES * Integer.BYTES];
    private final ByteBuffer chances = ByteBuffer.wrap(drawn).limit(0);
    private final Time time;
    private long last;

    /**
     * @param last the largest id that is in use
     */
    Ids(Time time, long last) {
        this.time = time;
        this.last = last;
    }

    long next() {
        int chance = chance();
        long made = first(time.now().toEpochMilli()) | chance & RANDOM_MASK;
        last = made > last ? made : last + 1 + (chance & STEP - 1);
        return last;
    }

    private int chance() {
        if (!chances.hasRemaining()) {
            random.nextBytes(drawn);
            chances.clear();
        }
        return chances.getInt();
    }

    /** When what has the id was said, in milliseconds since 1970. */
    static long millis(long id) {
        return id >>> RANDOM_BITS;
    }

    /** The smallest id of a millisecond; for times that no id reaches the smallest or largest there may be. */
    static long first(long millis) {
        long most = Long.MAX_VALUE >>> RANDOM_BITS;
        return millis > most ? Long.MAX_VALUE : Math.max(0, millis) << RANDOM_BITS;
    }

    /** The id as clients see it. */
    static String text(long id) {
        String digits = Long.toHexString(id);
        return "0".repeat(DIGITS - digits.length()) + digits;
    }

    /** The id that clients see like this; empty when none looks like it. */
    static OptionalLong parse(String text) {
        return TEXT.matcher(text).matches() ? OptionalLong.of(Long.parseUnsignedLong(text, 16)) : OptionalLong.empty();
    }
}
