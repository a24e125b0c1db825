package im.gatehouse.router;

import im.gatehouse.jid.Jid;

/**
 * What guards must know of an account before they are asked whether a stanza may reach it: a port of the router, so
 * that guards decide from memory and a stanza for somebody of whom nothing is in memory waits in its lane.
 */
public interface GuardMemory {
    /** Whether all that guards need is in memory. Never blocks. */
    boolean knows(Jid account);

    /**
     * Takes it into memory, where it stays at least for a while. May block.
     *
     * @throws im.gatehouse.storage.StorageException when it cannot be read
     */
    void learn(Jid account);
}
