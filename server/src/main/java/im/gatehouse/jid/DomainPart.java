package im.gatehouse.jid;

/** Prepares the domain of an address: a host name in any script, or an IP address (RFC 7622 section 3.2). */
final class DomainPart {
    static final String NAME = "the domain";

    private static final int MAX_LABEL = 63;

    private DomainPart() {}

    static String prepare(String text) {
        // A dot at the end only says that the name is complete; it goes before anything else is done.
        String domain = text.endsWith(".") ? text.substring(0, text.length() - 1) : text;
        PartLength.checkUnprepared(domain, NAME);
        if (domain.charAt(0) == '[') {
            return Ipv6Literal.prepare(domain);
        }
        return PartLength.check(isPlain(domain) ? domain : InternationalDomain.prepare(domain), NAME);
    }

    /** Whether the domain is made of lower-case letters, digits and hyphens in labels as host names have them. */
    private static boolean isPlain(String domain) {
        int labelStart = 0;
        for (int i = 0; i < domain.length(); i++) {
            char c = domain.charAt(i);
            if (c == '.') {
                if (!isPlainLabel(domain, labelStart, i)) {
                    return false;
                }
                labelStart = i + 1;
            } else if (!(c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '-')) {
                return false;
            }
        }
        return isPlainLabel(domain, labelStart, domain.length());
    }

    /** An encoded label is not plain: it stands for its Unicode form. */
    private static boolean isPlainLabel(String domain, int start, int end) {
        return end > start
                && end - start <= MAX_LABEL
                && domain.charAt(start) != '-'
                && domain.charAt(end - 1) != '-'
                && !domain.startsWith("xn--", start);
    }
}
