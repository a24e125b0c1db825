package im.gatehouse.modules.visitors;

import im.gatehouse.time.Time;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneId;

/** Tells the month that it is in the operator's time zone. Safe from any thread; a call takes some nanoseconds. */
final class MonthClock {
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
