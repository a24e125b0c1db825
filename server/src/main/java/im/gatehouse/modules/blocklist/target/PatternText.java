package im.gatehouse.modules.blocklist.target;

import im.gatehouse.jid.InvalidJidException;
import im.gatehouse.jid.Jid;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/**
 * Prepares the parts of patterns as those of addresses are prepared (RFC 7622), each literal piece on its own.
 *
 * <p>Some rules look at a whole part: in which direction it is written, what may stand at its beginning and its end.
 * So where a {@code *} is next to a piece, a letter is put there while the piece is prepared: one that is written from
 * left to right, or else one that is written from right to left. Neither ever becomes one with its neighbour.
 */
final class PatternText {
    private static final int MAX_BYTES = 1023;
    private static final int MAX_WILDCARDS = 16;

    /** Several: what Unicode says of the third and fourth characters of a domain's label is to be true of these. */
    private static final List<String> NEIGHBOURS = List.of("qqqq", "\u05D0\u05D0\u05D0\u05D0");

    /** ASCII needs none, except a hyphen at an end of a label. */
    private static final List<String> PLAIN_NEIGHBOURS = List.of("", "qqqq");

    private static final String OTHER_FULL_STOPS = "[\u3002\uFF0E\uFF61]";

    private PatternText() {}

    /**
     * The prepared form of the part before {@code @}.
     *
     * @throws IllegalArgumentException when it is not allowed
     */
    static String local(String text) {
        checkUnprepared(text, "the part before @");
        return check(pieces(text, PatternText::preparedLocal), "the part before @");
    }

    /**
     * The prepared form of a domain.
     *
     * @throws IllegalArgumentException when it is not allowed
     */
    static String domain(String text) {
        checkUnprepared(text, "the domain");
        if (text.indexOf('*') < 0) {
            return Jid.ofDomain(text).domain();
        }
        String dotted = text.replaceAll(OTHER_FULL_STOPS, ".");
        String complete = dotted.endsWith(".") ? dotted.substring(0, dotted.length() - 1) : dotted;
        // Label by label, because one without a * may be in an encoded form.
        return check(Arrays.stream(complete.split("\\.", -1)).map(PatternText::label)
                .collect(Collectors.joining(".")), "the domain");
    }

    /** @throws IllegalArgumentException when there is no {@code *} in both parts together, or too many */
    static void checkWildcards(String parts) {
        long wildcards = parts.chars().filter(c -> c == '*').count();
        if (wildcards == 0) {
            throw new IllegalArgumentException("a pattern has a *");
        }
        if (wildcards > MAX_WILDCARDS) {
            throw new IllegalArgumentException("a pattern has at most " + MAX_WILDCARDS + " *");
        }
    }

    /** Whether a part of an address fits. The work is bounded by the product of both lengths. */
    static boolean fits(String pattern, String part) {
        int inPattern = 0;
        int inPart = 0;
        int wildcard = -1;
        int taken = 0;
        while (inPart < part.length()) {
            if (inPattern < pattern.length() && pattern.charAt(inPattern) == '*') {
                wildcard = inPattern++;
                taken = inPart;
            } else if (inPattern < pattern.length() && pattern.charAt(inPattern) == part.charAt(inPart)) {
                inPattern++;
                inPart++;
            } else if (wildcard >= 0) {
                // Only the last * need ever take more: what the earlier ones took first leaves the most.
                inPattern = wildcard + 1;
                inPart = ++taken;
            } else {
                return false;
            }
        }
        return inPattern == pattern.length() || inPattern == pattern.length() - 1 && pattern.endsWith("*");
    }

    private static String label(String label) {
        if (label.isEmpty()) {
            throw new InvalidJidException("the domain has an empty label");
        }
        if (label.indexOf('*') < 0) {
            return Jid.ofDomain(label).domain();
        }
        if (label.regionMatches(true, 0, "xn--", 0, 4)) {
            throw new InvalidJidException("an encoded label (xn--) of a domain has no *: write it in its own script");
        }
        return pieces(label, PatternText::preparedDomain);
    }

    /** Prepares what stands between the {@code *}, and makes one of several that follow each other. */
    private static String pieces(String text, UnaryOperator<String> preparation) {
        StringBuilder prepared = new StringBuilder();
        int start = 0;
        while (start < text.length()) {
            int wildcard = text.indexOf('*', start);
            int end = wildcard < 0 ? text.length() : wildcard;
            if (end > start) {
                prepared.append(piece(text.substring(start, end), start > 0, wildcard >= 0, preparation));
            }
            if (wildcard >= 0 && (prepared.isEmpty() || prepared.charAt(prepared.length() - 1) != '*')) {
                prepared.append('*');
            }
            start = end + 1;
        }
        return prepared.toString();
    }

    private static String piece(
            String piece, boolean afterWildcard, boolean beforeWildcard, UnaryOperator<String> preparation) {
        InvalidJidException refusal = null;
        for (String neighbour : piece.chars().allMatch(c -> c < 0x80) ? PLAIN_NEIGHBOURS : NEIGHBOURS) {
            try {
                String left = afterWildcard ? neighbour : "";
                String right = beforeWildcard ? neighbour : "";
                return between(left, preparation.apply(left + piece + right), right);
            } catch (InvalidJidException e) {
                refusal = refusal == null ? e : refusal;
            }
        }
        throw Objects.requireNonNull(refusal);
    }

    private static String between(String left, String prepared, String right) {
        String piece = prepared.startsWith(left) && prepared.endsWith(right)
                ? prepared.substring(left.length(), prepared.length() - right.length())
                : "";
        // Nothing is left of what addresses leave out; and a wide * is no *.
        if (piece.isEmpty() || piece.indexOf('*') >= 0) {
            throw new InvalidJidException("a pattern contains a character that is not allowed next to a *");
        }
        return piece;
    }

    private static String preparedLocal(String text) {
        return Jid.of(text, "localhost").local();
    }

    private static String preparedDomain(String text) {
        return Jid.ofDomain(text).domain();
    }

    private static void checkUnprepared(String text, String name) {
        if (text.isEmpty()) {
            throw new InvalidJidException(name + " is empty");
        }
        if (text.length() > 4 * MAX_BYTES) {
            throw tooLong(name);
        }
    }

    private static String check(String prepared, String name) {
        if (prepared.getBytes(StandardCharsets.UTF_8).length > MAX_BYTES) {
            throw tooLong(name);
        }
        return prepared;
    }

    private static InvalidJidException tooLong(String name) {
        return new InvalidJidException(name + " is longer than " + MAX_BYTES + " bytes");
    }
}
