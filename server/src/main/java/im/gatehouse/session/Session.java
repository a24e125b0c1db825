package im.gatehouse.session;

import im.gatehouse.jid.Jid;
import im.gatehouse.stanza.Message;
import im.gatehouse.stanza.Presence;
import im.gatehouse.stanza.Stanza;
import im.gatehouse.stanza.StreamError;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * One connected resource of a user (RFC 6120 section 7). Safe from any thread.
 *
 * <p>Two sessions are never equal: a resource that is taken over by a new connection is another session.
 */
public final class Session {
    /** A kind of thing that a module keeps with a session; the session's end takes it away. */
    public static final class Key<T> {
        private final String name;

        public Key(String name) {
            this.name = name;
        }

        @Override
        public String toString() {
            return name;
        }
    }

    private final Jid jid;
    private final Outlet outlet;
    private final Lane lane;

    /** Changes when the client comes back on another connection. */
    private volatile SessionInfo info;

    /** The last available presence that the client sent to everybody, null while it is not available. */
    private volatile @Nullable Presence presence;

    /** Made when a module first keeps something here. */
    private volatile @Nullable Map<Key<?>, Object> kept;

    private final AtomicBoolean leaving = new AtomicBoolean();
    private final CountDownLatch gone = new CountDownLatch(1);

    /**
     * @param admission who may have the session
     * @param jid the full address, of the account that was admitted
     * @param secure whether the connection is encrypted
     * @param since when the session begins
     * @param lane handles what the client sends
     * @throws IllegalArgumentException when the address is another account's
     */
    public Session(Admission admission, Jid jid, boolean secure, Instant since, Outlet outlet, Lane lane) {
        if (!jid.bare().equals(admission.account())) {
            throw new IllegalArgumentException("The session is not of the account that was admitted");
        }
        this.jid = jid;
        this.info = SessionInfo.of(admission.login(), secure, since);
        this.outlet = outlet;
        this.lane = lane;
    }

    /** The full address. */
    public Jid jid() {
        return jid;
    }

    /** The address of the account. */
    public Jid account() {
        return jid.bare();
    }

    public SessionInfo info() {
        return info;
    }

    /** Notes how the client came back; see {@link Sessions#resume}. */
    void info(SessionInfo fresh) {
        info = fresh;
    }

    /** Handles what this client sends, one stanza after another. */
    public Lane lane() {
        return lane;
    }

    /** Hands a stanza to the client; see {@link Outlet#send}. */
    public void send(Stanza stanza) {
        outlet.send(stanza);
    }

    /** Hands over a message that somebody has just said; see {@link Outlet#sendInTurn}. */
    public void sendInTurn(Message message) {
        outlet.sendInTurn(message);
    }

    /** Has what is said just now wait for what was said before; see {@link Outlet#hold}. */
    public long hold() {
        return outlet.hold();
    }

    /** Ends such a wait; see {@link Outlet#letGo(long)}. */
    public boolean letGo(long number) {
        return outlet.letGo(number);
    }

    /** How many of these stanzas the session can take now; see {@link Outlet#takes}. */
    public int takes(List<? extends Stanza> stanzas) {
        return outlet.takes(stanzas);
    }

    /** Whether the client is there; false while the session waits for it to come back. */
    public boolean isConnected() {
        return outlet.isConnected();
    }

    /**
     * Takes what the client says next a few milliseconds later. For a client that was just refused because it says too
     * much: what a flooder sends meanwhile is then read at once, and costs a fraction of what it would one by one.
     */
    public void rest() {
        outlet.rest();
    }

    /** Ends the session with a stream error; see {@link Outlet#end}. */
    public void end(StreamError error) {
        outlet.end(error);
    }

    /** The last available presence that the client sent to everybody, or null while it is not available. */
    public @Nullable Presence presence() {
        return presence;
    }

    public void presence(@Nullable Presence presence) {
        this.presence = presence;
    }

    /** Whether the client said that it is available (RFC 6121 section 4.2). */
    public boolean isAvailable() {
        return presence != null;
    }

    /** Whether messages to the bare address may go here: available with a priority of 0 or more. */
    public boolean takesMessages() {
        Presence current = presence;
        return current != null && current.priority() >= 0;
    }

    /** What a module keeps here under the key, or null. */
    @SuppressWarnings("unchecked") // keep() puts nothing else under the key
    public <T> @Nullable T kept(Key<T> key) {
        Map<Key<?>, Object> map = kept;
        return map == null ? null : (T) map.get(key);
    }

    /** Keeps something with this session; null takes it away. */
    public <T> void keep(Key<T> key, @Nullable T value) {
        if (value == null) {
            Map<Key<?>, Object> map = kept;
            if (map != null) {
                map.remove(key);
            }
        } else {
            keptMap().put(key, value);
        }
    }

    /**
     * Waits until the session has ended and everybody who listens has heard of it. Blocks.
     *
     * @return false when it had not after that time
     */
    public boolean awaitGone(Duration most) {
        try {
            return gone.await(most.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** Whether the caller is the first to take this session away. */
    boolean beGone() {
        return leaving.compareAndSet(false, true);
    }

    /** Lets those go on who wait for the end. */
    void gone() {
        gone.countDown();
    }

    private Map<Key<?>, Object> keptMap() {
        Map<Key<?>, Object> map = kept;
        if (map == null) {
            synchronized (this) {
                map = kept;
                if (map == null) {
                    map = new ConcurrentHashMap<>(4);
                    kept = map;
                }
            }
        }
        return map;
    }

    @Override
    public String toString() {
        return "session " + Integer.toHexString(System.identityHashCode(this)) + " over " + info;
    }
}
