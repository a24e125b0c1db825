package im.gatehouse.modules.caps;

import im.gatehouse.xml.Element;
import org.jspecify.annotations.Nullable;

/**
 * What a client's presence says of its capabilities (XEP-0115 section 4).
 *
 * @param hash the hash function, or null in the form of the time before it was told
 * @param node which software it is
 * @param ver what stands for all that it can
 */
record CapsId(@Nullable String hash, String node, String ver) {
    static final String NAMESPACE = "http://jabber.org/protocol/caps";

    /** More than any hash function that is known needs. */
    private static final int MOST_CHARACTERS = 255;

    /** Reads the {@code <c/>}; null where there is none, or none that can be asked about. */
    static @Nullable CapsId of(@Nullable Element c) {
        if (c == null) {
            return null;
        }
        String node = c.attribute("node");
        String ver = c.attribute("ver");
        return node == null || ver == null || node.length() > 1_024 || ver.length() > MOST_CHARACTERS
                ? null
                : new CapsId(c.attribute("hash"), node, ver);
    }

    /** The node to ask (section 6.2). */
    String toAsk() {
        return node + '#' + ver;
    }
}
