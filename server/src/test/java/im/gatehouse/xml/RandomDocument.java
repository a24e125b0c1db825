package im.gatehouse.xml;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Makes documents that use all that streams allow, most of them well-formed, and spoils them on request. */
final class RandomDocument {
    private static final String[] NAMES = {
        "a", "b", "message", "body", "x-y", "_z.1", "\u00E9t\u00E9", "\u03C0", "iq", "to"
    };
    private static final String[] PREFIXES = {"p", "q", "stream", "xml"};
    private static final String[] URIS = {"urn:a", "urn:b", "jabber:client", "urn:a&amp;b", Namespaces.STREAM};
    private static final String[] TEXTS = {
        "plain", " ", "\n", "\r\n", "\r", "\r\r\n\n", "\t", "]", "]]", ">", "'", "\"", "&amp;", "&lt;", "&gt;",
        "&apos;", "&quot;", "&#65;", "&#x1F600;", "&#xD;", "&#10;", "&#0000000009;", "\u00E9", "\u20AC",
        "\uD83D\uDE00", "\u007F",
        "\uFFFD", "0123456789 abcdefghij klmnopqrst", "]&gt;", "\u0085", "\u2028"
    };
    private static final String[] SPOILS = {
        "<", ">", "&", "]]>", "<!--x-->", "<?x y?>", "<!DOCTYPE a>", "&x;", "&lt", "&#0;", "&#xD800;", "&#x110000;",
        "&#;", "&#x;",
        "\u0000", "\u0001", "\uFFFE", ":", "=", "'", "\"", "/", " ", "\n", "a", "xmlns=''", " xmlns:p=''",
        " xmlns:p='urn:a'", " p:a='1'", " a='1'", " xmlns:xml='urn:a'", " xmlns:xmlns='urn:a'", "<a>", "</a>", "<a/>",
        "<![CDATA[", "]]", "<p:a/>", "<a:b:c/>", "-", "1", "\uFEFF", "\r", "&amp;", "<![CDATA[]]>",
        "<q:b xmlns:q='urn:q'/>"
    };

    private final Random random;

    RandomDocument(long seed) {
        random = new Random(seed);
    }

    /** One element with its content. */
    String element() {
        StringBuilder out = new StringBuilder();
        element(out, 0, new ArrayList<>(List.of("xml")));
        return out.toString();
    }

    /** A document, which may have a declaration and whitespace around the element. */
    String document() {
        String declaration = switch (random.nextInt(6)) {
            case 0 -> "<?xml version='1.0'?>";
            case 1 -> "<?xml version=\"1.0\" encoding = 'utf-8' ?>\n";
            case 2 -> "<?xml\tversion='1.0' encoding='UTF-8' standalone=\"yes\"?> ";
            case 3 -> " ";
            default -> "";
        };
        return declaration + element() + (random.nextInt(4) == 0 ? "\r\n" : "");
    }

    /** The bytes of a text with one to three faults, which may happen to leave it well-formed. */
    byte[] spoiled(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        int faults = 1 + random.nextInt(3);
        for (int i = 0; i < faults; i++) {
            bytes = switch (random.nextInt(4)) {
                case 0 -> spliced(bytes, random.nextInt(1, 4), new byte[0]);
                case 1 -> spliced(bytes, 0, pick(SPOILS).getBytes(StandardCharsets.UTF_8));
                case 2 -> spliced(bytes, 1, new byte[] {(byte) random.nextInt(256)});
                default -> spliced(bytes, 0, slice(bytes));
            };
        }
        return bytes;
    }

    private byte[] slice(byte[] bytes) {
        if (bytes.length == 0) {
            return bytes;
        }
        int from = random.nextInt(bytes.length);
        return java.util.Arrays.copyOfRange(bytes, from, Math.min(bytes.length, from + random.nextInt(1, 12)));
    }

    private byte[] spliced(byte[] bytes, int removed, byte[] inserted) {
        int at = random.nextInt(bytes.length + 1);
        int end = Math.min(bytes.length, at + removed);
        byte[] result = new byte[bytes.length - (end - at) + inserted.length];
        System.arraycopy(bytes, 0, result, 0, at);
        System.arraycopy(inserted, 0, result, at, inserted.length);
        System.arraycopy(bytes, end, result, at + inserted.length, bytes.length - end);
        return result;
    }

    private void element(StringBuilder out, int depth, List<String> scope) {
        List<String> inner = new ArrayList<>(scope);
        StringBuilder tail = new StringBuilder();
        for (int i = random.nextInt(3); i > 0; i--) {
            String prefix = pick(PREFIXES);
            if (prefix.equals("xml")) {
                attribute(tail, "xmlns", random.nextInt(4) == 0 ? "" : pick(URIS));
            } else {
                attribute(tail, "xmlns:" + prefix, pick(URIS));
                inner.add(prefix);
            }
        }
        for (int i = random.nextInt(4); i > 0; i--) {
            StringBuilder value = new StringBuilder();
            for (int j = random.nextInt(4); j > 0; j--) {
                value.append(pick(TEXTS));
            }
            attribute(tail, name(inner), value.toString());
        }
        String name = name(inner);
        out.append('<').append(name).append(tail).append(space(false));
        if (random.nextInt(4) == 0) {
            out.append("/>");
            return;
        }
        out.append('>');
        content(out, depth, inner);
        out.append("</").append(name).append(space(false)).append('>');
    }

    private void content(StringBuilder out, int depth, List<String> scope) {
        for (int i = random.nextInt(depth > 4 ? 2 : 5); i > 0; i--) {
            switch (random.nextInt(depth > 4 ? 2 : 4)) {
                case 0 -> out.append(pick(TEXTS));
                case 1 -> out.append("<![CDATA[")
                        .append(random.nextBoolean() ? pick(TEXTS) : "<&]]]")
                        .append("]]>");
                default -> element(out, depth + 1, scope);
            }
        }
    }

    private void attribute(StringBuilder out, String name, String value) {
        boolean single = value.indexOf('\'') < 0 && (value.indexOf('"') >= 0 || random.nextBoolean());
        String quote = single ? "'" : "\"";
        out.append(space(true)).append(name).append(space(false)).append('=').append(space(false)).append(quote);
        out.append(single ? value : value.replace("\"", "&quot;")).append(quote);
    }

    private String name(List<String> scope) {
        return (random.nextInt(4) == 0 ? scope.get(random.nextInt(scope.size())) + ':' : "") + pick(NAMES);
    }

    private String space(boolean needed) {
        return switch (random.nextInt(needed ? 6 : 12)) {
            case 0 -> "\r\n ";
            case 1 -> "\t";
            case 2, 3, 4, 5 -> needed ? " " : "";
            default -> "";
        };
    }

    private String pick(String[] from) {
        return from[random.nextInt(from.length)];
    }
}
