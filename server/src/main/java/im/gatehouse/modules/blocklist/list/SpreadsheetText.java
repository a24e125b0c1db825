package im.gatehouse.modules.blocklist.list;

import java.util.regex.Pattern;

/**
 * Keeps spreadsheet programs from taking a field for a formula.
 *
 * <p>What they would take for one, when it came first in a cell, begins with {@code =}, {@code +}, {@code -} or
 * {@code @} (the wide forms of East Asia, too), perhaps after whitespace or characters without a width, or with a tab
 * or line break. Such a field is written with an apostrophe before it, which the reader takes away. So that nothing is
 * lost, a field that has apostrophes there already gets one more. Every other field stays as it is.
 */
final class SpreadsheetText {
    private static final Pattern TEMPTING =
            Pattern.compile("'*(?:[\\t\\r\\n]|[\\s\\p{Z}\\p{Cf}]*[=+\\-@\\uFF1D\\uFF0B\\uFF0D\\uFF20])");

    private SpreadsheetText() {}

    /** A field as it is to be written. */
    static String guarded(String text) {
        return isTempting(text) ? '\'' + text : text;
    }

    /** The field that was written so: {@code unguarded(guarded(text))} is {@code text} whatever that is. */
    static String unguarded(String text) {
        return text.startsWith("'") && isTempting(text) ? text.substring(1) : text;
    }

    private static boolean isTempting(String text) {
        // Nearly every field begins with a letter or a digit, and a million of them are to be looked at.
        return !text.isEmpty()
                && !Character.isLetterOrDigit(text.charAt(0))
                && TEMPTING.matcher(text).lookingAt();
    }
}
