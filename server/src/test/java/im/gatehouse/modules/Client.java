package im.gatehouse.modules;

import im.gatehouse.jid.Jid;
import im.gatehouse.session.Admission;
import im.gatehouse.session.Lane;
import im.gatehouse.session.Login;
import im.gatehouse.session.Outlet;
import im.gatehouse.session.Refusal;
import im.gatehouse.session.Session;
import im.gatehouse.session.Sessions;
import im.gatehouse.stanza.Stanza;
import im.gatehouse.stanza.StreamError;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A client without a network: it comes in as every stream does, and remembers with which error it was put out. */
public final class Client implements Outlet {
    private final Sessions sessions;
    private final Jid jid;
    private final InetSocketAddress address;
    private volatile @Nullable Session session;
    private volatile @Nullable StreamError ended;

    Client(Sessions sessions, Jid jid, @Nullable String ip) {
        this.sessions = sessions;
        this.jid = jid;
        this.address = ip == null
                ? InetSocketAddress.createUnresolved("nowhere", 1)
                : new InetSocketAddress(InetAddress.ofLiteral(ip), 50_000);
    }

    /** Signs in with the right password and opens the session; answers the refusal, if there is one. */
    public Optional<Refusal> logIn() {
        return signIn().or(this::open);
    }

    /** Signs in with the right password and no more; answers the refusal, if there is one. */
    public Optional<Refusal> signIn() {
        return signIn("SCRAM-SHA-256");
    }

    /** Signs in by a mechanism and no more; answers the refusal, if there is one. */
    public Optional<Refusal> signIn(String mechanism) {
        return switch (sessions.admit(new Login(jid.bare(), address, "tcp", mechanism))) {
            case Refusal refusal -> Optional.of(refusal);
            case Admission admission -> {
                session = new Session(admission, jid, true, Instant.EPOCH, this, new Lane(16));
                yield Optional.empty();
            }
        };
    }

    /** Opens the session after a sign-in that was allowed. */
    public Optional<Refusal> open() {
        return switch (sessions.register(Objects.requireNonNull(session), Sessions.Conflict.REPLACE)) {
            case Sessions.Registration.Registered _ -> Optional.empty();
            case Sessions.Registration.Refused(Refusal refusal) -> Optional.of(refusal);
            case Sessions.Registration other -> throw new IllegalStateException(other.toString());
        };
    }

    /** Signs in anew from another IP address and takes its session up again. */
    public Sessions.Resumption comeBack(String ip) {
        InetSocketAddress elsewhere = new InetSocketAddress(InetAddress.ofLiteral(ip), 50_001);
        return switch (sessions.admit(new Login(jid.bare(), elsewhere, "tcp", "SCRAM-SHA-256"))) {
            case Refusal refusal -> new Sessions.Resumption.Refused(refusal);
            case Admission admission -> sessions.resume(Objects.requireNonNull(session), admission, true);
        };
    }

    /** Goes of its own will. */
    public void leave() {
        sessions.close(Objects.requireNonNull(session));
    }

    /** With what the server ended the stream. */
    public Optional<StreamError> ended() {
        return Optional.ofNullable(ended);
    }

    /** As {@link #ended}, when the server is about to end it; waits for a minute at most. */
    public Optional<StreamError> awaitEnd() {
        if (!Objects.requireNonNull(session).awaitGone(Duration.ofMinutes(1))) {
            throw new AssertionError(jid + " is still there");
        }
        return ended();
    }

    @Override
    public void send(Stanza stanza) {
        // nobody sends in these tests
    }

    @Override
    public void end(StreamError error) {
        ended = error;
        sessions.close(Objects.requireNonNull(session));
    }
}
