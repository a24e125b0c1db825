package im.gatehouse.stream;

import im.gatehouse.jid.Jid;
import im.gatehouse.router.Router;
import im.gatehouse.session.Lane;
import im.gatehouse.session.Outlet;
import im.gatehouse.session.Session;
import im.gatehouse.session.Sessions;
import im.gatehouse.stanza.Handover;
import im.gatehouse.stanza.Message;
import im.gatehouse.stanza.Stanza;
import im.gatehouse.stanza.StreamError;
import im.gatehouse.time.Time;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The way out to the client of one session. With stream management it outlives the client's connection: what is sent
 * meanwhile waits, and goes out in order, each stanza once, on the connection on which the client comes back.
 *
 * <p>What is sent passes, in this order: the keeper of what an inactive client need not hear at once, the queue of
 * unacknowledged stanzas, the connection. One lock keeps their order the same everywhere. It is held for a few
 * instructions and never while others are called, the connection but for.
 */
final class SessionLine implements Outlet {
    private static final Logger log = LoggerFactory.getLogger(SessionLine.class);

    /** What became of a stanza that was sent. */
    private enum Fate {
        TAKEN,
        /** The client will not get it: it goes back to the router. */
        REFUSED,
        /** It was taken, but no more can be: the session ends. */
        FULL
    }

    private static final StreamError TOO_MANY_UNACKED =
            StreamError.Condition.RESOURCE_CONSTRAINT.error("Too much of what you were sent is not acknowledged");

    /** So many stanzas that can wait are kept for a client that is away, of which later ones replace earlier ones. */
    private static final int KEPT_WHILE_AWAY = 500;

    private final Router router;
    private final Sessions sessions;
    private final Time time;
    private final Lane lane;
    private final HeldBack heldBack = new HeldBack();
    private final InTurn inTurn = new InTurn();

    /** Whom the line belongs to. Set once, before anybody else knows the line. */
    private @Nullable Session session;

    /** The stream on which the client is; null while it is away. Written under the lock. */
    private volatile @Nullable ClientStream stream;

    /** Its connection. Guarded by this. */
    private @Nullable Connection connection;

    /** Whether the client has been told what must come first. Guarded by this. */
    private boolean flowing;

    /** Whether nothing is taken any more. Guarded by this. */
    private boolean over;

    /** Whether what comes is dropped, for the session has been stored and the server stops. Guarded by this. */
    private boolean isPutAway;

    /** Whether the session is about to end because too much waits. Guarded by this. */
    private boolean full;

    /** Written under the lock, in the lane. */
    private volatile @Nullable Managed managed;

    /** Keeps what a client that does not look or is away need not hear at once; null for any other. Guarded by this. */
    private @Nullable QuietTime quiet;

    /**
     * @param stream on which the client is
     */
    SessionLine(Router router, Sessions sessions, Time time, Lane lane, ClientStream stream) {
        this(router, sessions, time, lane);
        this.stream = stream;
        this.connection = stream.connection();
    }

    /** The line to a client that is away. */
    SessionLine(Router router, Sessions sessions, Time time, Lane lane) {
        this.router = router;
        this.sessions = sessions;
        this.time = time;
        this.lane = lane;
    }

    void belongsTo(Session session) {
        this.session = session;
    }

    Session session() {
        return Objects.requireNonNull(session);
    }

    Jid account() {
        return session().account();
    }

    Lane lane() {
        return lane;
    }

    /** The stream on which the client is, or null while it is away. */
    @Nullable ClientStream stream() {
        return stream;
    }

    // --- what others send ---

    @Override
    public void sendInTurn(Message message) {
        if (!inTurn.mayKeep(message) || !waits(message)) {
            send(message);
        }
    }

    /** Whether a message waits for others; where too much waits already, all of that goes before it. */
    private boolean waits(Message message) {
        synchronized (this) {
            if (over || full) {
                return false;
            }
            if (inTurn.keeps(message)) {
                return true;
            }
        }
        letGo();
        return false;
    }

    @Override
    public synchronized long hold() {
        return inTurn.hold();
    }

    @Override
    public boolean letGo(long hold) {
        synchronized (this) {
            if (inTurn.isHeldSince(hold)) {
                return false;
            }
        }
        letGo();
        return true;
    }

    private void letGo() {
        List<Stanza> refused = new ArrayList<>(0);
        synchronized (this) {
            for (Stanza waiting : inTurn.letGo()) {
                if (take(waiting) == Fate.REFUSED) {
                    refused.add(waiting);
                }
            }
        }
        refused.forEach(this::giveBack);
        if (isFull()) {
            endFull();
        }
    }

