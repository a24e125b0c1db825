package im.gatehouse.stream;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import im.gatehouse.hook.NoticePoint;
import im.gatehouse.jid.Jid;
import im.gatehouse.router.Router;
import im.gatehouse.session.Admission;
import im.gatehouse.session.Refusal;
import im.gatehouse.session.Session;
import im.gatehouse.session.Sessions;
import im.gatehouse.stanza.Stanza;
import im.gatehouse.stanza.StanzaError.Condition;
import im.gatehouse.stanza.StreamError;
import im.gatehouse.time.Time;
import im.gatehouse.xml.Element;
import im.gatehouse.xml.Namespaces;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes sure that nothing is lost between a client and the server when their connection breaks (XEP-0198): both sides
 * acknowledge what they have handled, and a client that comes back finds its session as it left it.
 *
 * <p>As a feature of streams it answers {@code <enable/>}, {@code <resume/>}, {@code <r/>} and {@code <a/>}; {@link
 * #offerInline} offers the first two within sign-in (XEP-0386, XEP-0388). Whoever else carries them finds it by {@link
 * StreamFeatures#find} and calls
 *
 * <pre>
 * Element answer = management.enable(stream, enable);        // in the lane; does not block
 * Resumption outcome = management.resume(stream, resume);    // in the lane, on a virtual thread; blocks
 * </pre>
 *
 * then send the answer inside of theirs, and then call {@link ClientStream#flow()}: what others send waits until then.
 * Inside of {@link ClientStream#begin} nothing need be called: it lets flow what waits when the answer has been sent.
 *
 * <p>Safe from any thread.
 */
public final class StreamManagement implements StreamFeature {
    public static final String NAMESPACE = "urn:xmpp:sm:3";

    static final Element REQUEST = Element.of("r", NAMESPACE);

    private static final Logger log = LoggerFactory.getLogger(StreamManagement.class);

    static final Element OFFER = Element.of("sm", NAMESPACE);
    private static final StreamError ENABLED_TWICE =
            StreamError.Condition.POLICY_VIOLATION.error("Stream management is enabled already");
    private static final StreamError BAD_COUNT =
            StreamError.Condition.POLICY_VIOLATION.error("The count of handled stanzas is no number");

    /** How long a client that comes back waits for what it sent before to be handled and stored. */
    private static final Duration SETTLING = Duration.ofSeconds(10);

    /** Of so many sessions that came to an end their last counts are remembered. */
    private static final int MOST_STALE = 10_000;

    private static final Duration STALE_FOR = Duration.ofHours(24);

    /** What came of {@link #resume}. */
    public sealed interface Resumption {
        /** The client has its session again. Send the answer, then call {@link ClientStream#flow()}. */
        record Resumed(Element answer) implements Resumption {}

        /** It has not; it may bind a resource instead. Send the answer. */
        record Failed(Element answer) implements Resumption {}

        /** The stream is to end. */
        record Broken(StreamError error) implements Resumption {}
    }

    /** What is counted, for figures. */
    public enum Event {
        /** A client has its session again. */
        RESUMED,
        /** A client asked for a session that it cannot have. */
        NOT_RESUMED,
        /** A session waits for its client. */
        DETACHED,
        /** A session has waited in vain, or for too much. */
        GIVEN_UP
    }

    /** The count of a session that is no more. */
    private record Stale(Jid account, long handled) {}

    private final Router router;
    private final Sessions sessions;
    private final Time time;
    private final SecureRandom random;
    private final Consumer<Event> figures;
    private final NoticePoint<Unacked> unacked = new NoticePoint<>("a message that was not acknowledged");
    private final NoticePoint<String> settled = new NoticePoint<>("the end of a session's wait");
    private final NoticePoint<String> takenUp = new NoticePoint<>("the return to a session that was stored");

    /** Every session that can be resumed, by its id. */
    private final Map<String, SessionLine> resumable = new ConcurrentHashMap<>();

    /** Every session whose stanzas are counted. */
    private final Map<SessionLine, Boolean> managed = new ConcurrentHashMap<>();

    private final DetachedSessions detached = new DetachedSessions();

    /** Whether sessions are being ended because too much waits. */
    private final AtomicBoolean relieving = new AtomicBoolean();

    private final Cache<String, Stale> stale;
    private volatile ManagementTerms terms;
    private volatile boolean atWork = true;

    /**
     * @param figures hears what is counted; must be quick
     */
    public StreamManagement(
            Router router,
            Sessions sessions,
            Time time,
            SecureRandom random,
            ManagementTerms terms,
            Consumer<Event> figures) {
        this.router = router;
        this.sessions = sessions;
        this.time = time;
        this.random = random;
        this.terms = terms;
        this.figures = figures;
        this.stale = Caffeine.newBuilder()
                .maximumSize(MOST_STALE)
                .expireAfterWrite(STALE_FOR)
                .ticker(time::nanos)
                .build();
    }

    /** The bounds as they are now. */
    public ManagementTerms terms() {
        return terms;
    }

    /** Sets other bounds; they hold for what comes. */
    public void terms(ManagementTerms fresh) {
        terms = fresh;
    }

    /**
     * Told of each message and each request to see the user that waits for a client that is away, or does not
     * acknowledge it in time, once for each session: to wake up the client by other means. On a virtual thread; may
     * block.
     */
    public NoticePoint<Unacked> unacked() {
        return unacked;
    }

    /**
     * Told the id of each session of which nothing need be stored any more: it has ended, or its client has come back
     * and has all that waited over a restart. May block.
     */
    public NoticePoint<String> settled() {
        return settled;
    }

    /**
     * Told the id of each session whose client has come back and has not yet got what waited over a restart: the
     * session must not be brought back once more, but what waits goes on being stored. May block.
     */
    public NoticePoint<String> takenUp() {
        return takenUp;
    }

    /** A client has all that was stored with its session. */
    void settle(String id) {
        Thread.startVirtualThread(() -> settled.tell(id));
    }

    /** How many sessions wait for their clients. */
    public int detachedCount() {
        return detached.count();
    }

    /** About how many bytes of memory wait for these. */
    public long detachedBytes() {
        return detached.bytes();
    }

    /**
     * Offers it within sign-in and binding.
     *
     * @return takes that away again
     */
    public Runnable offerInline(InlineFeatures inline) {
        Runnable enabling = inline.add(new InlineEnabling(this));
        Runnable resuming = inline.add(new InlineResuming(this));
        return () -> {
            enabling.run();
            resuming.run();
        };
    }

    // --- the feature ---

    @Override
    public @Nullable Element offer(ClientStream stream) {
        SessionLine line = stream.line();
        boolean managed = line != null && line.isManaged();
        return stream.account() != null && !managed ? OFFER : null;
    }

    @Override
    public boolean takes(Element element, ClientStream stream) {
        return element.namespace().equals(NAMESPACE)
                && stream.account() != null
                && switch (element.name()) {
                    case "enable", "resume", "r", "a" -> true;
                    default -> false;
                };
    }

    @Override
    public void handle(Element element, ClientStream stream) {
        switch (element.name()) {
            case "enable" -> enableAlone(element, stream);
            case "resume" -> stream.lane().blocking(() -> resumeAlone(element, stream));
            case "r" -> requested(stream);
            default -> acknowledged(element, stream);
        }
    }

    private void enableAlone(Element enable, ClientStream stream) {
        SessionLine line = stream.line();
        boolean again = line != null && line.isManaged();
        stream.send(enable(stream, enable));
        if (again) {
            stream.fail(ENABLED_TWICE); // as XEP-0198 section 3 asks: who counts anew counts wrong from here on
        } else {
            stream.flow();
        }
    }

    private void resumeAlone(Element resume, ClientStream stream) {
        switch (resume(stream, resume)) {
            case Resumption.Resumed(Element answer) -> {
                stream.send(answer);
                stream.flow();
            }
            case Resumption.Failed(Element answer) -> stream.send(answer);
            case Resumption.Broken(StreamError error) -> stream.fail(error);
        }
    }

    private static void requested(ClientStream stream) {
        SessionLine line = stream.line();
        Managed management = line == null ? null : line.managed();
        if (management == null) {
            stream.send(failed(Condition.UNEXPECTED_REQUEST, -1));
        } else {
            management.handled.asked();
        }
    }

    private static void acknowledged(Element acknowledgement, ClientStream stream) {
        SessionLine line = stream.line();
        if (line == null || !line.isManaged()) {
            stream.send(failed(Condition.UNEXPECTED_REQUEST, -1));
            return;
        }
        long h = count(acknowledgement.attribute("h"));
        if (h < 0) {
            stream.fail(BAD_COUNT);
            return;
        }
        long sent = line.acknowledged(h);
        if (sent >= 0) {
            stream.fail(tooHigh(h, sent));
        }
    }

    /** A count as it stands on the wire, from 0 to 2^32-1; -1 for what is none. */
    private static long count(@Nullable String text) {
        if (text == null || text.isEmpty() || text.length() > 10 || !text.chars().allMatch(c -> c >= '0' && c <= '9')) {
            return -1;
        }
        long count = Long.parseLong(text);
        return count < 1L << 32 ? count : -1;
    }

    static Element acknowledgement(long count) {
        return Element.builder("a", NAMESPACE)
                .attribute("h", Long.toString(UnackedQueue.onWire(count)))
                .build();
    }

    private static StreamError tooHigh(long h, long sent) {
        long onWire = UnackedQueue.onWire(sent);
        Element detail = Element.builder("handled-count-too-high", NAMESPACE)
                .attribute("h", Long.toString(h))
                .attribute("send-count", Long.toString(onWire))
                .build();
        String text = "You acknowledged %d stanzas, but were sent only %d".formatted(h, onWire);
        return new StreamError(StreamError.Condition.UNDEFINED_CONDITION, text, detail);
    }

    private static Element failed(Condition condition, long handled) {
        return Element.builder("failed", NAMESPACE)
                .attribute("h", handled < 0 ? null : Long.toString(UnackedQueue.onWire(handled)))
                .child(Element.of(condition.wire(), Namespaces.STANZA_ERRORS))
                .build();
    }

    /** What a stream error says, where the stream may go on: the condition that has no other name, with its detail. */
    static Element failed(StreamError error) {
        Element failed = failed(Condition.UNDEFINED_CONDITION, -1);
        return error.detail() == null ? failed : failed.with(error.detail());
    }

    // --- enabling (section 3) ---

    /**
     * Begins to count the stanzas of a stream whose session stands, or is just beginning. Call it in the lane. What
     * others send waits until {@link ClientStream#flow()}, which is to be called when the answer has been sent.
     *
     * @param enable the client's {@code <enable/>}
     * @return {@code <enabled/>}; or {@code <failed/>}, and then nothing has begun
     */
    public Element enable(ClientStream stream, Element enable) {
        SessionLine line = stream.line();
        if (line == null || line.isManaged()) {
            return failed(Condition.UNEXPECTED_REQUEST, -1);
        }
        boolean resume;
        switch (enable.attributeOr("resume", "false")) {
            case "true", "1" -> resume = true;
            case "false", "0" -> resume = false;
            default -> {
                return failed(Condition.BAD_REQUEST, -1);
            }
        }
        ManagementTerms now = terms;
        Duration patience = shorter(now.resumption(), count(enable.attribute("max")));
        String id = resume && patience.isPositive() ? newId() : null;
        manage(line, id, patience, 0, new UnackedQueue(), false);
        Element.Builder answer = Element.builder("enabled", NAMESPACE);
        if (id != null) {
            answer.attribute("id", id)
                    .attribute("resume", "true")
                    .attribute("max", Long.toString(patience.toSeconds()))
                    .attribute("location", now.location());
        }
        return answer.build();
    }

    private static Duration shorter(Duration ours, long theirs) {
        return theirs < 0 || theirs >= ours.toSeconds() ? ours : Duration.ofSeconds(theirs);
    }

    /**
     * Begins to count.
     *
     * @param stored whether what is in the queue is stored with the session until its client has it
     */
    void manage(
            SessionLine line,
            @Nullable String id,
            Duration patience,
            long handled,
            UnackedQueue queue,
            boolean stored) {
        HandledCount count = new HandledCount(handled, line::acknowledge);
        line.manage(new Managed(this, line, time, id, patience, count, queue, stored));
        managed.put(line, true);
        if (id != null) {
            resumable.put(id, line);
        }
    }

    /** 192 random bits: who does not know it cannot guess it. */
    private String newId() {
        byte[] bytes = new byte[24];
        random.nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }

    // --- resuming (section 5) ---

    /**
     * Gives a client its session again, whose connection broke or is about to: the account must be the same, and the
     * guards are asked once more. Blocks: call it in the lane, on a virtual thread. What others send waits until {@link
     * ClientStream#flow()}, which is to be called when the answer has been sent; then what the client has not got is
     * sent again.
     *
     * @param resume the client's {@code <resume/>}
     */
    public Resumption resume(ClientStream stream, Element resume) {
        Resumption outcome = tryToResume(stream, resume);
        figures.accept(outcome instanceof Resumption.Resumed ? Event.RESUMED : Event.NOT_RESUMED);
        return outcome;
    }

    private Resumption tryToResume(ClientStream stream, Element resume) {
        Admission admission = stream.admission();
        if (admission == null || stream.line() != null || stream.bound() != null) {
            return new Resumption.Failed(failed(Condition.UNEXPECTED_REQUEST, -1));
        }
        String id = resume.attribute("previd");
        long h = count(resume.attribute("h"));
        if (id == null || h < 0) {
            return new Resumption.Failed(failed(Condition.BAD_REQUEST, -1));
        }
        SessionLine line = resumable.get(id);
        if (line == null || !line.account().equals(admission.account())) {
            return gone(id, admission);
        }
        return switch (sessions.resume(line.session(), admission, stream.connection().isSecure())) {
            case Sessions.Resumption.Gone _ -> gone(id, admission);
            case Sessions.Resumption.Refused(Refusal refusal) ->
                new Resumption.Failed(failed(condition(refusal), -1));
            case Sessions.Resumption.Resumed _ -> takeOver(line, id, h, stream, admission);
        };
    }

    private Resumption gone(String id, Admission admission) {
        Stale last = stale.getIfPresent(id);
        long handled = last != null && last.account().equals(admission.account()) ? last.handled() : -1;
        return new Resumption.Failed(failed(Condition.ITEM_NOT_FOUND, handled));
    }

    private static Condition condition(Refusal refusal) {
        return switch (refusal.kind()) {
            case ACCOUNT_DISABLED, NOT_ALLOWED -> Condition.NOT_ALLOWED;
            case NOT_AUTHORIZED -> Condition.NOT_AUTHORIZED;
            case TRY_LATER -> Condition.INTERNAL_SERVER_ERROR;
        };
    }

    /** What the client sent before is handled first: its session's lane comes to this when that is done. */
    private Resumption takeOver(SessionLine line, String id, long h, ClientStream stream, Admission admission) {
        AtomicBoolean claim = new AtomicBoolean(true);
        CompletableFuture<SessionLine.Return> outcome = new CompletableFuture<>();
        line.lane().add(() -> line.lane().blocking(() -> {
            try {
                outcome.complete(line.comeBack(stream, h, claim, SETTLING));
            } catch (RuntimeException e) {
                outcome.completeExceptionally(e);
            }
        }));
        return switch (await(outcome, claim)) {
            case SessionLine.Return.Back(long handled) -> {
                (line.isMoreStored() ? takenUp : settled).tell(id);
                yield new Resumption.Resumed(Element.builder("resumed", NAMESPACE)
                        .attribute("previd", id)
                        .attribute("h", Long.toString(UnackedQueue.onWire(handled)))
                        .build());
            }
            case SessionLine.Return.TooLate _ -> gone(id, admission);
            case SessionLine.Return.NotNow _ ->
                new Resumption.Failed(failed(Condition.INTERNAL_SERVER_ERROR, -1));
            case SessionLine.Return.TooHigh(long sent) -> new Resumption.Broken(tooHigh(h, sent));
        };
    }

    private static SessionLine.Return await(CompletableFuture<SessionLine.Return> outcome, AtomicBoolean claim) {
        try {
            return outcome.get(2 * SETTLING.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException e) {
            log.warn("A client could not be given its session again", e.getCause());
        } catch (TimeoutException _) {
            log.debug("A client waits too long for its session");
        }
        // Who comes later finds nobody waiting; where the session changed hands at this very moment, it has.
        return claim.compareAndSet(true, false) ? new SessionLine.Return.NotNow() : outcome.join();
    }

    // --- sessions without their client ---

    /** A client is away. */
    void detached(SessionLine line, long bytes, Duration patience) {
        ManagementTerms now = terms;
        figures.accept(Event.DETACHED);
        List<SessionLine> surplus =
                detached.add(line, bytes, now.mostDetachedPerAccount(), now.mostDetached());
        line.expires(
                time.after(patience, () -> {
                    figures.accept(Event.GIVEN_UP);
                    line.giveUpWaiting();
                }),
                time.now().plus(patience).toEpochMilli());
        surplus.forEach(this::giveUp);
        relieve();
    }

    void noLongerDetached(SessionLine line, long bytes) {
        detached.remove(line, bytes);
    }

    /** More waits for a client that is away. */
    void waitingGrew(long bytes) {
        if (detached.grow(bytes) > terms.mostDetachedBytes()) {
            relieve();
        }
    }

    /**
     * While too much waits, the session ends for which most waits: its client loses least that it could not refetch.
     */
    private void relieve() {
        if (isTooMuchDetached() && relieving.compareAndSet(false, true)) {
            Thread.startVirtualThread(() -> {
                try {
                    endFullest();
                } finally {
                    relieving.set(false);
                }
            });
        }
    }

    private boolean isTooMuchDetached() {
        return detached.bytes() > terms.mostDetachedBytes();
    }

    private void endFullest() {
        boolean gone = true;
        while (gone && isTooMuchDetached()) {
            SessionLine fullest = detached.fullest();
            if (fullest == null) {
                return;
            }
            figures.accept(Event.GIVEN_UP);
            fullest.giveUpWaiting();
            gone = fullest.session().awaitGone(SETTLING); // it may also have its client again
        }
    }

    private void giveUp(SessionLine line) {
        figures.accept(Event.GIVEN_UP);
        Thread.startVirtualThread(line::giveUpWaiting);
    }

    void tellUnacked(Session session, List<Stanza> stanzas) {
        Thread.startVirtualThread(() -> stanzas.forEach(stanza -> unacked.tell(new Unacked(session, stanza))));
    }

    /** A session takes nothing any more. */
    void forget(SessionLine line, @Nullable String id, long handled) {
        managed.remove(line);
        if (id != null && resumable.remove(id, line)) {
            stale.put(id, new Stale(line.account(), handled));
        }
    }

    /** A session has ended, and what was left of it is where it belongs. May block. */
    void ended(String id) {
        settled.tell(id);
    }

    /** Asks for acknowledgements that are due, and notices clients that do not give them. Now and then; quick. */
    public void lookAfter() {
        managed.keySet().forEach(SessionLine::lookAfter);
    }

    /** Whether a session may wait for its client. */
    boolean isAtWork() {
        return atWork;
    }

    /** Stops: no session can be resumed any more, and those that wait end. */
    public void stop() {
        atWork = false;
        detached.copy().forEach(SessionLine::giveUpWaiting);
        resumable.clear();
    }

    // --- over a restart ---

    /**
     * Puts every session away that waits for its client: it takes nothing any more, and nobody hears of its end. What
     * others keep with it is packed. For the end of the server.
     */
    public List<SuspendedSession> suspend() {
        return new Suspension(router, sessions, time, this).suspend(detached.copy());
    }

    /**
     * Lets sessions stand again that were put away, to wait for their clients for the rest of their time; those that
     * have waited long enough, or may no longer be, end, and what waited goes back to the router. May block.
     */
    public void restore(List<SuspendedSession> suspended) {
        new Suspension(router, sessions, time, this).restore(suspended);
    }
}
