package im.gatehouse.module;

import im.gatehouse.jid.Jid;

/**
 * How many messages wait for a user who is away: what the module of offline messages {@linkplain ModuleContext#provide
 * provides}.
 */
@FunctionalInterface
public interface WaitingMessages {
    /**
     * How many wait. May block.
     *
     * @param account the bare address of a local account
     */
    int count(Jid account);
}
