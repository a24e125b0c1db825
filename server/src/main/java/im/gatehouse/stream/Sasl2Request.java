package im.gatehouse.stream;

import im.gatehouse.xml.Element;
import org.jspecify.annotations.Nullable;

/**
 * What a client asks for with its sign-in by XEP-0388, kept until it has proved who it is.
 *
 * @param authenticate the element that began the attempt
 */
record Sasl2Request(Element authenticate, UserAgent userAgent) {
    /** What the client binds (XEP-0386), or null when it does not ask for it. */
    @Nullable Element bind() {
        return authenticate.child("bind", Bind2.NAMESPACE);
    }
}
