package im.gatehouse.stream;

import im.gatehouse.stanza.Stanza;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Keeps what others send to a session until its client has been told that the session stands. A session can be found
 * before that, since it has to be found by whoever locks its user out.
 */
final class HeldBack {
    /** Only who knows the full address can send so early, and only for as long as the guards take. */
    private static final int MOST = 1_000;

    /** Null once nothing is held back any more. Guarded by this. */
    private @Nullable List<Stanza> stanzas = new ArrayList<>(0);

    private boolean givenUp;

    /** What becomes of a stanza. */
    enum Fate {
        KEPT,
        /** It may be sent: the client knows. */
        FREE,
        /** There are too many already, or there will be no session. */
        REFUSED
    }

    synchronized Fate keep(Stanza stanza) {
        List<Stanza> kept = stanzas;
        if (kept == null) {
            return givenUp ? Fate.REFUSED : Fate.FREE;
        }
        if (kept.size() == MOST) {
            return Fate.REFUSED;
        }
        kept.add(stanza);
        return Fate.KEPT;
    }

    /**
     * Hands over what was kept, in the order in which it came; whatever comes later is free after that.
     *
     * @param receiver must not block: those who send meanwhile wait for it, so that nobody overtakes
     */
    synchronized void release(Consumer<Stanza> receiver) {
        List<Stanza> kept = stanzas;
        if (kept != null) {
            kept.forEach(receiver);
            stanzas = null;
        }
    }

    /** Takes out what was kept, for there will be no session; whatever comes later is refused. */
    synchronized List<Stanza> giveUp() {
        givenUp = true;
        List<Stanza> kept = stanzas;
        stanzas = null;
        return kept == null ? List.of() : kept;
    }
}
