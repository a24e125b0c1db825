package im.gatehouse.modules.muc;

import im.gatehouse.stanza.Iq;

/** Answers on behalf of rooms what another module understands. */
@FunctionalInterface
public interface RoomRequests {
    /**
     * Answers a request to a room by somebody who may come into it. Runs on a virtual thread, the asker's later stanzas
     * waiting, and not in the room's lane: it may block.
     *
     * @throws im.gatehouse.stanza.StanzaException to refuse
     */
    Iq answer(Iq request, RoomVisit visit);
}
