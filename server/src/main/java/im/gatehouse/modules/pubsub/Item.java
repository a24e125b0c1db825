package im.gatehouse.modules.pubsub;

import im.gatehouse.jid.Jid;
import im.gatehouse.xml.Element;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Something that was published.
 *
 * @param id unique at its node
 * @param publisher the bare address of who published it
 * @param payload what was published, or null
 * @param length how many characters that has as XML
 */
public record Item(String id, Jid publisher, Instant publishedAt, @Nullable Element payload, int length) {
    /** The {@code <item/>} of a namespace, with or without what was published. */
    Element toElement(String namespace, boolean withPayload) {
        return Element.builder("item", namespace)
                .attribute("id", id)
                .child(withPayload ? payload : null)
                .build();
    }
}
