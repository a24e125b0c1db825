package im.gatehouse.modules.muc;

import im.gatehouse.jid.Jid;
import java.util.OptionalLong;

/**
 * What a room shows somebody who may come in and asks it something. Safe from any thread.
 */
public final class RoomVisit {
    private final Jid room;
    private final byte[] salt;
    private final boolean seesAddresses;

    RoomVisit(Jid room, byte[] salt, boolean seesAddresses) {
        this.room = room;
        this.salt = salt;
        this.seesAddresses = seesAddresses;
    }

    /** The room's bare address. */
    public Jid room() {
        return room;
    }

    /** Whether they may know the real addresses of those who spoke. */
    public boolean seesAddresses() {
        return seesAddresses;
    }

    /** The stanza-id that the room made of a number; see {@link RoomArchive#keep}. */
    public String stanzaId(long number) {
        return StanzaIds.text(salt, number);
    }

    /** The number of which the room made a stanza-id; empty when it is not the room's. */
    public OptionalLong number(String stanzaId) {
        return StanzaIds.number(salt, stanzaId);
    }
}
