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
        return new Session(admission(sessions, full, address), full, true, since, outlet, lane);
    }

    private static Admission admission(Sessions sessions, Jid full, InetSocketAddress address) {
        Decision decision = sessions.admit(new Login(full.bare(), address, "tcp", "SCRAM-SHA-256"));
        if (decision instanceof Admission admission) {
            return admission;
        }
        throw new IllegalStateException(decision.toString());
    }

    /** A client comes back to its session, from the same address. */
    public static void comesBack(Sessions sessions, Session session) {
        Sessions.Resumption resumption = sessions.resume(
                session, admission(sessions, session.jid(), session.info().address()), true);
        if (!(resumption instanceof Sessions.Resumption.Resumed)) {
            throw new IllegalStateException(resumption.toString());
        }
    }
}
