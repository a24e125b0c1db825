package im.gatehouse.stream;

import im.gatehouse.stanza.Handover;
import im.gatehouse.stanza.Message;
import im.gatehouse.stanza.Presence;
import im.gatehouse.stanza.Stanza;
import im.gatehouse.time.Time;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What stream management keeps of one session (XEP-0198): what its client has not acknowledged, when that was asked
 * for, and how long it is waited for when it is away. Guarded by the session's line, but for the count of handled
 * stanzas, which guards itself. It calls the connection and the sums of {@link StreamManagement}, whose locks are taken
 * within the line's; what is marked so is called outside of it, since it calls others.
 */
final class Managed {
    /** What has waited for less than this is told without the time at which it came. */
    private static final Duration AT_ONCE = Duration.ofSeconds(1);

    /** By which the client may come back; null when it did not ask for that. */
    final @Nullable String id;

    /** How long the session waits for its client. */
    final Duration patience;

    final HandledCount handled;

    private final StreamManagement management;
    private final SessionLine line;
    private final Time time;
    private final UnackedQueue queue;

    /** How many stanzas were sent since an acknowledgement was last asked for. */
    private int unasked;

    /** Up to which stanza an acknowledgement was asked for that has not come; 0 when none is missing. */
    private long askedFor;

    /** Since when an acknowledgement has been missing, on the monotonic clock. */
    private long askedSince;

    /** Up to which stanza it has been told that the client may not have got it. */
    private long told;

    /** Up to which stanza what is sent is stored with the session since before a restart; 0 when nothing is. */
    private long stored;

    /** What of the memory that its stanzas take counts as waiting for a client that is away. */
    private long accounted;

    /** Ends the session when its client has not come back. */
    private Time.@Nullable Timer expiry;

    /** When that is, on the wall clock, in milliseconds since 1970; 0 while the client is there. */
    private long expiresAt;

    /**
     * @param stored whether what is in the queue is stored with the session until its client has it
     */
    Managed(
            StreamManagement management,
            SessionLine line,
            Time time,
            @Nullable String id,
            Duration patience,
            HandledCount handled,
            UnackedQueue queue,
            boolean stored) {
        this.management = management;
        this.line = line;
        this.time = time;
        this.id = id;
        this.patience = patience;
        this.handled = handled;
        this.queue = queue;
        this.stored = stored && queue.size() > 0 ? queue.sent() : 0;
    }

    /** Whether the session waits for its client when the connection is gone. */
    boolean maySurvive() {
        return id != null && management.isAtWork();
    }

    // --- what is sent ---

    /** Sends a stanza and keeps it until it is acknowledged. */
    void send(Stanza stanza, Connection connection) {
        queue.add(stanza, time.nanos());
        connection.sendKept(stanza);
        unasked++;
        if (unasked >= management.terms().ackFrequency()) {
            ask(connection);
        }
    }

    /** Keeps a stanza for a client that is there and has not been told yet what must come first. */
    void keep(Stanza stanza) {
        queue.add(stanza, time.nanos());
    }

    /** Keeps a stanza for a client that is away. */
    void keepWhileAway(Stanza stanza) {
        Stanza stamped = DelayStamp.of(stanza, time.now());
        account(queue.add(stamped, time.nanos()));
        if (isTold(stamped)) {
            management.tellUnacked(line.session(), List.of(stamped));
        }
        told = queue.sent();
    }

    /** Sends what was kept to a client that has been told what must come first. */
    void sendKept(Connection connection) {
        if (queue.size() > 0) {
            queue.forEach(entry -> connection.sendKept(entry.stanza()));
            ask(connection);
        }
    }

    /** How many of these stanzas, in their order, can join before it is too much; one always can that is alone. */
    int room(List<? extends Stanza> stanzas) {
        ManagementTerms terms = management.terms();
        int size = queue.size();
        long bytes = queue.bytes();
        int taken = 0;
        for (Stanza stanza : stanzas) {
            size++;
            bytes += stanza.footprint();
            if (size > 1 && (size > terms.mostUnacked() || bytes > terms.mostUnackedBytes())) {
                break;
            }
            taken++;
        }
        return taken;
    }

    /** Whether the client leaves so much unacknowledged that its session has to end. */
    boolean isTooMuch() {
        ManagementTerms terms = management.terms();
        return queue.size() > terms.mostUnacked() || queue.bytes() > terms.mostUnackedBytes();
    }

    // --- what is acknowledged (section 4) ---

    /** Asks for an acknowledgement. */
    void ask(Connection connection) {
        if (askedFor == 0) {
            askedSince = time.nanos();
        }
        askedFor = queue.sent();
        unasked = 0;
        connection.send(StreamManagement.REQUEST);
    }

