package im.gatehouse.config;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Lengths of time as people write them: {@code 500ms}, {@code 90s}, {@code 1h 30m}, {@code 7d}, {@code 2w}. */
public final class Durations {
    private static final Pattern PART = Pattern.compile("\\s*(\\d{1,12})(ms|s|m|h|d|w)\\s*");

    private Durations() {}

    /**
     * Reads a length of time: whole numbers, each with its unit, added up.
     *
     * @throws IllegalArgumentException when the text is none
     */
    public static Duration parse(String text) {
        try {
            return sum(text);
        } catch (ArithmeticException e) {
            throw new IllegalArgumentException("the length of time is too large", e);
        }
    }

    private static Duration sum(String text) {
        Matcher part = PART.matcher(text);
        Duration sum = Duration.ZERO;
        int end = 0;
        while (end < text.length() && part.find(end) && part.start() == end) {
            sum = sum.plus(Duration.ofMillis(Math.multiplyExact(Long.parseLong(part.group(1)), millis(part.group(2)))));
            end = part.end();
        }
        if (text.isBlank() || end < text.length()) {
            throw new IllegalArgumentException("numbers with the units ms, s, m, h, d or w");
        }
        return sum;
    }

    /** Writes a length of time so that {@link #parse} reads it back, to the millisecond. */
    public static String print(Duration duration) {
        List<String> parts = new ArrayList<>();
        add(parts, duration.toDaysPart(), "d");
        add(parts, duration.toHoursPart(), "h");
        add(parts, duration.toMinutesPart(), "m");
        add(parts, duration.toSecondsPart(), "s");
        add(parts, duration.toMillisPart(), "ms");
        return parts.isEmpty() ? "0s" : String.join(" ", parts);
    }

    private static void add(List<String> parts, long amount, String unit) {
        if (amount > 0) {
            parts.add(amount + unit);
        }
    }

    private static long millis(String unit) {
        return switch (unit) {
            case "ms" -> 1;
            case "s" -> 1_000;
            case "m" -> 60_000;
            case "h" -> 3_600_000;
            case "d" -> 86_400_000;
            default -> 7 * 86_400_000L;
        };
    }
}
