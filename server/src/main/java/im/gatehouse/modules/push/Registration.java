package im.gatehouse.modules.push;

import im.gatehouse.jid.Jid;

/**
 * A node of a push service that an account wants to be told of.
 *
 * @param account the bare address of the user
 * @param node empty for none
 * @param resource the session that asked for it last
 * @param options the form of options to publish with, as text; empty for none
 */
record Registration(Jid account, Jid service, String node, String resource, String options) {
    /** What it is known by. */
    Key key() {
        return new Key(account, service, node);
    }

    /** An account has one of these once. */
    record Key(Jid account, Jid service, String node) {}
}
