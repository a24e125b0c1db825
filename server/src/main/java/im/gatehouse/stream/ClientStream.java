package im.gatehouse.stream;

import im.gatehouse.jid.InvalidJidException;
import im.gatehouse.jid.Jid;
import im.gatehouse.session.Admission;
import im.gatehouse.session.Lane;
import im.gatehouse.session.Session;
import im.gatehouse.session.Sessions;
import im.gatehouse.stanza.Iq;
import im.gatehouse.stanza.Stanza;
import im.gatehouse.stanza.StanzaException;
import im.gatehouse.stanza.StreamError;
import im.gatehouse.stanza.StreamError.Condition;
import im.gatehouse.time.Time;
import im.gatehouse.xml.Element;
import im.gatehouse.xml.Namespaces;
import im.gatehouse.xml.XmlException;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A client's stream from its first byte to its last: negotiation, then stanzas (RFC 6120 section 4).
 *
 * <p>What comes in is handled in the stream's lane, and what is written here without another word is confined to it.
 * Sending and ending are safe from any thread.
 */
public final class ClientStream implements StreamHandler {
    /** How many elements of one client may wait before its connection is no longer read from. */
    private static final int WAITING = 64;

    private static final String SUPPORTED_VERSION = "1.0";

    private static final StreamError SUPERSEDED =
            Condition.CONFLICT.error("The session was resumed on another connection");

    private static final StreamError REFUSED_ELEMENTS = tooBig("These are too many elements before sign-in");

    private final Connection connection;
    private final StreamContext context;
    private final Entrance entrance;
    private final Lane lane = new Lane(WAITING);
    private final Time.Timer signInDeadline;

    private String host = "";
    private @Nullable Jid claimed;
    private @Nullable String lang;
    private boolean open;
    private @Nullable Admission admission;
    private @Nullable Jid bound;
    private @Nullable Object attempt;

    /** What others send to the session, from when it can be found. Written in the lane. */
    private volatile @Nullable SessionLine line;

    /** The lane of the session that the client came back to; null on all other streams. Written in the lane. */
    private volatile @Nullable Lane resumed;

    /** Whether the stream has come to its end and has left its session. Of the lane. */
    private boolean left;

    /** Whether the connection is gone. Of the lane. */
    private boolean gone;

    /** Told when the connection is gone and all that came of it is done. Set before the connection is read from. */
    private volatile @Nullable Runnable whenOver;

    /** Set by whoever ends the stream; what comes in afterwards is dropped. */
    private volatile boolean ended;

    /** Whether reading is held back. Touched by the connection's thread and, when the lane is empty, by the lane. */
    private volatile boolean paused;

    /**
     * Whether a request for TLS came last, behind which nothing counts until a new stream. Of the connection's thread.
     */
    private boolean encryptionAsked;

    /** How many elements have come before sign-in. */
    private int elementsOfStranger;

    public ClientStream(Connection connection, StreamContext context, Entrance entrance) {
        this.connection = connection;
        this.context = context;
        this.entrance = entrance;
        this.lane.whenIdle(this::resumeReading);
        this.signInDeadline = context.time().after(entrance.signIn(), () -> lane.add(this::signInTookTooLong));
        connection.limits(context.limitsBeforeSignIn().get());
    }

    // --- what comes from the connection ---

    @Override
    public void opened(Element header, String defaultNamespace) {
        encryptionAsked = false;
        take(() -> open(header, defaultNamespace));
    }

    @Override
    public void received(Element element) {
        if (!encryptionAsked) {
            encryptionAsked = element.is("starttls", Namespaces.TLS);
            take(() -> handle(element));
        }
    }

    @Override
    public void closed() {
        inLane(this::close);
    }

    @Override
    public void failed(XmlException cause) {
        inLane(() -> fail(streamError(cause)));
    }

    @Override
    public void disconnected(List<Stanza> undelivered) {
        inLane(() -> {
            ended = true; // only now: what came before is still handled, as when a client sends, and goes at once
            gone = true;
            disconnectedInLane(undelivered);
            Runnable over = whenOver;
            if (over != null) {
                lane().last(over);
            }
        });
    }

    private void disconnectedInLane(List<Stanza> undelivered) {
        SessionLine own = line;
        if (left || own == null || !own.survives(this, undelivered)) {
            leave(undelivered);
        }
    }

