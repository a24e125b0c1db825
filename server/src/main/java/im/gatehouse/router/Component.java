package im.gatehouse.router;

import im.gatehouse.session.Lane;
import im.gatehouse.stanza.Stanza;

/** An entity with a domain of its own inside the server, such as the room service. */
@FunctionalInterface
public interface Component {
    /**
     * Takes a stanza for any address of the domain. Called on the thread that routes, which may be an event loop; what
     * may block goes through the lane.
     *
     * @param lane the sender's lane
     */
    void receive(Stanza stanza, Lane lane);

    /** Whether it stands in the lists of services, for everybody to find. */
    default boolean isListed() {
        return true;
    }
}
