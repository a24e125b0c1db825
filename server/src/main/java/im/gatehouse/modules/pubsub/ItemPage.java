package im.gatehouse.modules.pubsub;

import im.gatehouse.stanza.StanzaError.Condition;
import im.gatehouse.stanza.StanzaException;
import im.gatehouse.xml.Element;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which of a node's items somebody asks for (XEP-0059, XEP-0060 section 6.5.4).
 *
 * @param from where in the list of all the page begins
 * @param to where it ends, exclusive
 * @param backward whether, when not all of it can be answered, the end is what counts
 */
record ItemPage(int from, int to, boolean backward) {
    /**
     * @param ids the ids of all items, the oldest first
     * @param newest how many of the newest are wanted, null for all
     * @param set the client's wish, or null
     * @throws StanzaException {@code item-not-found} for an id that is none, {@code bad-request} for a number that is
     *     none
     */
    static ItemPage of(List<String> ids, @Nullable Integer newest, @Nullable Element set) {
        int size = ids.size();
        int least = newest == null ? 0 : Math.max(0, size - newest);
        if (set == null) {
            return new ItemPage(least, size, true);
        }
        int max = number(set.childText("max", Pubsub.RSM), size);
        String before = set.childText("before", Pubsub.RSM);
        String after = set.childText("after", Pubsub.RSM);
        if (before != null) {
            int to = before.isEmpty() ? size : position(ids, before);
            return new ItemPage(Math.max(Math.min(least, to), to - max), to, true);
        }
        int from = after == null
                ? Math.min(size, Math.max(least, number(set.childText("index", Pubsub.RSM), 0)))
                : position(ids, after) + 1;
        return new ItemPage(from, (int) Math.min(size, (long) from + max), false);
    }

    private static int position(List<String> ids, String id) {
        int position = ids.indexOf(id);
        if (position < 0) {
            throw Refusals.itemNotFound();
        }
        return position;
    }

    private static int number(@Nullable String text, int otherwise) {
        if (text == null) {
            return otherwise;
        }
        int number = naturalNumber(text);
        if (number < 0) {
            throw new StanzaException(Condition.BAD_REQUEST, "A page has a number of items");
        }
        return number;
    }

    /** A number from 0, or -1. */
    static int naturalNumber(String text) {
        try {
            return Math.max(-1, Integer.parseInt(text.strip()));
        } catch (NumberFormatException _) {
            return -1;
        }
    }

    /** What the answer says of the page. */
    static Element toElement(List<String> ids, List<Item> items) {
        Element.Builder set = Element.builder("set", Pubsub.RSM);
        if (!items.isEmpty()) {
            String first = items.getFirst().id();
            set.child(Element.builder("first", Pubsub.RSM)
                            .attribute("index", Integer.toString(ids.indexOf(first)))
                            .text(first)
                            .build())
                    .child("last", items.getLast().id());
        }
        return set.child("count", Integer.toString(ids.size())).build();
    }
}