    private void take(Runnable task) {
        if (ended) {
            return;
        }
        inLane(() -> {
            if (!ended) {
                task.run();
            }
        });
        if (lane().size() > WAITING && !paused) {
            connection.pause();
            paused = true; // after the pause: a lane that empties in between must not resume before it
            if (lane().isIdle()) {
                resumeReading();
            }
        }
    }

    /** Runs something after all that the client said before, in the lane of its session where it came back to one. */
    private void inLane(Runnable task) {
        lane.add(() -> {
            Lane other = resumed;
            if (other == null) {
                task.run();
            } else {
                other.add(task);
            }
        });
    }

    private void resumeReading() {
        if (paused) {
            paused = false;
            connection.resume();
        }
    }

    // --- the opening ---

    private void open(Element header, String defaultNamespace) {
        lang = header.lang();
        claimed = address(header.attribute("from"));
        StreamError wrong = wrongIn(header, defaultNamespace);
        if (wrong == null && tooManyElements(header)) {
            wrong = REFUSED_ELEMENTS;
        }
        openOurs(claimed == null ? null : claimed.bare().toString());
        if (wrong != null) {
            fail(wrong);
        } else {
            offerFeatures();
        }
    }

    /** Who asks for a domain that is none of ours is answered all the same, in our own name (section 4.9.1.2). */
    private void openOurs(@Nullable String to) {
        connection.open(new StreamHeader(host.isEmpty() ? context.name() : host, to, context.streamId(), "en"));
        open = true;
    }

    private @Nullable StreamError wrongIn(Element header, String defaultNamespace) {
        if (!header.is("stream", Namespaces.STREAM) && !header.is("open", "urn:ietf:params:xml:ns:xmpp-framing")) {
            return (header.name().equals("stream") ? Condition.INVALID_NAMESPACE : Condition.BAD_FORMAT).error();
        }
        if (!defaultNamespace.equals(Namespaces.CLIENT)) {
            return Condition.INVALID_NAMESPACE.error();
        }
        Jid to = address(header.attribute("to"));
        String asked = to == null ? null : to.toString();
        if (asked == null) {
            return Condition.IMPROPER_ADDRESSING.error("The stream header needs the domain in 'to'");
        }
        if (!context.router().isHost(asked)) {
            return Condition.HOST_UNKNOWN.error();
        }
        if (!host.isEmpty() && !host.equals(asked) && admission != null) {
            return Condition.NOT_AUTHORIZED.error("The stream cannot change its domain after sign-in");
        }
        host = asked;
        if (isSomebodyElse(claimed)) {
            return Condition.INVALID_FROM.error("The stream is opened in the name of somebody else");
        }
        String version = header.attribute("version");
        if (version == null || !version.matches("[0-9]{1,4}\\.[0-9]{1,4}") || version.startsWith("0.")) {
            return Condition.UNSUPPORTED_VERSION.error("XMPP " + SUPPORTED_VERSION + " is needed");
        }
        return null;
    }

    /** Whether a header after sign-in names another account than the one that has signed in (section 4.9.3.9). */
    private boolean isSomebodyElse(@Nullable Jid named) {
        Admission admitted = admission;
        return admitted != null
                && named != null
                && named.hasLocal()
                && !named.bare().equals(admitted.account());
    }

    private static @Nullable Jid address(@Nullable String text) {
        try {
            return text == null ? null : Jid.parse(text);
        } catch (InvalidJidException _) {
            return null;
        }
    }

    /** Tells what can be settled now: after each header, and after a sign-in that keeps its stream (XEP-0388). */
    void offerFeatures() {
        Element.Builder features = Element.builder("features", Namespaces.STREAM);
        for (StreamFeature feature : context.features().get()) {
            features.child(feature.offer(this));
        }
        connection.send(features.build());
    }

    static StreamError streamError(XmlException cause) {
        return switch (cause.condition()) {
            case NOT_WELL_FORMED -> Condition.NOT_WELL_FORMED.error(cause.getMessage());
            case RESTRICTED_XML -> Condition.RESTRICTED_XML.error(cause.getMessage());
            case UNSUPPORTED_ENCODING -> Condition.UNSUPPORTED_ENCODING.error(cause.getMessage());
            case BAD_FORMAT -> Condition.BAD_FORMAT.error(cause.getMessage());
            case BAD_NAMESPACE_PREFIX -> Condition.BAD_NAMESPACE_PREFIX.error(cause.getMessage());
            case STANZA_TOO_BIG -> tooBig(cause.getMessage());
        };
    }

