package im.gatehouse.router;

import im.gatehouse.session.Lane;
import im.gatehouse.session.Session;
import im.gatehouse.stanza.Presence;

/**
 * What becomes of presence and subscriptions (RFC 6121 sections 3 and 4): the port of the router behind which the
 * roster and presence module stands. What may block goes through the lane.
 */
public interface PresenceRules {
    /** A client's own presence to everybody who is entitled to it: available or unavailable, without a receiver. */
    void broadcast(Session session, Presence presence, Lane lane);

    /** A presence that a local session sends to somebody: directed presence, a probe, or a step of a subscription.
     * The rules update what they keep and route it on. */
    void sent(Session session, Presence presence, Lane lane);

    /** A subscription step or a probe that arrives for a local account, with the bare address as receiver. */
    void received(Presence presence, Lane lane);
}
