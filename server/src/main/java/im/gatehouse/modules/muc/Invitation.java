package im.gatehouse.modules.muc;

import im.gatehouse.jid.Jid;

/**
 * An invitation that has not been answered.
 *
 * @param invitee the bare address
 * @param named the address under which the invitee was told of the inviter
 */
record Invitation(Jid invitee, Jid named) {
    /** Whether an answer of the invitee to that address may mean this one: clients may leave a resource out. */
    boolean mayBeMeant(Jid by, Jid to) {
        return invitee.equals(by) && named.bare().equals(to.bare());
    }
}
