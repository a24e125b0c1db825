package im.gatehouse.jid;

/** The bounds that all parts of an address share: 1 to 1023 bytes in UTF-8 (RFC 7622 section 3.1). */
final class PartLength {
    private static final int MAX_BYTES = 1023;

    private PartLength() {}

    /** Refuses what cannot become a part of allowed length, so that preparing it costs little at worst. */
    static void checkUnprepared(String part, String name) {
        if (part.isEmpty()) {
            throw new InvalidJidException(name + " is empty");
        }
        if (part.length() > 4 * MAX_BYTES) {
            throw tooLong(name);
        }
    }

    /** The prepared part itself, when its length is allowed. */
    static String check(String part, String name) {
        if (part.isEmpty()) {
            throw new InvalidJidException(name + " is empty");
        }
        if (part.length() > MAX_BYTES / 3 && bytes(part) > MAX_BYTES) {
            throw tooLong(name);
        }
        return part;
    }

    private static InvalidJidException tooLong(String name) {
        return new InvalidJidException(name + " is longer than " + MAX_BYTES + " bytes");
    }

    private static int bytes(String part) {
        int bytes = 0;
        for (int i = 0; i < part.length(); i++) {
            char c = part.charAt(i);
            // Half of a pair of surrogates counts two, so that the pair has its four.
            bytes += c < 0x80 ? 1 : c < 0x800 || Character.isSurrogate(c) ? 2 : 3;
        }
        return bytes;
    }
}
