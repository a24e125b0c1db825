package im.gatehouse.stream.sasl;

import java.util.Iterator;
import java.util.List;

/** The comma-separated attributes of a SCRAM message, read in the order in which they must stand (RFC 5802 §5.1). */
final class ScramAttributes {
    /** Those with a meaning of their own, which cannot be extensions too. */
    private static final String TAKEN = "anmrcsipve";

    private final Iterator<String> rest;

    private ScramAttributes(Iterator<String> rest) {
        this.rest = rest;
    }

    static ScramAttributes of(String message) throws Refusal {
        if (message.indexOf('\0') >= 0) {
            throw Refusal.malformed("The message holds a NUL");
        }
        return new ScramAttributes(List.of(message.split(",", -1)).iterator());
    }

    /** The value of the next attribute, which must be the one of this letter. */
    String next(char letter) throws Refusal {
        String attribute = rest.hasNext() ? rest.next() : "";
        if (attribute.startsWith("m=")) {
            throw Refusal.malformed("The message demands an extension that is not known");
        }
        if (attribute.length() < 2 || attribute.charAt(0) != letter || attribute.charAt(1) != '=') {
            throw Refusal.malformed("The attribute " + letter + "= is missing or not in its place");
        }
        return attribute.substring(2);
    }

    /** Passes over what may be left: optional extensions, which RFC 5802 §5.1 says to ignore, and nothing else. */
    void skipExtensions() throws Refusal {
        while (rest.hasNext()) {
            String attribute = rest.next();
            boolean wellFormed =
                    attribute.length() > 2 && isLetter(attribute.charAt(0)) && attribute.charAt(1) == '=';
            if (!wellFormed || TAKEN.indexOf(attribute.charAt(0)) >= 0) {
                throw Refusal.malformed("What follows the known attributes is no optional extension");
            }
        }
    }

    private static boolean isLetter(char c) {
        return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z';
    }

    /** Checks a nonce: visible ASCII; a comma cannot be in it any more. */
    static String printable(String nonce) throws Refusal {
        if (nonce.isEmpty() || !nonce.chars().allMatch(c -> c > ' ' && c < 0x7f)) {
            throw Refusal.malformed("The nonce is not made of visible ASCII");
        }
        return nonce;
    }
}
