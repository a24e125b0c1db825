package im.gatehouse.modules.lastactivity;

import im.gatehouse.jid.Jid;
import java.time.Instant;
import java.util.Optional;

/** When users were last there: what the module of last activity provides to others. */
@FunctionalInterface
public interface LastSeenTimes {
    /** When the last session of an account ended; empty when it never had one. May block. */
    Optional<Instant> of(Jid account);
}
