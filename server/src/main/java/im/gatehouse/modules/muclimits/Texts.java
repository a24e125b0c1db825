package im.gatehouse.modules.muclimits;

/** Measures texts without making anything. */
final class Texts {
    private Texts() {}

    static int newlines(String text) {
        int count = 0;
        for (int at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) {
            count++;
        }
        return count;
    }

    /** Whether a text has more than so many bytes in UTF-8. */
    static boolean exceeds(String text, int most) {
        int length = text.length();
        if (length > most) {
            return true;
        }
        if (length * 3L <= most) {
            return false;
        }
        int bytes = length;
        for (int i = 0; i < length; i++) {
            char c = text.charAt(i);
            if (c >= 0x80) {
                // each half of a surrogate pair stands for two of the pair's four bytes
                bytes += c < 0x800 || Character.isSurrogate(c) ? 1 : 2;
            }
        }
        return bytes > most;
    }
}
