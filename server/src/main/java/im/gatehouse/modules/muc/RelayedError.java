package im.gatehouse.modules.muc;

import im.gatehouse.stanza.Stanza;
import im.gatehouse.xml.Attribute;
import im.gatehouse.xml.Element;
import im.gatehouse.xml.Namespaces;
import java.util.List;

/**
 * An occupant's error as another sees it: the same but for what may name the address behind the nick, which is whose
 * error it is and where to turn to instead (RFC 6120 sections 8.3.2 and 8.3.3).
 */
final class RelayedError {
    private static final String BY = "by";

    private RelayedError() {}

    /** The children of an answer to be passed on. */
    static List<Element> in(Stanza answer) {
        return answer.children().stream()
                .map(child -> child.is("error", Namespaces.CLIENT) ? of(child) : child)
                .toList();
    }

    static Element of(Element error) {
        Element.Builder nameless = Element.builder("error", Namespaces.CLIENT);
        for (Attribute attribute : error.attributes()) {
            if (!attribute.name().equals(BY)) {
                nameless.attribute(attribute.namespace(), attribute.name(), attribute.value());
            }
        }
        for (Element child : error.children()) {
            boolean condition = child.namespace().equals(Namespaces.STANZA_ERRORS) && !child.name().equals("text");
            nameless.child(condition ? Element.of(child.name(), child.namespace()) : child);
        }
        return nameless.build();
    }
}