    @Override
    public void send(Stanza stanza) {
        switch (take(stanza)) {
            case TAKEN -> {}
            case REFUSED -> giveBack(stanza);
            case FULL -> endFull();
        }
    }

    @Override
    public void rest() {
        ClientStream present = stream;
        if (present != null) {
            present.connection().rest();
        }
    }

    @Override
    public synchronized int takes(List<? extends Stanza> stanzas) {
        if (over || full) {
            return 0;
        }
        Managed management = managed;
        return management == null
                ? stanzas.size()
                : management.room(stanzas);
    }

    @Override
    public boolean isConnected() {
        return stream != null;
    }

    private synchronized Fate take(Stanza stanza) {
        if (over || full) {
            return isPutAway ? Fate.TAKEN : Fate.REFUSED;
        }
        QuietTime keeper = quiet;
        boolean taken = true;
        if (keeper == null) {
            taken = pass(stanza);
        } else if (!keep(keeper, stanza)) {
            flush(keeper);
            taken = pass(stanza);
            askNow(); // the client is awake for this moment: its answer costs it little now
        } else if (keeper.isFull()) {
            flush(keeper);
        }
        if (full) {
            return Fate.FULL;
        }
        return taken ? Fate.TAKEN : Fate.REFUSED;
    }

    private boolean keep(QuietTime keeper, Stanza stanza) {
        long before = keeper.bytes();
        boolean kept = keeper.keeps(stanza);
        accountKept(keeper.bytes() - before);
        return kept;
    }

    /** Sends what was kept from a client that does not look or is away. */
    private void flush(QuietTime keeper) {
        accountKept(-keeper.bytes());
        keeper.takeAll().forEach(this::pass);
    }

    private void accountKept(long bytes) {
        Managed management = managed;
        if (connection == null && management != null && bytes != 0) {
            management.account(bytes);
        }
    }

    /** Answers false when the stanza has to go back. */
    private boolean pass(Stanza stanza) {
        Managed management = managed;
        if (management != null) {
            pass(stanza, management);
            return true;
        }
        if (flowing) {
            Objects.requireNonNull(connection).send(stanza);
            return true;
        }
        return heldBack.keep(stanza) == HeldBack.Fate.KEPT;
    }

    private void pass(Stanza stanza, Managed management) {
        Connection present = connection;
        if (present == null) {
            management.keepWhileAway(stanza);
        } else if (flowing) {
            management.send(stanza, present);
        } else {
            management.keep(stanza);
        }
        full |= management.isTooMuch();
    }

    private void askNow() {
        Managed management = managed;
        Connection present = connection;
        if (management != null && present != null && flowing) {
            management.ask(present);
        }
    }

    /** What the client will not get goes back to the router behind what went back before. */
    private void giveBack(Stanza stanza) {
        lane.add(() -> lane.blocking(() -> router.undelivered(stanza, lane)));
    }

    /** Ends the session of a client that leaves too much unacknowledged; all of that goes back. */
    private void endFull() {
        end(TOO_MANY_UNACKED);
    }

    private synchronized boolean isFull() {
        return full;
    }

    // --- when what is sent may flow ---

    /** The client has been told what must come first: what waits goes out now, and all else behind it. */
    void flow() {
        synchronized (this) {
            Connection present = connection;
            if (present == null || flowing || over) {
                return;
            }
            flowing = true;
            Managed management = managed;
            if (management != null) {
                management.sendKept(present);
            }
            heldBack.release(this::pass);
        }
        if (isFull()) {
            endFull();
        }
    }

    /** There will be no session: what was sent to it goes back. May block. */
    void refused() {
        giveBack(close());
    }

    // --- stream management (XEP-0198) ---

    /** Whether stanzas are counted. */
    boolean isManaged() {
        return managed != null;
    }

    @Nullable Managed managed() {
        return managed;
    }

    /**
     * Begins to count. What others send waits from now on, until {@link #flow}: the client counts from the answer on.
     * Call it in the lane.
     */
    void manage(Managed management) {
        lane.takeOwed(); // from now on it is noted what stanzas owe
        synchronized (this) {
            managed = management;
            flowing = false;
            heldBack.release(this::pass);
        }
    }

