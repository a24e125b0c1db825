package im.gatehouse.stanza;

import im.gatehouse.stanza.StanzaError.Condition;
import im.gatehouse.xml.Element;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Finds in a request what may stand there once. */
public final class OnlyChild {
    private OnlyChild() {}

    /**
     * The child of a name, or null where there is none, or nothing that could have one.
     *
     * @throws StanzaException {@code bad-request} when it stands there twice: nobody knows which was meant
     */
    public static @Nullable Element of(@Nullable Element holder, String name, String namespace) {
        List<Element> found = holder == null ? List.of() : holder.children(name, namespace);
        if (found.size() > 1) {
            throw new StanzaException(Condition.BAD_REQUEST, "There is one <" + name + "/>");
        }
        return found.isEmpty() ? null : found.getFirst();
    }
}