    private static StreamError tooBig(@Nullable String text) {
        return new StreamError(Condition.POLICY_VIOLATION, text, Element.of("stanza-too-big", "urn:xmpp:errors"));
    }

    // --- what a client says on an open stream ---

    private void handle(Element element) {
        if (tooManyElements(element)) {
            fail(REFUSED_ELEMENTS);
            return;
        }
        if (element.is("error", Namespaces.STREAM)) {
            close(); // the client has given up the stream, which nothing can mend (section 4.9.1.1)
            return;
        }
        SessionLine counting = line;
        if (counting != null && counting.isManaged() && Stanza.isStanza(element)) {
            dispatch(element);
            lane().last(counting::handled);
        } else {
            dispatch(element);
        }
    }

    private void dispatch(Element element) {
        for (StreamFeature feature : context.features().get()) {
            if (feature.takes(element, this)) {
                feature.handle(element, this);
                return;
            }
        }
        SessionLine own = line;
        if (own != null && Stanza.isStanza(element)) {
            handleStanza(element, own.session());
        } else if (own == null) {
            fail(Condition.NOT_AUTHORIZED.error());
        } else {
            fail(Condition.UNSUPPORTED_STANZA_TYPE.error());
        }
    }

    /** Whether a stranger has now sent more elements than there may be in all before sign-in. */
    private boolean tooManyElements(Element latest) {
        if (admission != null) {
            return false;
        }
        elementsOfStranger += size(latest);
        int most = context.limitsBeforeSignIn().get().maxElements();
        return most > 0 && elementsOfStranger > most;
    }

    private static int size(Element element) {
        int size = 1;
        for (Element child : element.children()) {
            size += size(child);
        }
        return size;
    }

    private void handleStanza(Element element, Session sender) {
        if (element.attribute("from") != null && address(element.attribute("from")) == null) {
            fail(Condition.INVALID_FROM.error()); // what is no address is not the sender's
            return;
        }
        Stanza stanza;
        try {
            stanza = Stanza.of(element);
        } catch (StanzaException e) {
            Element answer = Stanza.malformed(element, e.error());
            if (answer != null) {
                sender.send(Stanza.of(answer)); // a stanza as any other: it is counted
            }
            return;
        }
        Jid from = stanza.from();
        if (from != null && !from.equals(sender.jid()) && !from.equals(sender.account())) {
            fail(Condition.INVALID_FROM.error());
            return;
        }
        Stanza stamped = stanza.from(sender.jid());
        context.router().fromClient(sender, lang != null && stanza.lang() == null ? stamped.lang(lang) : stamped);
    }

    // --- for the features ---

    public Connection connection() {
        return connection;
    }

    /** What holds for the listener at which the client came in. */
    public Entrance entrance() {
        return entrance;
    }

    /** Handles what this client sends, one thing after another. */
    public Lane lane() {
        Lane other = resumed;
        return other == null ? lane : other;
    }

    /** The domain that the stream is for. */
    public String host() {
        return host;
    }

    /** Who the client said it is in its header: a hint that proves nothing, null for none. */
    public @Nullable Jid claimed() {
        return claimed;
    }

    /** Who signed in, or null before that. */
    public @Nullable Jid account() {
        Admission admitted = admission;
        return admitted == null ? null : admitted.account();
    }

    /** The proof that who signed in may, or null before that. */
    @Nullable Admission admission() {
        return admission;
    }

    /** The full address that the client has been told and for which it has still to open the session, or null. */
    public @Nullable Jid bound() {
        return bound;
    }

    /** Notes the full address that the client is told before it opens the session; null for none any more. */
    public void bound(@Nullable Jid full) {
        bound = full;
    }

    /** Whether somebody has a session with that full address. */
    public boolean isInUse(Jid full) {
        return context.sessions().find(full) != null;
    }

    /** The session that stands, or is about to, or null before that. */
    public @Nullable Session session() {
        SessionLine own = line;
        return own == null ? null : own.session();
    }

    /** What others send to the session, or null before there is one. */
    @Nullable SessionLine line() {
        return line;
    }

    /** What the feature that is under way keeps between two elements, or null. */
    public @Nullable Object attempt() {
        return attempt;
    }

