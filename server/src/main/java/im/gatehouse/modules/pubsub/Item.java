package im.gatehouse.modules.pubsub;

import im.gatehouse.jid.Jid;
import im.gatehouse.modules.pubsub.setting.ItemReply;
import im.gatehouse.modules.pubsub.setting.NodeConfig;
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
    /**
     * The {@code <item/>} of a namespace.
     *
     * @param config of the node: it says whether the publisher is told (section 12.16)
     * @param withPayload whether to show what was published
     */
    Element toElement(String namespace, NodeConfig config, boolean withPayload) {
        boolean withPublisher = config.get(ItemReply.SETTING) == ItemReply.Whom.PUBLISHER;
        return Element.builder("item", namespace)
                .attribute("id", id)
                .attribute("publisher", withPublisher ? publisher.toString() : null)
                .child(withPayload ? payload : null)
                .build();
    }
}
