package im.gatehouse.xml;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Bytes of XML in UTF-8 on their way out: a byte array that grows as it is written to. Not for use by several threads.
 */
public final class XmlBuffer {
    private static final byte[] REPLACEMENT = utf8("\uFFFD");

    /** For each ASCII character what stands for it in text; null where it stands for itself. */
    private static final byte[] @Nullable [] TEXT_ESCAPES =
            escapes("&", "&amp;", "<", "&lt;", ">", "&gt;", "\r", "&#13;");

    /** The same inside an attribute value, whichever quotes it has. */
    private static final byte[] @Nullable [] ATTRIBUTE_ESCAPES = escapes(
            "&", "&amp;", "<", "&lt;", ">", "&gt;", "\"", "&quot;", "'", "&apos;",
            "\t", "&#9;", "\n", "&#10;", "\r", "&#13;");

    static {
        TEXT_ESCAPES['\t'] = null;
        TEXT_ESCAPES['\n'] = null;
    }

    private byte[] bytes;
    private int length;

    /** An empty buffer of a size that most stanzas fit into. */
    public XmlBuffer() {
        this(512);
    }

    /** An empty buffer that grows beyond {@code capacity} bytes when it must. */
    public XmlBuffer(int capacity) {
        bytes = new byte[Math.max(capacity, 16)];
    }

    /** The bytes of a text in UTF-8. */
    public static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** Appends one ASCII character as it is. */
    public XmlBuffer append(char ascii) {
        reserve(1);
        bytes[length++] = (byte) ascii;
        return this;
    }

    /** Appends bytes as they are. */
    public XmlBuffer append(byte[] more) {
        return append(more, 0, more.length);
    }

    /** Appends some of the bytes of an array as they are. */
    public XmlBuffer append(byte[] more, int offset, int count) {
        reserve(count);
        System.arraycopy(more, offset, bytes, length, count);
        length += count;
        return this;
    }

    /** Appends a text as it is, with nothing escaped. Made for markup and names; cheapest for ASCII. */
    public XmlBuffer append(String text) {
        int count = text.length();
        reserve(count);
        byte[] target = bytes;
        int at = length;
        for (int i = 0; i < count; i++) {
            char c = text.charAt(i);
            if (c >= 0x80) {
                return append(utf8(text));
            }
            target[at + i] = (byte) c;
        }
        length += count;
        return this;
    }

    /** Appends character data, with markup escaped and what XML does not allow replaced by U+FFFD. */
    public XmlBuffer appendEscapedText(String text) {
        return appendEscaped(text, TEXT_ESCAPES);
    }

    /** Appends an attribute's value without its quotes, fit for either kind of them; otherwise as text. */
    public XmlBuffer appendEscapedAttribute(String value) {
        return appendEscaped(value, ATTRIBUTE_ESCAPES);
    }

    /** The array that is written to. Only its first {@link #length()} bytes count, and only until the next write. */
    public byte[] array() {
        return bytes;
    }

    /** How many bytes have been written. */
    public int length() {
        return length;
    }

    /** A copy of what has been written. */
    public byte[] toByteArray() {
        return Arrays.copyOf(bytes, length);
    }

    /** Forgets what has been written, and keeps the array. */
    public void clear() {
        length = 0;
    }

    /** What has been written, as text. */
    @Override
    public String toString() {
        return new String(bytes, 0, length, StandardCharsets.UTF_8);
    }

    private XmlBuffer appendEscaped(String text, byte[] @Nullable [] escapes) {
        int count = text.length();
        reserve(count);
        byte[] target = bytes;
        int at = length;
        for (int i = 0; i < count; i++) {
            char c = text.charAt(i);
            if (c >= 0x80 || escapes[c] != null) {
                length = at;
                return appendEscapedSlowly(text, i, escapes);
            }
            target[at++] = (byte) c;
        }
        length = at;
        return this;
    }

    private XmlBuffer appendEscapedSlowly(String text, int from, byte[] @Nullable [] escapes) {
        int i = from;
        while (i < text.length()) {
            int c = text.codePointAt(i);
            if (c < 0x80) {
                byte[] escape = escapes[c];
                if (escape == null) {
                    append((char) c);
                } else {
                    append(escape);
                }
            } else {
                appendCodePoint(c);
            }
            i += Character.charCount(c);
        }
        return this;
    }

    private void appendCodePoint(int c) {
        if (!XmlCharacters.isCharacter(c)) {
            append(REPLACEMENT);
            return;
        }
        reserve(4);
        if (c < 0x800) {
            bytes[length++] = (byte) (0xC0 | c >> 6);
        } else {
            if (c < 0x10000) {
                bytes[length++] = (byte) (0xE0 | c >> 12);
            } else {
                bytes[length++] = (byte) (0xF0 | c >> 18);
                bytes[length++] = (byte) (0x80 | c >> 12 & 0x3F);
            }
            bytes[length++] = (byte) (0x80 | c >> 6 & 0x3F);
        }
        bytes[length++] = (byte) (0x80 | c & 0x3F);
    }

    private void reserve(int more) {
        if (more > bytes.length - length) {
            bytes = Arrays.copyOf(bytes, Math.max(Math.addExact(length, more), bytes.length + (bytes.length >> 1)));
        }
    }

    private static byte[] @Nullable [] escapes(String... pairs) {
        byte[] @Nullable [] escapes = new byte[128][];
        Arrays.fill(escapes, 0, ' ', REPLACEMENT);
        for (int i = 0; i < pairs.length; i += 2) {
            escapes[pairs[i].charAt(0)] = utf8(pairs[i + 1]);
        }
        return escapes;
    }
}
