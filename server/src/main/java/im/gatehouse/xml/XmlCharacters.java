package im.gatehouse.xml;

/** Which characters XML 1.0 (fifth edition, sections 2.2 and 2.3) allows where. */
final class XmlCharacters {
    private XmlCharacters() {}

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
}
