package im.gatehouse.modules.muc;

import im.gatehouse.jid.Jid;
import im.gatehouse.xml.Element;
import org.jspecify.annotations.Nullable;

/**
 * What a room says of somebody: the {@code <item/>} of {@code muc#user} (XEP-0045 section 7.2).
 *
 * @param affiliation what they are to the room
 * @param role what they may do
 * @param jid the real address, or null where it is not shown
 * @param nick a nick they go over to, or null
 * @param actor the nick of who did it, or null
 * @param reason why, or null
 */
record Item(
        Affiliation affiliation,
        Role role,
        @Nullable Jid jid,
        @Nullable String nick,
        @Nullable String actor,
        @Nullable String reason) {

    Item(Affiliation affiliation, Role role) {
        this(affiliation, role, null, null, null, null);
    }

    Item jid(@Nullable Jid jid) {
        return new Item(affiliation, role, jid, nick, actor, reason);
    }

    Item nick(String nick) {
        return new Item(affiliation, role, jid, nick, actor, reason);
    }

    Item because(@Nullable String actor, @Nullable String reason) {
        return new Item(affiliation, role, jid, nick, actor, reason);
    }

    /** The {@code <x/>} that carries it. */
    Element.Builder x() {
        Element.Builder item = Element.builder("item", Muc.USER)
                .attribute("affiliation", affiliation.wire())
                .attribute("role", role.wire())
                .attribute("jid", jid == null ? null : jid.toString())
                .attribute("nick", nick);
        if (actor != null) {
            item.child(Element.builder("actor", Muc.USER).attribute("nick", actor).build());
        }
        item.child("reason", reason);
        return Element.builder("x", Muc.USER).child(item.build());
    }
}
