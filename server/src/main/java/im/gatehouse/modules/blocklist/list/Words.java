package im.gatehouse.modules.blocklist.list;

import java.util.Locale;
import java.util.Optional;

/** Says whether a reason or a note can be shown to people: one line of characters that every client accepts. */
public final class Words {
    /** In UTF-16 units. More would no longer fit into what clients accept as one stanza. */
    public static final int LONGEST = 10_000;

    private Words() {}

    /**
     * What is wrong with a text; empty when nothing is. It continues a sentence that begins with what the text is:
     * {@code "The reason " + problem}.
     */
    public static Optional<String> problem(String text) {
        if (text.length() > LONGEST) {
            return Optional.of(
                    String.format(Locale.ROOT, "has %,d characters; it may have %,d", text.length(), LONGEST));
        }
        return text.codePoints().allMatch(Words::mayBeSaid)
                ? Optional.empty()
                : Optional.of("has characters that are not for reading, on one line");
    }

    /**
     * No control characters, no line breaks, nothing that turns the order of what follows, and nothing that XML cannot
     * carry (XML 1.0, section 2.2).
     */
    static boolean mayBeSaid(int c) {
        return switch (Character.getType(c)) {
            case Character.CONTROL,
                    Character.SURROGATE,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR -> false;
            case Character.FORMAT -> !turnsAround(c);
            default -> (c & 0xFFFE) != 0xFFFE;
        };
    }

    /** Embeddings, overrides and isolates of the bidirectional algorithm (UAX 9); mere marks do no harm. */
    private static boolean turnsAround(int c) {
        return c >= 0x202A && c <= 0x202E || c >= 0x2066 && c <= 0x2069;
    }
}
