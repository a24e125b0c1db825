package im.gatehouse.modules.muc;

import im.gatehouse.stanza.Iq;
import im.gatehouse.stanza.Message;
import im.gatehouse.stanza.Stanza;
import im.gatehouse.stanza.StanzaError.Condition;
import im.gatehouse.stanza.StanzaException;
import im.gatehouse.xml.Element;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Takes back what was said: by who said it (XEP-0424), or by a moderator (XEP-0425). Everybody is told, and a tombstone
 * stands in the history for the message. In the room's lane.
 */
final class Retractions {
    private final Parts parts;
    private final Commits commits;

    Retractions(Parts parts, Commits commits) {
        this.parts = parts;
        this.commits = commits;
    }

    /** The id of the message that another takes back, or null when it takes none back. */
    static @Nullable String retracted(Message message) {
        Element retract = message.child("retract", Muc.RETRACT);
        return retract == null ? null : retract.attribute("id");
    }

    // --- by the author ---

    /**
     * Buries a message whose author takes it back, if it is in the history. To be called last; see {@link
     * Commits#commit}.
     *
     * @param retraction as everybody will get it
     * @param author the occupant-id of who takes it back; what another has said stays
     * @param then sends the retraction
     */
    void byAuthor(Room room, Message retraction, Element author, Runnable then) {
        String id = String.valueOf(retracted(retraction));
        History.Entry entry = room.history.find(room.jid(), id);
        boolean own = entry == null
                ? StanzaIds.isOf(room.salt, id)
                : author.equals(entry.said.child("occupant-id", Muc.OCCUPANT_ID));
        if (!own) {
            then.run();
            return;
        }
        Element mark = mark().attribute("id", retraction.id()).build();
        Runnable told = () -> {
            then.run();
            tell(room, id, mark, author);
        };
        if (entry == null) {
            told.run(); // the archive may have it still, and looks whose it is
        } else {
            bury(room, retraction, entry, mark, told);
        }
    }

    private void tell(Room room, String id, Element mark, @Nullable Element author) {
        parts.hooks.retracted().tell(
                new RoomHooks.Retracted(room, id, StanzaIds.number(room.salt, id), mark, author));
    }

    private Element.Builder mark() {
        Instant now = parts.time.now().truncatedTo(ChronoUnit.SECONDS);
        return Element.builder("retracted", Muc.RETRACT).attribute("stamp", now.toString());
    }

    // --- by a moderator ---

    /** Takes a moderator's request. */
    void byModerator(Room room, Iq iq) {
        Actor actor = Actor.of(parts, room, iq.sender());
        Element moderate = iq.request();
        String id = moderate.attribute("id");
        if (iq.type() != Iq.Type.SET || id == null || moderate.child("retract", Muc.RETRACT) == null) {
            throw new StanzaException(Condition.BAD_REQUEST, "This names no message to retract");
        }
        if (!actor.moderates()) {
            throw new StanzaException(Condition.FORBIDDEN, "Only moderators retract what others have said");
        }
        History.Entry entry = room.history.find(room.jid(), id);
        if (entry == null && !StanzaIds.isOf(room.salt, id)) {
            throw new StanzaException(Condition.ITEM_NOT_FOUND, "This was never said here");
        }
        Element moderated = Element.builder("moderated", Muc.MODERATE)
                .attribute("by", actor.nick() == null ? null : actor.shownInRoom(room).toString())
                .child(Element.builder("occupant-id", Muc.OCCUPANT_ID)
                        .attribute("id", Parts.occupantId(room, actor.user()))
                        .build())
                .build();
        String reason = moderate.childText("reason", Muc.MODERATE);
        Message announcement = announcement(room, id, moderated, reason);
        Element mark = mark().attribute("id", announcement.id()).child(moderated).child("reason", reason).build();
        Runnable then = () -> {
            parts.router.route(iq.result(), room.lane());
            Message said = parts.markedAnyhow(room, announcement, room.jid(), iq.result());
            parts.broadcast.toAll(room, said);
            commits.remember(room, said, iq.result());
            parts.hooks.said().tell(new RoomHooks.Said(room, said));
            tell(room, id, mark, null);
        };
        if (entry == null) {
            then.run();
        } else {
            bury(room, iq, entry, mark, then);
        }
    }

    private Message announcement(Room room, String id, Element moderated, @Nullable String reason) {
        Element retract = Element.builder("retract", Muc.RETRACT)
                .attribute("id", id)
                .child(moderated)
                .child("reason", reason)
                .build();
        return Message.of(
                Message.Type.GROUPCHAT, room.jid(), null, parts.randomId(), retract);
    }

    // --- what remains ---

    /** Leaves of a message in the history nothing but who said it, when, and that it was taken back. */
    private void bury(Room room, Stanza request, History.Entry entry, Element mark, Runnable then) {
        List<Element> left = new ArrayList<>();
        for (Element child : entry.said.children()) {
            boolean ours = child.namespace().equals(Muc.OCCUPANT_ID)
                    || child.namespace().equals(Muc.STANZA_ID) && child.name().equals("stanza-id");
            if (ours) {
                left.add(child);
            }
        }
        left.add(mark);
        History.Entry tombstone = new History.Entry(entry.seq, entry.at, entry.said.children(left));
        commits.history(room, request, db -> parts.store.replaceHistory(db, room.jid(), tombstone), () -> {
            room.history.replace(tombstone);
            then.run();
        });
    }
}