    /**
     * The client has handled stanzas.
     *
     * @param arrived is added who wants to know of them
     * @return false when it claims more than it was sent; nothing has changed then
     */
    boolean acknowledge(long h, List<Handover> arrived) {
        boolean possible = queue.acknowledge(h, arrived);
        if (possible && queue.acknowledged() >= askedFor) {
            askedFor = 0;
        }
        return possible;
    }

    /** How many stanzas the client was sent. */
    long sent() {
        return queue.sent();
    }

    /** How many of these it has acknowledged. */
    long acknowledged() {
        return queue.acknowledged();
    }

    /** Whether stanzas are stored with the session that its client has not acknowledged. */
    boolean isMoreStored() {
        return stored > 0;
    }

    /** Whether the client has acknowledged the last stanza that is stored with the session; true but once. */
    boolean storedHasArrived() {
        boolean arrived = stored > 0 && queue.acknowledged() >= stored;
        if (arrived) {
            stored = 0;
        }
        return arrived;
    }

    /** Asks for an acknowledgement that is due, or tells what is in doubt since one has been missing for too long. */
    void lookAfter(Connection connection) {
        if (unasked > 0 && askedFor == 0) {
            ask(connection);
        } else if (isSilent()) {
            tellUnacked();
        }
    }

    private boolean isSilent() {
        return askedFor != 0
                && time.nanos() - askedSince >= management.terms().ackTimeout().toNanos();
    }

    /** Whether others want to know that something waits. */
    private static boolean isTold(Stanza stanza) {
        return stanza instanceof Message
                || stanza instanceof Presence presence && presence.type() == Presence.Type.SUBSCRIBE;
    }

    /** Tells once of each such stanza that its receiver may not have got it. */
    private void tellUnacked() {
        long[] number = {queue.acknowledged()};
        List<Stanza> untold = new ArrayList<>();
        queue.forEach(entry -> {
            if (++number[0] > told && isTold(entry.stanza())) {
                untold.add(entry.stanza());
            }
        });
        told = number[0];
        if (!untold.isEmpty()) {
            management.tellUnacked(line.session(), untold);
        }
    }

    /** The client has all that was stored with the session. Call it outside of the line's lock. */
    void settle() {
        if (id != null) {
            management.settle(id);
        }
    }

    // --- while the client is away (section 5) ---

    /** The client is gone, and others hear of what it may not have got. */
    void lost() {
        unasked = 0;
        askedFor = 0;
        tellUnacked();
    }

    /**
     * From now on what waits counts as waiting for a client that is away.
     *
     * @param kept how many bytes of memory wait outside of this
     * @return how many in all
     */
    long isAway(long kept) {
        accounted = queue.bytes() + kept;
        return accounted;
    }

    /** The session waits for its client. Call it outside of the line's lock. */
    void waitFor(Duration time, long bytes) {
        management.detached(line, bytes, time);
    }

    /** More waits for the client that is away, or less. */
    void account(long bytes) {
        accounted += bytes;
        management.waitingGrew(bytes);
    }

    /** About how many bytes of memory wait for the client that is away. */
    long waitingBytes() {
        return accounted;
    }

    /** Sets what ends the session when the client does not come back, and when. */
    void expires(Time.Timer timer, long at) {
        expiry = timer;
        expiresAt = at;
    }

    /** When the session ends that waits, on the wall clock, in milliseconds since 1970. */
    long expiresAt() {
        return expiresAt;
    }

    /** The client is back, or not waited for any more. */
    void noLongerAway() {
        Time.Timer timer = expiry;
        if (timer != null) {
            timer.cancel();
            expiry = null;
        }
        expiresAt = 0;
        management.noLongerDetached(line, accounted);
        accounted = 0;
    }

    /** The client is on another stream: what it has not acknowledged is in doubt anew. */
    void resumed() {
        askedFor = 0;
        unasked = 0;
        told = Math.max(told, queue.acknowledged());
    }

    /** Takes out what the client has not acknowledged. */
    List<UnackedQueue.Entry> takeAll() {
        return queue.takeAll();
    }

    /** Takes out what the client will not acknowledge; what has waited for long tells since when. */
    List<Stanza> giveUp() {
        return queue.takeAll().stream().map(this::sinceItCame).toList();
    }

    private Stanza sinceItCame(UnackedQueue.Entry entry) {
        Duration age = Duration.ofNanos(time.nanos() - entry.since());
        return age.compareTo(AT_ONCE) < 0 ? entry.stanza() : DelayStamp.of(entry.stanza(), time.now().minus(age));
    }

    /** The session takes nothing any more. Call it outside of the line's lock. */
    void forget() {
        management.forget(line, id, handled.inGoodHands());
    }

    /**
     * The session has ended, and what was left of it is where it belongs. May block. Call it outside of the line's
     * lock.
     */
    void ended() {
        if (id != null) {
            management.ended(id);
        }
    }
}
