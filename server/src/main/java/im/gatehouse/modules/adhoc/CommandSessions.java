package im.gatehouse.modules.adhoc;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import im.gatehouse.jid.Jid;
import im.gatehouse.modules.adhoc.Command.Next;
import im.gatehouse.stanza.StanzaError.Condition;
import im.gatehouse.stanza.StanzaException;
import im.gatehouse.time.Time;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The commands that have begun and wait for a form. One that nobody goes on with is forgotten after a while, and there
 * are never more than 1,000 of all users and 10 of one. Safe from any thread.
 */
final class CommandSessions {
    private static final int MOST = 1_000;
    private static final int MOST_OF_ONE_USER = 10;
    private static final int ID_BYTES = 16;
    private static final Pattern ID = Pattern.compile("[0-9a-f]{32}");

    /**
     * A command under way.
     *
     * @param requester the full address of who began it
     */
    record Open(String id, Jid requester, String node, Next next) {}

    private final SecureRandom random = new SecureRandom();
    private final Cache<String, Open> open;

    CommandSessions(Duration timeout, Time time) {
        this.open = Caffeine.newBuilder()
                .maximumSize(MOST)
                .expireAfterWrite(timeout)
                .ticker(time::nanos)
                .executor(Runnable::run)
                .build();
    }

    /** Sets after what time a command is forgotten that nobody goes on with. */
    void timeout(Duration timeout) {
        open.policy().expireAfterWrite().orElseThrow().setExpiresAfter(timeout);
    }

    /** A name for a command that begins: 128 random bits, never used again. */
    String newId() {
        byte[] bytes = new byte[ID_BYTES];
        random.nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }

    /** Whether an id looks like one of ours. */
    static boolean isId(String id) {
        return ID.matcher(id).matches();
    }

    /**
     * Keeps a command that waits for a form, in place of its last step.
     *
     * @throws StanzaException with {@code resource-constraint} when the user has begun too many
     */
    void keep(Open session) {
        open.cleanUp();
        Jid user = session.requester().bare();
        long others = open.asMap().values().stream()
                .filter(other -> other.requester().bare().equals(user) && !other.id().equals(session.id()))
                .count();
        if (others >= MOST_OF_ONE_USER) {
            throw new StanzaException(Condition.RESOURCE_CONSTRAINT, "Finish or cancel the commands you have begun");
        }
        open.put(session.id(), session);
    }

    /** The command of that id, or null when there is none any more. */
    @Nullable Open find(String id) {
        return open.getIfPresent(id);
    }

    void forget(Open session) {
        open.invalidate(session.id());
    }
}
