package im.gatehouse.modules.muc;

import im.gatehouse.stanza.StanzaError.Condition;
import im.gatehouse.stanza.StanzaException;
import im.gatehouse.xml.Element;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A part of a list, as a client asks for it (XEP-0059).
 *
 * @param items what is on the page
 * @param index where in the list the page begins, from 0
 * @param count how long the list is
 * @param first the id of the first item, null on an empty page
 * @param last the id of the last item, null on an empty page
 */
record Page<T>(List<T> items, int index, int count, @Nullable String first, @Nullable String last) {

    /**
     * Cuts a page out of a list that is sorted by its ids.
     *
     * @param set the client's wish, or null for the beginning
     * @param most how many items at most, whatever the client says
     * @throws StanzaException {@code bad-request} for a number that is none
     */
    static <T> Page<T> of(List<T> list, @Nullable Element set, Function<T, String> id, int most) {
        int max = most;
        int from = 0;
        if (set != null) {
            max = Math.min(most, number(set.childText("max", Muc.RSM), most));
            String after = set.childText("after", Muc.RSM);
            String before = set.childText("before", Muc.RSM);
            int index = number(set.childText("index", Muc.RSM), 0);
            if (after != null) {
                from = position(list, id, after, true);
            } else if (before != null) {
                int to = before.isEmpty() ? list.size() : position(list, id, before, false);
                from = Math.max(0, to - max);
                max = to - from;
            } else {
                from = Math.min(index, list.size());
            }
        }
        List<T> items = list.subList(from, Math.min(list.size(), from + max));
        return new Page<>(
                items,
                from,
                list.size(),
                items.isEmpty() ? null : id.apply(items.getFirst()),
                items.isEmpty() ? null : id.apply(items.getLast()));
    }

    /** How many items stand before that id, itself included if so asked; it may have left the list meanwhile. */
    private static <T> int position(List<T> list, Function<T, String> id, String mark, boolean inclusive) {
        int position = 0;
        for (T item : list) {
            int order = id.apply(item).compareTo(mark);
            if (order > 0 || order == 0 && !inclusive) {
                break;
            }
            position++;
        }
        return position;
    }

    private static int number(@Nullable String text, int otherwise) {
        if (text == null) {
            return otherwise;
        }
        try {
            int number = Integer.parseInt(text.strip());
            if (number >= 0) {
                return number;
            }
        } catch (NumberFormatException _) {
            // the same answer as for a number below zero
        }
        throw new StanzaException(Condition.BAD_REQUEST, "A page has a number of items");
    }

    boolean isPart() {
        return items.size() < count;
    }

    Element toElement() {
        Element.Builder set = Element.builder("set", Muc.RSM);
        if (first != null) {
            set.child(Element.builder("first", Muc.RSM)
                    .attribute("index", Integer.toString(index))
                    .text(first)
                    .build());
        }
        return set.child("last", last).child("count", Integer.toString(count)).build();
    }
}
