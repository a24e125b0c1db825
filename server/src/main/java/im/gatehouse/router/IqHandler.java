package im.gatehouse.router;

import im.gatehouse.stanza.Iq;

/** Answers one kind of request on behalf of the server or of an account. */
@FunctionalInterface
public interface IqHandler {
    /**
     * Answers a request. The sender is stamped and may be anybody, so a handler that changes or shows what is private
     * checks it.
     *
     * @return the result; see {@link Iq#result()}
     * @throws im.gatehouse.stanza.StanzaException to refuse
     */
    Iq handle(Iq request);

    /** Who may be asked. */
    enum Scope {
        /** A domain that is served: {@code to='example.org'}. */
        SERVER,
        /** An account: {@code to} is a bare address, or absent, which means the sender's own. */
        ACCOUNT
    }

    /** Where a handler runs. */
    enum Execution {
        /** At once on the thread that routes, which may be an event loop: it must never block. */
        NOW,
        /** On a virtual thread, the sender's later stanzas waiting: it may use storage. */
        BLOCKING
    }
}
