package im.gatehouse.modules.pubsub;

import im.gatehouse.stanza.Iq;
import im.gatehouse.stanza.StanzaError.Condition;
import im.gatehouse.stanza.StanzaException;
import im.gatehouse.xml.Element;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.jooq.DSLContext;
import org.jspecify.annotations.Nullable;

/** Answers those who ask for a node's items (XEP-0060 section 6.5), the oldest first. */
final class Retrieval {
    /** Payloads in one answer have so many characters at most; the rest is had page by page. */
    private static final int MOST_CHARACTERS = 2 << 20;

    /** Items that are read at a time. */
    private static final int BATCH = 200;

    /** The same where each may be as large as it likes and all are read at every change. */
    private static final int SMALL_BATCH = 20;

    private final Parts parts;

    Retrieval(Parts parts) {
        this.parts = parts;
    }

    Iq items(Asked asked) {
        Node node = parts.existing(asked);
        parts.access.checkReads(node, asked.asker());
        Subscribing.checkSubid(node, asked);
        if (!Publishing.isPersistent(node)) {
            throw Refusals.unsupported("persistent-items");
        }
        List<String> wanted = asked.action().children("item", Pubsub.NAMESPACE).stream()
                .map(item -> item.attribute("id"))
                .filter(Objects::nonNull)
                .distinct()
                .toList();
        if (!wanted.isEmpty()) {
            return answer(asked, node, chosen(node, wanted), null);
        }
        Element set = asked.pubsub().child("set", Pubsub.RSM);
        return parts.database().read(db -> page(db, asked, node, set));
    }

    /** Of what is not there nothing is said (section 6.5.9). */
    private List<Item> chosen(Node node, List<String> wanted) {
        Instant since = parts.since(node);
        return parts.database().read(db -> fitting(db, node, wanted, false)).stream()
                .filter(item -> !item.publishedAt().isBefore(since))
                .toList();
    }

    private Iq page(DSLContext db, Asked asked, Node node, @Nullable Element set) {
        List<String> ids = parts.store.itemIds(db, node.id(), parts.since(node));
        ItemPage page = ItemPage.of(ids, newest(asked), set);
        List<String> wanted = ids.subList(page.from(), page.to());
        List<Item> items = fitting(db, node, wanted, page.backward());
        boolean cut = items.size() < wanted.size();
        return answer(asked, node, items, set != null || cut ? ItemPage.toElement(ids, items) : null);
    }

    private static @Nullable Integer newest(Asked asked) {
        String text = asked.action().attribute("max_items");
        if (text == null) {
            return null;
        }
        int number = ItemPage.naturalNumber(text);
        if (number < 1) {
            throw new StanzaException(Condition.BAD_REQUEST, "max_items is a number from 1");
        }
        return number;
    }

    /** As many of the items as one answer holds, at least one. */
    private List<Item> fitting(DSLContext db, Node node, List<String> wanted, boolean backward) {
        List<Item> fitting = new ArrayList<>();
        List<String> ids = backward ? wanted.reversed() : wanted;
        int room = MOST_CHARACTERS;
        for (int from = 0; from < ids.size() && room > 0; from += BATCH) {
            List<String> batch = ids.subList(from, Math.min(ids.size(), from + BATCH));
            List<Item> items = parts.store.items(db, node.id(), batch);
            for (Item item : backward ? items.reversed() : items) {
                if (room > 0) {
                    fitting.add(item);
                    room -= item.length() + item.id().length() + 64;
                }
            }
        }
        if (backward) {
            Collections.reverse(fitting);
        }
        return fitting;
    }

    /** What is made of each item of a node, unless their payloads have too many characters together. */
    <T> List<T> all(DSLContext db, Node node, int most, Function<Item, T> look) {
        List<String> ids = parts.store.itemIds(db, node.id(), parts.since(node));
        List<T> all = new ArrayList<>(ids.size());
        int room = most;
        for (int from = 0; from < ids.size(); from += SMALL_BATCH) {
            for (Item item : parts.store.items(
                    db, node.id(), ids.subList(from, Math.min(ids.size(), from + SMALL_BATCH)))) {
                room -= item.length();
                if (room < 0) {
                    throw new StanzaException(Condition.RESOURCE_CONSTRAINT.error(
                            "The items of %s have more than %,d characters".formatted(node.name(), most)));
                }
                all.add(look.apply(item));
            }
        }
        return all;
    }

    private static Iq answer(Asked asked, Node node, List<Item> items, @Nullable Element set) {
        Element.Builder list =
                Element.builder("items", Pubsub.NAMESPACE).attribute("node", node.name());
        items.forEach(item -> list.child(item.toElement(Pubsub.NAMESPACE, node.config(), true)));
        return asked.request()
                .result(Element.builder("pubsub", Pubsub.NAMESPACE)
                        .child(list.build())
                        .child(set)
                        .build());
    }
}