    /** A stanza of the client, and all that it put off, has been handled. Call it in the lane. */
    void handled() {
        Managed management = managed;
        if (management != null) {
            management.handled.handled(lane.takeOwed());
        }
    }

    /** Tells the client how many of its stanzas are in good hands. Any thread. */
    synchronized void acknowledge(long count) {
        Connection present = connection;
        if (present != null && flowing) {
            present.send(StreamManagement.acknowledgement(count));
        }
    }

    /**
     * The client has handled stanzas.
     *
     * @return how many it was sent, when it claims more; -1 otherwise
     */
    long acknowledged(long h) {
        Managed management = Objects.requireNonNull(managed);
        List<Handover> arrived = new ArrayList<>(0);
        boolean storedHasArrived;
        synchronized (this) {
            if (!management.acknowledge(h, arrived)) {
                return management.sent();
            }
            storedHasArrived = management.storedHasArrived();
        }
        arrived.forEach(Handover::arrived);
        if (storedHasArrived) {
            management.settle();
        }
        return -1;
    }

    /** Whether stanzas are stored with the session that its client has not acknowledged. */
    synchronized boolean isMoreStored() {
        return Objects.requireNonNull(managed).isMoreStored();
    }

    /** Looks whether an acknowledgement should be asked for, or has been missing for too long. Any thread. */
    synchronized void lookAfter() {
        Managed management = managed;
        Connection present = connection;
        if (management != null && present != null && flowing) {
            management.lookAfter(present);
        }
    }

    // --- client state (XEP-0352) ---

    /** The client does not look: what can wait is kept from now on. */
    synchronized void inactive(int most) {
        if (quiet == null) {
            quiet = new QuietTime(most);
        }
    }

    /** The client looks again: it gets what was kept. */
    void active() {
        synchronized (this) {
            QuietTime keeper = quiet;
            if (keeper == null) {
                return;
            }
            flush(keeper);
            quiet = null;
        }
        if (isFull()) {
            endFull();
        }
    }

    // --- when the client goes ---

    /**
     * The stream's connection is gone. Call it in the lane.
     *
     * @param undelivered what was handed to the connection before stanzas were counted, and not written
     * @return whether the line lives on: the client may come back, or is on another stream already
     */
    boolean survives(ClientStream gone, List<Stanza> undelivered) {
        if (stream == gone && !detach()) {
            return false;
        }
        undelivered.forEach(this::send);
        return true;
    }

    /** Whether the client may come back to this session. */
    boolean isResumable() {
        Managed management = managed;
        return management != null && management.id != null;
    }

    /** The client is away; answers false when it cannot come back. Call it in the lane. */
    boolean detach() {
        Managed management;
        long bytes;
        synchronized (this) {
            management = managed;
            if (over || full || management == null || !management.maySurvive()) {
                return false;
            }
            stream = null;
            connection = null;
            flowing = false;
            QuietTime keeper = quiet;
            if (keeper == null) { // who is away does not look
                keeper = new QuietTime(KEPT_WHILE_AWAY);
                quiet = keeper;
            }
            bytes = management.isAway(keeper.bytes());
            management.lost();
        }
        management.waitFor(management.patience, bytes);
        return true;
    }

    /** About how many bytes of memory wait for a client that is away. */
    synchronized long waitingBytes() {
        Managed management = managed;
        return management == null ? 0 : management.waitingBytes();
    }

    /** Sets what ends the session when the client does not come back. */
    synchronized void expires(Time.Timer expiry, long at) {
        Managed management = Objects.requireNonNull(managed);
        if (connection == null && !over) {
            management.expires(expiry, at);
        } else {
            expiry.cancel();
        }
    }

    /** The time is up, or the room: the session ends unless its client has come back meanwhile. Any thread. */
    void giveUpWaiting() {
        lane.add(() -> {
            if (stream == null) {
                finish(List.of());
            }
        });
    }

    @Override
    public void end(StreamError error) {
        ClientStream present = stream;
        if (present != null) {
            present.listenNoMore();
        }
        lane.add(() -> {
            ClientStream now = stream;
            if (now == null) {
                finish(List.of());
            } else {
                now.fail(error);
            }
        });
    }

    /**
     * Ends the session; what its client did not get goes back. Without effect, but for what comes with it, when it has
     * ended. Call it in the lane.
     *
     * @param earlier what was handed to the connection, and not written
     */
    void finish(List<Stanza> earlier) {
        List<Stanza> left = new ArrayList<>(earlier);
        left.addAll(close());
        Managed management = managed;
        lane.blocking(() -> {
            sessions.close(session(), () -> giveBack(left));
            if (management != null) {
                management.ended();
            }
        });
    }

