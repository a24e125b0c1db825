package im.gatehouse.modules.archive;

import im.gatehouse.router.StanzaId;
import im.gatehouse.stanza.Message;
import im.gatehouse.xml.Element;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What stands in an archive for a message that was taken back (XEP-0424 section 5). */
final class Tombstones {
    private Tombstones() {}

    /**
     * What says that a message was taken back.
     *
     * @param retractionId the id of the message by which it was, or null
     */
    static Element mark(Instant now, @Nullable String retractionId) {
        return Element.builder("retracted", Mam.RETRACT)
                .attribute("stamp", now.toString())
                .attribute("id", retractionId)
                .build();
    }

    /** A message of which nothing is left but who said it to whom, its ids and that it was taken back. */
    static Message of(Message target, Element mark) {
        List<Element> left = new ArrayList<>(4);
        for (Element child : target.children()) {
            if (child.namespace().equals(StanzaId.NAMESPACE) || child.namespace().equals(Mam.OCCUPANT_ID)) {
                left.add(child);
            }
        }
        left.add(mark);
        return target.children(left);
    }

    /** Whether a message may take back another: only its author may, and once. */
    static boolean mayTakeBack(Message retraction, Message target) {
        Element retract = retraction.child("retract", Mam.RETRACT);
        String id = retract == null ? null : retract.attribute("id");
        return id != null
                && id.equals(Handle.clientId(target))
                && retraction.sender().bare().equals(target.sender().bare())
                && retraction.receiver().bare().equals(target.receiver().bare())
                && !isTombstone(target)
                && !target.has("retract", Mam.RETRACT);
    }

    /**
     * Whether a message in a room is by somebody, or nobody in particular is asked for; and nobody took it back yet.
     */
    static boolean isBy(@Nullable Element author, Message target) {
        return !isTombstone(target)
                && (author == null || author.equals(target.child("occupant-id", Mam.OCCUPANT_ID)));
    }

    private static boolean isTombstone(Message message) {
        return message.has("retracted", Mam.RETRACT);
    }
}
