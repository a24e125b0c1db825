package im.gatehouse.modules.presence;

import im.gatehouse.session.Session;
import im.gatehouse.stanza.Presence;

/** Adds to a presence what the server says on its user's behalf. Called in the session's lane, and must not block. */
@FunctionalInterface
public interface PresenceStamp {
    /**
     * @param presence an available presence, to everybody or to somebody
     * @return what is sent in its place
     */
    Presence stamp(Session session, Presence presence);
}
