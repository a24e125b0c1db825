package im.gatehouse.modules.visitors;

import im.gatehouse.session.Outlet;
import im.gatehouse.stanza.Stanza;
import im.gatehouse.stanza.StreamError;

/** The client of a session that only logs in. */
final class Nobody implements Outlet {
    @Override
    public void send(Stanza stanza) {
        // nobody listens
    }

    @Override
    public void end(StreamError error) {
        // it has no stream
    }
}
