package im.gatehouse.module;

import im.gatehouse.jid.Jid;

/**
 * Whether somebody may know of an account's presence: what the module of rosters {@linkplain ModuleContext#provide
 * provides}, so that other modules tell strangers nothing.
 */
@FunctionalInterface
public interface PresenceAccess {
    /**
     * Whether the account lets somebody see its presence: the subscription is {@code from} or {@code both} (RFC 6121
     * section 2.1.2.5). Not asked about the account's own presence. May block.
     *
     * @param account the bare address of a local account
     * @param asker who wants to know; a resource is ignored
     */
    boolean seesPresence(Jid account, Jid asker);

    /**
     * Whether somebody may be told what only the owner and those subscribed to the presence may know. Where no module
     * keeps subscriptions only the owner is. May block.
     *
     * @param account the address of a local account
     * @param asker who wants to know
     */
    static boolean mayKnow(ModuleContext context, Jid account, Jid asker) {
        Jid owner = account.bare();
        return owner.equals(asker.bare())
                || context.optionalService(PresenceAccess.class)
                        .map(access -> access.seesPresence(owner, asker.bare()))
                        .orElse(false);
    }
}
