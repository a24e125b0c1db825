package im.gatehouse.modules.visitors;

import im.gatehouse.time.Time;
import java.time.Duration;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneId;

/** Tells the month that it is in the operator's time zone. Safe from any thread; a call takes some nanoseconds. */
final class MonthClock {
    /** So long after a month's end a login of that month may still be waiting to be counted; not longer. */
    static final Duration LATE = Duration.ofMinutes(1);

    /** So long after its end a month's figures change no more, also if another server's clock is a little behind. */
    static final Duration SETTLED = Duration.ofMinutes(2);

    /** A month with its first moment and the first moment after it. */
    private record Span(YearMonth month, String text, Instant from, Instant until) {
        static Span around(Instant now, ZoneId zone) {
            YearMonth month = YearMonth.from(now.atZone(zone));
            return new Span(
                    month,
                    month.toString(),
                    month.atDay(1).atStartOfDay(zone).toInstant(),
                    month.plusMonths(1).atDay(1).atStartOfDay(zone).toInstant());
        }

        boolean holds(Instant moment) {
            return !moment.isBefore(from) && moment.isBefore(until);
        }
    }

    private final Time time;
    private final ZoneId zone;
    private volatile Span last;

    MonthClock(Time time, ZoneId zone) {
        this.time = time;
        this.zone = zone;
        this.last = Span.around(time.now(), zone);
    }

    /** The month as it is stored, for instance {@code 2018-05}. */
    String text() {
        return now().text;
    }

    YearMonth month() {
        return now().month;
    }

    /** The first month in which a login may still be counted. */
    YearMonth firstOpen() {
        return YearMonth.from(time.now().minus(LATE).atZone(zone));
    }

    /** The first month whose figures may still change. */
    YearMonth firstUnsettled() {
        return YearMonth.from(time.now().minus(SETTLED).atZone(zone));
    }

    private Span now() {
        Span span = last;
        Instant now = time.now();
        if (!span.holds(now)) {
            span = Span.around(now, zone);
            last = span;
        }
        return span;
    }
}
