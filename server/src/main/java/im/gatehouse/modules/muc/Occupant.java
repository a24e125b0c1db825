package im.gatehouse.modules.muc;

import im.gatehouse.jid.Jid;
import im.gatehouse.stanza.Presence;
import im.gatehouse.xml.Element;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Somebody in a room, under a nick. Belongs to its room's lane. */
final class Occupant {
    /** The bare address of the account. */
    final Jid user;

    /** The {@code <occupant-id/>}: the same for a user in a room whatever the nick (XEP-0421). */
    final Element id;

    /** The clients under this nick in the order of coming. Empty only when out of the room. */
    final List<Seat> seats = new ArrayList<>(1);

    private @Nullable Element hats;
    private Jid address;
    private Affiliation affiliation;
    private Role role;
    private boolean shownToAll;
    private boolean seesAll;

    /** The presence as others see it, without and with the real address; made when first needed, shared by all. */
    private @Nullable Presence anonymous;

    private @Nullable Presence named;

    /**
     * @param shownToAll whether everybody is shown them, and not moderators alone
     */
    Occupant(Jid user, Jid address, Element id, Affiliation affiliation, Role role, boolean shownToAll) {
        this.user = user;
        this.address = address;
        this.id = id;
        this.affiliation = affiliation;
        this.role = role;
        this.shownToAll = shownToAll;
        this.seesAll = role == Role.MODERATOR;
    }

    /** The address in the room: {@code room@service/nick}. */
    Jid address() {
        return address;
    }

    String nick() {
        return address.resource();
    }

    void address(Jid address) {
        this.address = address;
        changed();
    }

    Affiliation affiliation() {
        return affiliation;
    }

    Role role() {
        return role;
    }

    /**
     * Whether everybody in the room is shown them, and not moderators alone: what has been told, which in a large room
     * comes somewhat behind what its owners want.
     */
    boolean isShownToAll() {
        return shownToAll;
    }

    /** Takes note of what everybody is being told. */
    void shownToAll(boolean shown) {
        this.shownToAll = shown;
    }

    /**
     * Whether they have been shown those whom moderators alone are shown: what has been told, which comes somewhat
     * behind the role.
     */
    boolean seesAll() {
        return seesAll;
    }

    /** Takes note of whom they are being shown. */
    void seesAll(boolean all) {
        this.seesAll = all;
    }

    void become(Affiliation affiliation, Role role) {
        this.affiliation = affiliation;
        this.role = role;
        changed();
    }

    /**
     * What they wear (XEP-0317).
     *
     * @param hats the {@code <hats/>}, or null for none
     */
    void hats(@Nullable Element hats) {
        this.hats = hats;
        changed();
    }

    /** The seat whose presence is shown: of those that say least that nobody is there, the last that came. */
    Seat shown() {
        Seat shown = seats.getLast();
        for (int i = seats.size() - 2; i >= 0; i--) {
            if (seats.get(i).distance() < shown.distance()) {
                shown = seats.get(i);
            }
        }
        return shown;
    }

    /** To be called when something has changed that the presence shows. */
    void changed() {
        anonymous = null;
        named = null;
    }

    Item item() {
        return new Item(affiliation, role);
    }

    /** The presence as others see it. */
    Presence presence(boolean withAddress) {
        Presence made = withAddress ? named : anonymous;
        if (made == null) {
            made = presence(item().jid(withAddress ? shown().jid : null).x().build());
            if (withAddress) {
                named = made;
            } else {
                anonymous = made;
            }
        }
        return made;
    }

    /** The presence as others see it, with why the role or affiliation is another now. */
    Presence presence(boolean withAddress, @Nullable String actor, @Nullable String reason) {
        return presence(because(withAddress ? shown().jid : null, actor, reason).x().build());
    }

    private Item because(@Nullable Jid jid, @Nullable String actor, @Nullable String reason) {
        return item().jid(jid).because(actor, reason);
    }

    /** The presence as the occupant's own clients see it. */
    Presence ownPresence(List<Status> codes) {
        return ownPresence(item().jid(shown().jid), codes);
    }

    /** The presence as the occupant's own clients see it, with why the role or affiliation is another now. */
    Presence ownPresence(@Nullable String actor, @Nullable String reason) {
        return ownPresence(because(shown().jid, actor, reason), List.of());
    }

    private Presence ownPresence(Item item, List<Status> codes) {
        Element.Builder x = item.x();
        codes.forEach(code -> x.child(code.element()));
        return presence(x.child(Status.SELF.element()).build());
    }

    private Presence presence(Element x) {
        List<Element> children = new ArrayList<>(shown().presence());
        children.add(id);
        children.add(x);
        if (hats != null) {
            children.add(hats);
        }
        return Presence.of(Presence.Type.AVAILABLE, address, null).children(children);
    }
}
