package im.gatehouse.stream;

import im.gatehouse.router.Component;
import im.gatehouse.router.Router;
import im.gatehouse.session.Lane;
import im.gatehouse.stanza.Presence;
import im.gatehouse.stanza.Stanza;
import im.gatehouse.stanza.StanzaError;
import im.gatehouse.stanza.StanzaError.Condition;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * A domain that a program outside the server stands for (XEP-0114). Until it connects, whoever asks it something is
 * told to wait. Safe from any thread.
 */
public final class ExternalComponent implements Component {
    private static final StanzaError AWAY =
            Condition.REMOTE_SERVER_TIMEOUT.error("The component is not connected at the moment");

    private final String domain;
    private final String secret;
    private final boolean listed;
    private final Router router;
    private final AtomicReference<@Nullable ComponentStream> present = new AtomicReference<>();

    /**
     * @param domain prepared, none of the server's hosts
     * @param secret what the program has to know
     * @param listed whether it stands in the lists of services
     */
    public ExternalComponent(String domain, String secret, boolean listed, Router router) {
        this.domain = domain;
        this.secret = secret;
        this.listed = listed;
        this.router = router;
    }

    public String domain() {
        return domain;
    }

    String secret() {
        return secret;
    }

    /** Whether the program is connected. */
    public boolean isPresent() {
        return present.get() != null;
    }

    /** Lets a program stand for the domain; false when another does already. */
    boolean enter(ComponentStream stream) {
        return present.compareAndSet(null, stream);
    }

    void leave(ComponentStream stream) {
        present.compareAndSet(stream, null);
    }

    @Override
    public boolean isListed() {
        return listed;
    }

    @Override
    public void receive(Stanza stanza, Lane lane) {
        ComponentStream stream = present.get();
        if (stream == null) {
            away(stanza, lane);
        } else {
            stream.send(stanza);
        }
    }

    /** Answers for the program while it cannot. Nobody waits for an answer to a farewell. */
    void away(Stanza stanza, Lane lane) {
        boolean farewell = stanza instanceof Presence presence && presence.type() == Presence.Type.UNAVAILABLE;
        if (!farewell) {
            router.bounce(stanza, AWAY, lane);
        }
    }

    /** Ends the connection because the server stops. */
    public void stop() {
        ComponentStream stream = present.get();
        if (stream != null) {
            stream.stop();
        }
    }
}
