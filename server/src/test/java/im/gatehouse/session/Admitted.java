package im.gatehouse.session;

import im.gatehouse.jid.Jid;
import java.net.InetSocketAddress;
import java.time.Instant;

/** Brings tests past the gate, as a sign-in would. */
public final class Admitted {
    private Admitted() {}

    /** The session of somebody who signs in over encrypted TCP by SCRAM-SHA-256; it is not registered yet. */
    public static Session session(
            Sessions sessions, Jid full, InetSocketAddress address, Instant since, Outlet outlet, Lane lane) {
        Decision decision = sessions.admit(new Login(full.bare(), address, "tcp", "SCRAM-SHA-256"));
        if (decision instanceof Admission admission) {
            return new Session(admission, full, true, since, outlet, lane);
        }
        throw new IllegalStateException(decision.toString());
    }
}
