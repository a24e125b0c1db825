package im.gatehouse.modules.roster;

import im.gatehouse.jid.Jid;

/**
 * A user and a contact are parted, because the user took the contact out of the roster or has no account any more: the
 * contact is to hear of it (RFC 6121 section 2.5.2).
 *
 * @param account the user's bare address
 * @param contact the contact's bare address
 * @param state what was between them until then
 */
public record Farewell(Jid account, Jid contact, SubscriptionState state) {
    /** Whether there is anything to tell. */
    boolean isDue() {
        return state.to() || state.from() || state.pendingOut() || state.pendingIn();
    }
}
