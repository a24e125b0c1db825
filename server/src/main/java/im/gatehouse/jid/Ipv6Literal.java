package im.gatehouse.jid;

import java.net.Inet6Address;
import java.util.HexFormat;

/** Prepares IPv6 addresses in brackets: every address has one text, that of RFC 5952. */
final class Ipv6Literal {
    private static final int GROUPS = 8;

    private Ipv6Literal() {}

    static String prepare(String literal) {
        String inner = literal.substring(1, Math.max(1, literal.length() - 1));
        // Checked before Java does, because it also takes zones and hosts.
        if (!literal.endsWith("]") || inner.isEmpty() || !inner.chars().allMatch(Ipv6Literal::mayStandInAddress)) {
            throw notAnAddress();
        }
        try {
            return '[' + canonical(Inet6Address.ofLiteral(inner).getAddress()) + ']';
        } catch (IllegalArgumentException e) {
            throw notAnAddress();
        }
    }

    private static boolean mayStandInAddress(int c) {
        return HexFormat.isHexDigit(c) || c == ':' || c == '.';
    }

    private static String canonical(byte[] address) {
        if (address.length == 4) {
            // Java turns IPv4 addresses in IPv6 clothes into IPv4 ones.
            return "::ffff:%d.%d.%d.%d"
                    .formatted(address[0] & 0xFF, address[1] & 0xFF, address[2] & 0xFF, address[3] & 0xFF);
        }
        int[] groups = new int[GROUPS];
        for (int i = 0; i < GROUPS; i++) {
            groups[i] = (address[2 * i] & 0xFF) << 8 | address[2 * i + 1] & 0xFF;
        }
        return join(groups);
    }

    /** The groups with the first longest run of zeros, if it is of two or more, left out. */
    private static String join(int[] groups) {
        int gapStart = -1;
        int gapLength = 1;
        for (int i = 0; i < GROUPS; i++) {
            int length = zerosFrom(groups, i);
            if (length > gapLength) {
                gapStart = i;
                gapLength = length;
            }
        }
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < GROUPS; i++) {
            if (i == gapStart) {
                text.append("::");
                i += gapLength - 1;
            } else {
                boolean first = text.isEmpty() || text.charAt(text.length() - 1) == ':';
                text.append(first ? "" : ":").append(Integer.toHexString(groups[i]));
            }
        }
        return text.toString();
    }

    private static int zerosFrom(int[] groups, int start) {
        int end = start;
        while (end < GROUPS && groups[end] == 0) {
            end++;
        }
        return end - start;
    }

    private static InvalidJidException notAnAddress() {
        return new InvalidJidException(DomainPart.NAME + " is not an IPv6 address in brackets");
    }
}