    /** Keeps something until the feature's next element. */
    public void attempt(@Nullable Object attempt) {
        this.attempt = attempt;
    }

    /** Sends what is no stanza. */
    public void send(Element element) {
        connection.send(element);
    }

    /** Notes who has signed in; the limits grow to those of a known user. */
    public void signedIn(Admission admission) {
        this.admission = admission;
        this.attempt = null;
        connection.limits(context.limitsAfterSignIn().get());
    }

    /**
     * Begins the session. May block: runs on a virtual thread.
     *
     * @param full the full address
     * @param answer what the client is told, before anything else on the session, when it stands
     * @throws NullPointerException when nobody has signed in
     */
    public Sessions.Registration begin(Jid full, Iq answer) {
        return begin(full, context.resourceConflict().get(), _ -> connection.send(answer));
    }

    /**
     * As {@link #begin(Jid, Iq)}, where more has to be done before the client is told.
     *
     * @param conflict what happens when the resource is in use
     * @param answer tells the client that its session stands, by {@link #send(Element)}; others can find it by then,
     *     but what they send waits until this has returned
     */
    Sessions.Registration begin(Jid full, Sessions.Conflict conflict, Consumer<Session> answer) {
        SessionLine fresh = new SessionLine(context.router(), context.sessions(), context.time(), lane, this);
        Session session = new Session(
                Objects.requireNonNull(admission), full, connection.isSecure(), context.time().now(), fresh, lane);
        fresh.belongsTo(session);
        line = fresh;
        Sessions.Registration outcome = context.sessions().register(session, conflict);
        if (outcome instanceof Sessions.Registration.Registered) {
            signInDeadline.cancel();
            bound = null;
            try {
                answer.accept(session);
            } finally {
                fresh.flow();
            }
        } else {
            line = null;
            fresh.refused();
        }
        return outcome;
    }

    /** Lets flow to the client what others sent to its session while it had to be told something first. */
    public void flow() {
        SessionLine own = line;
        if (own != null) {
            own.flow();
        }
    }

    /** Goes on with the session to which the client came back. Call it in the session's lane. */
    void adopt(SessionLine session) {
        signInDeadline.cancel();
        resumed = session.lane();
        session.lane().whenIdle(this::resumeReading);
        line = session;
    }

    // --- the way out ---

    /** Sends what answers the client itself. Others send through the session. */
    public void send(Stanza stanza) {
        SessionLine own = line;
        if (own == null) {
            connection.send(stanza);
        } else {
            own.send(stanza);
        }
    }

    /** Drops what still comes: somebody ends the session. Any thread. */
    void listenNoMore() {
        ended = true;
    }

    /** Ends the stream, for its client came back on another one. Call it in the lane. */
    void superseded() {
        ended = true;
        connection.close(SUPERSEDED.toElement());
    }

    /**
     * Ends the stream because the server stops. A session that can be resumed stays, and waits for its client. Any
     * thread.
     */
    public void farewell(StreamError error) {
        inLane(() -> {
            if (gone) {
                return;
            }
            SessionLine own = line;
            Managed management = own == null ? null : own.managed();
            if (left || management == null || own.stream() != this) {
                fail(error);
                return;
            }
            own.acknowledge(management.handled.inGoodHands());
            if (own.detach()) {
                ended = true;
                connection.close(error.toElement());
            } else {
                fail(error);
            }
        });
    }

    /** Sets what is told when the connection is gone and all that came of it is done. Call it before anything else. */
    public void whenOver(Runnable over) {
        whenOver = over;
    }

    /** Ends the stream because of what the client did or did not do. Call it in the lane. */
    public void fail(StreamError error) {
        ended = true;
        if (!open) {
            openOurs(null);
        }
        connection.close(error.toElement());
        leave(List.of());
    }

    /** Ends the stream without an error. Call it in the lane. */
    public void close() {
        ended = true;
        connection.close();
        leave(List.of());
    }

    private void signInTookTooLong() {
        if (line == null && !ended) {
            fail(Condition.CONNECTION_TIMEOUT.error("Sign-in took too long"));
        }
    }

    private void leave(List<Stanza> undelivered) {
        signInDeadline.cancel();
        left = true;
        SessionLine own = line;
        if (own == null) {
            return;
        }
        if (own.stream() == this) {
            own.finish(undelivered);
        } else {
            undelivered.forEach(own::send);
        }
    }
}
