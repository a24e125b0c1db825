package im.gatehouse.modules.muc;

import im.gatehouse.xml.Element;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import org.jspecify.annotations.Nullable;

/** Reads how much of the history one who comes in wants to see (XEP-0045 section 7.2.14). */
final class HistoryRequest {
    private HistoryRequest() {}

    /**
     * What is wanted; a limit that cannot be read is none.
     *
     * @param x the {@code <x/>} with which somebody joins
     */
    static History.Wanted read(Element x, Instant now) {
        Element history = x.child("history", Muc.JOIN);
        if (history == null) {
            return History.Wanted.ALL;
        }
        int seconds = number(history.attribute("seconds"));
        Instant since = seconds == Integer.MAX_VALUE ? Instant.MIN : now.minusSeconds(seconds);
        Instant moment = moment(history.attribute("since"));
        return new History.Wanted(
                number(history.attribute("maxchars")),
                number(history.attribute("maxstanzas")),
                moment.isAfter(since) ? moment : since);
    }

    private static int number(@Nullable String text) {
        try {
            return text == null ? Integer.MAX_VALUE : Math.max(0, Integer.parseInt(text.strip()));
        } catch (NumberFormatException _) {
            return Integer.MAX_VALUE;
        }
    }

    private static Instant moment(@Nullable String text) {
        try {
            return text == null ? Instant.MIN : OffsetDateTime.parse(text.strip()).toInstant();
        } catch (DateTimeException _) {
            return Instant.MIN;
        }
    }
}
