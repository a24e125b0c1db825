package im.gatehouse.jid;

import com.ibm.icu.text.IDNA;
import com.ibm.icu.text.UnicodeSet;

/**
 * Prepares domains that are not plain host names already (RFC 5890 to 5893, with the mapping of UTS 46): the result is
 * in lower case, and its internationalised labels are in Unicode.
 */
final class InternationalDomain {
    private static final IDNA RULES = IDNA.getUTS46Instance(IDNA.USE_STD3_RULES
            | IDNA.CHECK_BIDI
            | IDNA.CHECK_CONTEXTJ
            | IDNA.CHECK_CONTEXTO
            | IDNA.NONTRANSITIONAL_TO_ASCII
            | IDNA.NONTRANSITIONAL_TO_UNICODE);

    /**
     * What RFC 5892 allows in labels beyond what UTS 46 has already refused or mapped away. UTS 46 alone would let
     * symbols pass, such as chess pieces. Joiners and the like are in: the rules above check what is around them.
     */
    private static final UnicodeSet ALLOWED = new UnicodeSet("""
                    [[[:Ll:][:Lo:][:Nd:][:Lm:][:Mn:][:Mc:]
                      [\\- . \\u00B7 \\u0375 \\u05F3 \\u05F4 \\u06FD \\u06FE \\u0F0B \\u3007 \\u30FB \\u200C \\u200D]]
                     - [\\u0640 \\u07FA \\u302E \\u302F \\u3031-\\u3035 \\u303B \\u1100-\\u11FF \\uA960-\\uA97C
                        \\uD7B0-\\uD7FB \\u20D0-\\u20FF \\U0001D100-\\U0001D24F]]""")
            .freeze();

    private InternationalDomain() {}

    /** The prepared form of a domain from which a dot at its end has already been taken. */
    static String prepare(String domain) {
        StringBuilder unicode = new StringBuilder();
        IDNA.Info info = new IDNA.Info();
        RULES.nameToUnicode(domain, unicode, info);
        // Other scripts' full stops have become dots by now.
        if (!unicode.isEmpty() && unicode.charAt(unicode.length() - 1) == '.') {
            unicode.setLength(unicode.length() - 1);
        }
        String prepared = unicode.toString();
        IDNA.Info encoded = new IDNA.Info();
        RULES.nameToASCII(prepared, new StringBuilder(), encoded);
        if (domain.endsWith(".") || info.hasErrors() || encoded.hasErrors() || !ALLOWED.containsAll(prepared)) {
            throw new InvalidJidException(DomainPart.NAME + " is not a host name");
        }
        return prepared;
    }
}
