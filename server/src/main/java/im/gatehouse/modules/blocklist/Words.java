package im.gatehouse.modules.blocklist;

import java.util.Locale;
import java.util.Optional;

/** Says whether a reason or a note can be shown to people: one line of characters that every client accepts. */
final class Words {
    /** In UTF-16 units. More would no longer fit into what clients accept as one stanza. */
    static final int LONGEST = 10_000;

    private Words() {}

    /**
     * What is wrong with a text; empty when nothing is. It continues a sentence that begins with what the text is:
     * {@code "The reason " + problem}.
     */
    static Optional<String> problem(String text) {
        if (text.length() > LONGEST) {
            return Optional.of(
                    String.format(Locale.ROOT, "has %,d characters; it may have %,d", text.length(), LONGEST));
        }
        return text.codePoints().allMatch(Words::mayBeSaid)
                ? Optional.empty()
                : Optional.of("has characters that are not for reading, on one line");
    }

    /** No control characters, no line breaks, and nothing that XML cannot carry (XML 1.0, section 2.2). */
    private static boolean mayBeSaid(int c) {
        return !Character.isISOControl(c) && Character.getType(c) != Character.SURROGATE && (c & 0xFFFE) != 0xFFFE;
    }
}
