package im.gatehouse.modules.blocklist;

import im.gatehouse.jid.Jid;
import im.gatehouse.module.AdminException;
import im.gatehouse.modules.blocklist.target.Target;
import im.gatehouse.session.Session;
import im.gatehouse.session.Sessions;
import im.gatehouse.stanza.StreamError;
import im.gatehouse.time.Time;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Ends the sessions on this node that a block keeps out, and waits until they are gone.
 *
 * <p>Safe from any number of virtual threads; blocks.
 */
final class Eviction {
    /** The text where no reason was given. */
    static final String NO_REASON = "Kicked by administrator";

    /** How long the one who blocks waits for the sessions to be gone. */
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    /** So many sessions are looked up at once. */
    private static final int PART = 500;

    private final Sessions sessions;
    private final Judge judge;
    private final Time time;

    Eviction(Sessions sessions, Judge judge, Time time) {
        this.sessions = sessions;
        this.judge = judge;
        this.time = time;
    }

    static @Nullable InetAddress address(Session session) {
        return session.info().address().getAddress();
    }

    /** The sessions that a target matches. */
    Collection<Session> matching(Target target) {
        return target instanceof Target.Account(Jid bare)
                ? sessions.of(bare)
                : sessions.all().stream()
                        .filter(session -> target.matches(session.account(), address(session)))
                        .toList();
    }

    /**
     * Ends the sessions that a target matches.
     *
     * @param text shown to the user
     * @throws AdminException when one is still there after some seconds; it has been told to end
     */
    void of(Target target, String text) {
        Collection<Session> present = matching(target);
        StreamError error = StreamError.Condition.CONFLICT.error(text);
        present.forEach(session -> session.end(error));
        awaitEnd(present);
    }

    /**
     * Ends all sessions that a block keeps out at this moment, each with the reason of its block.
     *
     * @throws AdminException as {@link #of}
     */
    void ofRefused() {
        List<Session> all = List.copyOf(sessions.all());
        List<Session> ended = new ArrayList<>();
        for (int from = 0; from < all.size(); from += PART) {
            List<Session> part = all.subList(from, Math.min(all.size(), from + PART));
            List<Optional<Block>> refusing = judge.refusing(part);
            for (int i = 0; i < part.size(); i++) {
                if (refusing.get(i).isPresent()) {
                    part.get(i).end(StreamError.Condition.CONFLICT.error(text(refusing.get(i).get())));
                    ended.add(part.get(i));
                }
            }
        }
        awaitEnd(ended);
    }

    static String text(Block block) {
        String reason = block.reason();
        return reason == null ? NO_REASON : reason;
    }

    private void awaitEnd(Collection<Session> ended) {
        long deadline = time.nanos() + PATIENCE.toNanos();
        long left = ended.stream()
                .filter(session -> !session.awaitGone(Duration.ofNanos(Math.max(0, deadline - time.nanos()))))
                .count();
        if (left > 0) {
            throw new AdminException(
                            "sessions_still_ending",
                            "The change is stored, but not all sessions have ended yet; they have been told to")
                    .with("sessions", left);
        }
    }
}
