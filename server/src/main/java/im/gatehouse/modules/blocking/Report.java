package im.gatehouse.modules.blocking;

import im.gatehouse.jid.Jid;
import im.gatehouse.xml.Element;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What a user says of somebody whom the user blocks (XEP-0377).
 *
 * @param reported who was blocked
 * @param reason a URN, such as {@code urn:xmpp:reporting:spam}
 * @param text the user's words, empty for none
 * @param messages the ids of messages in the user's archive, one in a line; empty for none
 */
record Report(Jid reported, String reason, String text, String messages) {
    static final String NAMESPACE = "urn:xmpp:reporting:1";

    private static final String REASONS = "urn:xmpp:reporting:";
    private static final int LONGEST_REASON_BYTES = 255;
    private static final int LONGEST_TEXT = 4_096;
    private static final int LONGEST_ID = 255;
    private static final int MOST_IDS = 50;

    /** The reasons that are told apart. */
    enum Kind {
        SPAM,
        ABUSE,
        OTHER;

        private final String word = name().toLowerCase(Locale.ROOT);

        String word() {
            return word;
        }
    }

    Kind kind() {
        for (Kind kind : Kind.values()) {
            if (reason.equals(REASONS + kind.word)) {
                return kind;
            }
        }
        return Kind.OTHER;
    }

    /** Reads the report that an item carries; empty where there is none, or none that gives a reason. */
    static Optional<Report> read(Jid reported, Element item) {
        Element report = item.child("report", NAMESPACE);
        if (report == null) {
            return Optional.empty();
        }
        String reason = report.attributeOr("reason", "");
        if (reason.isEmpty() || reason.getBytes(StandardCharsets.UTF_8).length > LONGEST_REASON_BYTES) {
            return Optional.empty();
        }
        String text = report.children("text", NAMESPACE).stream()
                .map(element -> element.text().strip())
                .filter(words -> !words.isEmpty())
                .findFirst()
                .map(Report::shortened)
                .orElse("");
        String messages = report.children("stanza-id", "urn:xmpp:sid:0").stream()
                .map(id -> id.attributeOr("id", ""))
                .filter(id -> !id.isEmpty() && id.length() <= LONGEST_ID && id.indexOf('\n') < 0)
                .limit(MOST_IDS)
                .collect(Collectors.joining("\n"));
        return Optional.of(new Report(reported, reason, text, messages));
    }

    private static String shortened(String text) {
        if (text.length() <= LONGEST_TEXT) {
            return text;
        }
        boolean cutsPair = Character.isHighSurrogate(text.charAt(LONGEST_TEXT - 1));
        return text.substring(0, cutsPair ? LONGEST_TEXT - 1 : LONGEST_TEXT);
    }
}
