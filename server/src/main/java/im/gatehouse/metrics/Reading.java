package im.gatehouse.metrics;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.SequencedMap;

/** What a metric shows under its dotted name: a few figures, each with a name of its own. */
public sealed interface Reading {
    /** The figures by the names that MongooseIM's operators know, in a fixed order. */
    SequencedMap<String, Number> values();

    /**
     * A counter.
     *
     * @param count since the start
     * @param one in the last 60 seconds
     */
    record Spiral(long count, long one) implements Reading {
        @Override
        public SequencedMap<String, Number> values() {
            return ordered("count", count, "one", one);
        }
    }

    /** A figure as it is now; NaN when it cannot be told. */
    record Level(double value) implements Reading {
        @Override
        public SequencedMap<String, Number> values() {
            boolean whole = value == Math.rint(value) && Math.abs(value) < 1L << 53;
            return ordered("value", whole ? (Number) (long) value : (Number) value);
        }
    }

    /**
     * How the values of the last minute are spread; all zero when there were none. Percentiles are at most an eighth
     * too high; everything else is exact.
     *
     * @param n how many there were
     */
    record Spread(
            long n, long mean, long min, long max, long median, long p75, long p90, long p95, long p99, long p999)
            implements Reading {
        @Override
        public SequencedMap<String, Number> values() {
            return ordered(
                    "n", n, "mean", mean, "min", min, "max", max, "median", median, "50", median, "75", p75, "90", p90,
                    "95", p95, "99", p99, "999", p999);
        }
    }

    private static SequencedMap<String, Number> ordered(Object... namesAndValues) {
        SequencedMap<String, Number> values = new LinkedHashMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            values.put((String) namesAndValues[i], (Number) namesAndValues[i + 1]);
        }
        return Collections.unmodifiableSequencedMap(values);
    }
}
