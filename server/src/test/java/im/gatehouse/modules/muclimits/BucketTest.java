package im.gatehouse.modules.muclimits;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import im.gatehouse.modules.muc.setting.RoomConfig;
import java.lang.management.ManagementFactory;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;

class BucketTest {
    private static final long SECOND = 1_000_000_000L;

    private static Rate rate(String events, String factor, long since) {
        return Rate.of(new BigDecimal(events), new BigDecimal(factor), since);
    }

    /** Events as numbers without end, moved by exact arithmetic. */
    private static final class Model {
        private final BigDecimal perNano;
        private final BigDecimal capacity;
        private BigDecimal tokens;

        Model(String rate, String factor) {
            perNano = new BigDecimal(rate).movePointLeft(9);
            capacity = new BigDecimal(Rate.of(new BigDecimal(rate), new BigDecimal(factor), 0).capacity())
                    .movePointLeft(9);
            tokens = capacity;
        }

        void pass(long nanos) {
            tokens = tokens.add(perNano.multiply(BigDecimal.valueOf(nanos))).min(capacity);
        }

        boolean take(long cost) {
            BigDecimal wanted = BigDecimal.valueOf(cost).movePointLeft(9);
            // the bucket counts whole billionths and keeps the rest for later
            boolean enough = tokens.setScale(9, java.math.RoundingMode.FLOOR).compareTo(wanted) >= 0;
            if (enough) {
                tokens = tokens.subtract(wanted);
            }
            return enough;
        }
    }

    @Test
    void itAgreesWithExactArithmeticOverAnyTimeAndRate() {
        Random random = new Random(42);
        String[] rates = {"0.001", "0.5", "0.333333", "1", "3", "7.77", "123.456789", "9999.999999", "10000"};
        String[] factors = {"1", "2", "6", "1.5", "60", "1000.25"};
        for (String rate : rates) {
            for (String factor : factors) {
                agree(rate, factor, random);
            }
        }
    }

    private static void agree(String rate, String factor, Random random) {
        Rate limits = rate(rate, factor, 0);
        long now = random.nextLong(Long.MAX_VALUE / 2) - Long.MAX_VALUE / 4;
        Bucket bucket = new Bucket(limits, now);
        Model model = new Model(rate, factor);
        for (int i = 0; i < 5_000; i++) {
            long pause = pause(random, limits);
            now += pause;
            model.pass(pause);
            long cost = random.nextInt(4) == 0 ? random.nextLong(limits.capacity() + 2) : SECOND;
            boolean expected = model.take(cost);
            assertEquals(expected, bucket.take(cost, limits, now), () -> rate + " × " + factor);
        }
    }

    private static long pause(Random random, Rate rate) {
        return switch (random.nextInt(6)) {
            case 0 -> 0;
            case 1 -> random.nextInt(1_000);
            case 2 -> random.nextLong(SECOND);
            case 3 -> random.nextLong(rate.fillNanos());
            case 4 -> random.nextLong(1_000 * SECOND);
            default -> random.nextInt(50) == 0 ? Duration.ofDays(365).toNanos() : random.nextLong(10 * SECOND);
        };
    }

    @Test
    void aHundredMillionRefillsLoseNothing() {
        Rate slow = rate("0.001", "6", 0);
        Bucket bucket = new Bucket(slow, 0);
        assertTrue(bucket.take(slow.capacity(), slow, 0));
        long now = 0;
        for (int i = 0; i < 10_000_000; i++) {
            now += 37;
            bucket.take(Long.MAX_VALUE, slow, now);
        }
        assertEquals(now / 1_000, bucket.tokens(slow, now));
    }

    @Test
    void anotherRateKeepsTheProportion() {
        Rate before = rate("0.5", "6", 0);
        Bucket bucket = new Bucket(before, 0);
        assertTrue(bucket.take(2 * SECOND, before, 0), "one of three is left");
        Rate after = rate("2", "6", 0);
        assertEquals(4 * SECOND, bucket.tokens(after, 0), "four of twelve are left");
        assertEquals(6 * SECOND, bucket.tokens(after, SECOND), "and two more a second later");
    }

    @Test
    void theTimeBeforeTheChangeCountsAtTheOldRate() {
        Rate before = rate("0.5", "6", 0);
        Bucket bucket = new Bucket(before, 0);
        bucket.take(3 * SECOND, before, 0);
        Rate after = rate("2", "6", 2 * SECOND);
        assertEquals(4 * SECOND + 2 * SECOND, bucket.tokens(after, 3 * SECOND), "one of three becomes four of twelve");
    }

    @Test
    void theLargestBucketThatCanBeConfiguredDoesNotOverflow() {
        Rate largest = rate("100000", "86400", 0);
        Bucket bucket = new Bucket(largest, 0);
        assertTrue(bucket.take(largest.capacity(), largest, 0));
        long almost = Duration.ofDays(1).toNanos() - 1;
        assertEquals(100_000 * almost, bucket.tokens(largest, almost));
        assertEquals(largest.capacity(), bucket.tokens(largest, Duration.ofDays(400).toNanos()));
    }

    /** What is made is counted and not what is kept, so this is an upper bound; the array in the room comes on top. */
    @Test
    void aRoomAtRestTakesLessThanAHundredBytes() {
        Policy policy = FairnessTest.policy("");
        com.sun.management.ThreadMXBean threads =
                (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        RoomState[] rooms = new RoomState[10_000];
        rooms[0] = new RoomState(policy, RoomConfig.INITIAL, 0);
        long before = threads.getCurrentThreadAllocatedBytes();
        for (int i = 0; i < rooms.length; i++) {
            rooms[i] = new RoomState(policy, RoomConfig.INITIAL, 0);
        }
        long each = (threads.getCurrentThreadAllocatedBytes() - before) / rooms.length;
        int inTheRoom = 24; // an array of a key and this
        assertTrue(each + inTheRoom <= 100, () -> each + " bytes");
    }

    @Test
    void textsAreMeasuredInBytes() {
        assertTrue(Texts.exceeds("é".repeat(12), 23));
        assertEquals(false, Texts.exceeds("é".repeat(12), 24));
        assertEquals(false, Texts.exceeds("🫖".repeat(6), 24));
        assertTrue(Texts.exceeds("🫖".repeat(6), 23));
        assertTrue(Texts.exceeds("語".repeat(8), 23));
        assertEquals(3, Texts.newlines("\na\n\n"));
    }
}
