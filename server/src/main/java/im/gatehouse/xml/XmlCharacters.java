package im.gatehouse.xml;

/** Which characters XML 1.0 (fifth edition, sections 2.2 and 2.3) allows where. */
final class XmlCharacters {
    // What a byte that is an ASCII character may be.
    static final int NAME_START = 1;
    static final int NAME_PART = 2;
    /** In text, needing no look: neither markup nor the end of a line nor a bracket, which may end a CDATA section. */
    static final int PLAIN_TEXT = 4;
    /** In an attribute's value: neither markup nor a quote nor whitespace that becomes a space. */
    static final int PLAIN_VALUE = 8;
    /** In a CDATA section, where brackets have been looked for. */
    static final int PLAIN_CDATA = 16;

    /** For each value of a byte what it may be; nothing for bytes of other than ASCII characters. */
    private static final byte[] KINDS = kinds();

    private XmlCharacters() {}

    /** Whether the byte is an ASCII character of a kind. */
    static boolean is(int kind, byte c) {
        return (KINDS[c & 0xFF] & kind) != 0;
    }

    /** Whether the byte is whitespace: the production {@code S}. */
    static boolean isSpace(byte c) {
        return c == ' ' || c == '\n' || c == '\t' || c == '\r';
    }

    /** Whether the code point may stand in a document at all: the production {@code Char}. */
    static boolean isCharacter(int c) {
        return c >= 0x20
                ? c <= 0xD7FF || c >= 0xE000 && c <= 0xFFFD || c >= 0x10000 && c <= 0x10FFFF
                : c == '\t' || c == '\n' || c == '\r';
    }

    /** Whether a name may start with the code point. The colon is left out: here it only parts prefix and name. */
    static boolean isNameStart(int c) {
        if (c < 0x80) {
            return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_';
        }
        return c >= 0xC0 && c <= 0x2FF && c != 0xD7 && c != 0xF7
                || c >= 0x370 && c <= 0x1FFF && c != 0x37E
                || c == 0x200C
                || c == 0x200D
                || c >= 0x2070 && c <= 0x218F
                || c >= 0x2C00 && c <= 0x2FEF
                || c >= 0x3001 && c <= 0xD7FF
                || c >= 0xF900 && c <= 0xFDCF
                || c >= 0xFDF0 && c <= 0xFFFD
                || c >= 0x10000 && c <= 0xEFFFF;
    }

    /** Whether the code point may stand in a name after its start; again without the colon. */
    static boolean isNamePart(int c) {
        return isNameStart(c)
                || c >= '0' && c <= '9'
                || c == '-'
                || c == '.'
                || c == 0xB7
                || c >= 0x300 && c <= 0x36F
                || c == 0x203F
                || c == 0x2040;
    }

    private static byte[] kinds() {
        byte[] kinds = new byte[256];
        for (int c = 0; c < 0x80; c++) {
            int kind = isNameStart(c) ? NAME_START : 0;
            kind |= isNamePart(c) ? NAME_PART : 0;
            if (isCharacter(c)) {
                kind |= "&<]\r\n".indexOf(c) < 0 ? PLAIN_TEXT : 0;
                kind |= "&<'\"\t\r\n".indexOf(c) < 0 ? PLAIN_VALUE : 0;
                kind |= "\r\n".indexOf(c) < 0 ? PLAIN_CDATA : 0;
            }
            kinds[c] = (byte) kind;
        }
        return kinds;
    }
}