    private void giveBack(List<Stanza> left) {
        giveBack(left, router, lane);
    }

    /** Hands stanzas back to the router, in order; one that fails keeps none of the others. May block. */
    static void giveBack(List<Stanza> left, Router router, Lane lane) {
        for (Stanza stanza : left) {
            try {
                router.undelivered(stanza, lane);
            } catch (RuntimeException e) { // whatever it is: the others are not to be lost with it
                log.warn("A stanza that its client did not get is lost: {}", e.getClass().getName());
                log.debug("How a stanza was lost", e);
            }
        }
    }

    /** Takes nothing any more and answers what the client did not get. */
    private List<Stanza> close() {
        List<Stanza> left = new ArrayList<>();
        Managed management;
        synchronized (this) {
            management = managed;
            if (over) {
                return left;
            }
            over = true;
            QuietTime keeper = quiet;
            List<Stanza> kept = keeper == null ? List.of() : keeper.takeAll();
            if (management != null) {
                management.noLongerAway();
                left.addAll(management.giveUp());
            }
            left.addAll(heldBack.giveUp());
            left.addAll(kept);
            left.addAll(inTurn.letGo());
        }
        if (management != null) {
            management.forget();
        }
        return left;
    }

    // --- when the client comes back (XEP-0198 section 5) ---

    /** What came of it that a client came back. */
    sealed interface Return {
        /** It has its session again, and waits to be told. */
        record Back(long handled) implements Return {}

        /** The session ended meanwhile. */
        record TooLate() implements Return {}

        /** What the client sent is not stored yet, and does not seem to be soon. */
        record NotNow() implements Return {}

        /** The client claims to have got more than it was sent. */
        record TooHigh(long sent) implements Return {}
    }

    /**
     * Hands the session to the stream on which its client came back; the one before, if it is still there, ends with
     * {@code conflict}. May block. Call it in the lane.
     *
     * @param h how many stanzas the client has got
     * @param claim is still open when the client has not given up meanwhile; taken by this
     */
    Return comeBack(ClientStream successor, long h, AtomicBoolean claim, Duration most) {
        Managed management = Objects.requireNonNull(managed);
        if (!management.handled.awaitSettled(most)) {
            return new Return.NotNow();
        }
        ClientStream before;
        List<Handover> arrived = new ArrayList<>(0);
        synchronized (this) {
            if (over || full || !claim.compareAndSet(true, false)) {
                return new Return.TooLate();
            }
            if (!management.acknowledge(h, arrived)) {
                return new Return.TooHigh(management.sent());
            }
            management.storedHasArrived(); // so that isMoreStored knows
            management.noLongerAway();
            management.resumed();
            before = stream;
            stream = successor;
            connection = successor.connection();
            flowing = false;
            QuietTime keeper = quiet;
            if (keeper != null) {
                flush(keeper);
                quiet = null;
            }
        }
        arrived.forEach(Handover::arrived);
        if (before != null) {
            before.superseded();
        }
        successor.adopt(this);
        return new Return.Back(management.handled.inGoodHands());
    }

    // --- over a restart ---

    /**
     * What is put away.
     *
     * @param waiting what the client has not acknowledged, in order
     * @param acknowledged how many it has
     * @param expiresAt until when the session waits, in milliseconds since 1970
     */
    record Rest(List<UnackedQueue.Entry> waiting, long acknowledged, long expiresAt) {}

    /** Takes nothing any more, and gives nothing back: what waits is put away. Null when the session has just ended. */
    synchronized @Nullable Rest putAway() {
        Managed management = managed;
        if (over || management == null) {
            return null;
        }
        QuietTime keeper = quiet;
        if (keeper != null) {
            flush(keeper);
        }
        inTurn.letGo().forEach(this::pass);
        over = true;
        isPutAway = true;
        long acknowledged = management.acknowledged();
        long expiresAt = management.expiresAt();
        management.noLongerAway();
        return new Rest(management.takeAll(), acknowledged, expiresAt);
    }

    /** The session stands again after a restart, and waits for its client. */
    void waitFor(Duration patience) {
        Managed management = Objects.requireNonNull(managed);
        long bytes;
        synchronized (this) {
            bytes = management.isAway(0);
            quiet = new QuietTime(KEPT_WHILE_AWAY);
        }
        management.waitFor(patience, bytes);
    }
}
