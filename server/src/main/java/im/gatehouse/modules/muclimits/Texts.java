package im.gatehouse.modules.muclimits;

import im.gatehouse.stanza.Message;
import im.gatehouse.xml.Element;
import im.gatehouse.xml.Namespaces;
import java.util.List;

/** Measures texts without making anything. A message may have bodies in several languages: all are measured. */
final class Texts {
    private Texts() {}

    /** More newlines than anybody allows. */
    static final int TOO_LONG = Integer.MAX_VALUE;

    /** The newlines in all bodies together; {@link #TOO_LONG} where a body has more than so many bytes in UTF-8. */
    static int newlines(Message message, int most) {
        int count = 0;
        List<Element> children = message.children();
        for (int i = 0; i < children.size(); i++) {
            Element child = children.get(i);
            if (child.is("body", Namespaces.CLIENT)) {
                String text = child.text();
                if (exceeds(text, most)) {
                    return TOO_LONG;
                }
                count += newlines(text);
            }
        }
        return count;
    }

    static int newlines(String text) {
        int count = 0;
        for (int at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) {
            count++;
        }
        return count;
    }

    /** Whether a text has more than so many bytes in UTF-8. */
    static boolean exceeds(String text, int most) {
        int length = text.length();
        if (length > most) {
            return true;
        }
        if (length * 3L <= most) {
            return false;
        }
        int bytes = length;
        for (int i = 0; i < length; i++) {
            char c = text.charAt(i);
            if (c >= 0x80) {
                // each half of a surrogate pair stands for two of the pair's four bytes
                bytes += c < 0x800 || Character.isSurrogate(c) ? 1 : 2;
            }
        }
        return bytes > most;
    }
}
