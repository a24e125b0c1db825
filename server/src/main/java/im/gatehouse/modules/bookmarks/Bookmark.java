package im.gatehouse.modules.bookmarks;

import im.gatehouse.jid.InvalidJidException;
import im.gatehouse.jid.Jid;
import im.gatehouse.modules.pubsub.Item;
import im.gatehouse.xml.Element;
import org.jspecify.annotations.Nullable;

/**
 * A bookmarked room.
 *
 * @param room its bare address
 * @param name what the user calls it, or null
 * @param nick the user's nick there, or null
 * @param password what lets the user in, or null
 */
record Bookmark(
        Jid room, @Nullable String name, boolean autojoin, @Nullable String nick, @Nullable String password) {
    /** Bookmarks as items of their own (XEP-0402). */
    static final String NEW = "urn:xmpp:bookmarks:1";

    /** All bookmarks in one element (XEP-0048). */
    static final String OLD = "storage:bookmarks";

    private static final String CONFERENCE = "conference";

    /** Reads an item of the new kind; null where it is none. */
    static @Nullable Bookmark of(Item item) {
        Element conference = item.payload();
        return conference == null || !conference.is(CONFERENCE, NEW) ? null : of(item.id(), conference);
    }

    /** Reads an entry of the old kind; null where it is none. */
    static @Nullable Bookmark of(Element conference) {
        String room = conference.attribute("jid");
        return room == null || !conference.is(CONFERENCE, OLD) ? null : of(room, conference);
    }

    private static @Nullable Bookmark of(String room, Element conference) {
        try {
            String autojoin = conference.attributeOr("autojoin", "false");
            return new Bookmark(
                    Jid.parse(room).bare(),
                    conference.attribute("name"),
                    autojoin.equals("true") || autojoin.equals("1"),
                    conference.childText("nick", conference.namespace()),
                    conference.childText("password", conference.namespace()));
        } catch (InvalidJidException _) {
            return null;
        }
    }

    /**
     * The payload of the new kind.
     *
     * @param before the payload that it replaces, whose extensions stay; or null
     */
    Element toNew(@Nullable Element before) {
        return conference(NEW)
                .child(before == null ? null : before.child("extensions", NEW))
                .build();
    }

    /** The entry of the old kind. */
    Element toOld() {
        return conference(OLD).attribute("jid", room.toString()).build();
    }

    private Element.Builder conference(String namespace) {
        return Element.builder(CONFERENCE, namespace)
                .attribute("name", name)
                .attribute("autojoin", autojoin ? "true" : null)
                .child("nick", nick)
                .child("password", password);
    }
}
