package im.gatehouse.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.fail;

import im.gatehouse.hook.Verdict;
import im.gatehouse.jid.Jid;
import im.gatehouse.session.Sessions.Conflict;
import im.gatehouse.session.Sessions.Registration;
import im.gatehouse.session.Sessions.Resumption;
import im.gatehouse.stanza.Stanza;
import im.gatehouse.stanza.StreamError;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class SessionsTest {
    private static final Jid PHONE = Jid.parse("alice@localhost/phone");
    private static final Refusal REFUSED = new Refusal(Refusal.Kind.NOT_ALLOWED, null);

    private final Sessions sessions = new Sessions(() -> 10, Duration.ofMillis(20));

    private static Login login(String account, String ip) {
        return new Login(
                Jid.parse(account), new InetSocketAddress(InetAddress.ofLiteral(ip), 1), "tcp", "SCRAM-SHA-256");
    }

    private Admission admission(String account, String ip) {
        return assertInstanceOf(Admission.class, sessions.admit(login(account, ip)));
    }

    private Session session(Consumer<StreamError> whenEnded) {
        return new Session(
                admission("alice@localhost", "192.0.2.1"),
                PHONE,
                true,
                Instant.EPOCH,
                outlet(whenEnded),
                new Lane(10));
    }

    private static Outlet outlet(Consumer<StreamError> whenEnded) {
        return new Outlet() {
            @Override
            public void send(Stanza stanza) {}

            @Override
            public void end(StreamError error) {
                whenEnded.accept(error);
            }
        };
    }

    @Test
    void whoIsRefusedAtSignInGetsNoAdmission() {
        sessions.signIn().add("a test", 0, _ -> Verdict.refuse(REFUSED));
        assertEquals(REFUSED, sessions.admit(login("alice@localhost", "192.0.2.1")));
    }

    @Test
    void aGuardThatFailsRefuses() {
        sessions.signIn().add("a test", 0, _ -> {
            throw new IllegalStateException("the keeper fell asleep");
        });
        assertEquals(
                new Refusal(Refusal.Kind.TRY_LATER, null), sessions.admit(login("alice@localhost", "192.0.2.1")));
    }

    @Test
    void anAdmissionIsGoodForItsOwnAccountAlone() {
        Admission bobs = admission("bob@localhost", "192.0.2.1");
        assertThrows(
                IllegalArgumentException.class,
                () -> new Session(bobs, PHONE, true, Instant.EPOCH, outlet(_ -> {}), new Lane(10)));
    }

    @Test
    void theEndOfTheOlderSessionIsToldBeforeTheBeginningOfTheNewer() {
        List<String> told = new ArrayList<>();
        sessions.opened().add("a test", _ -> told.add("opened"));
        sessions.closed().add("a test", _ -> told.add("closed"));
        Session[] older = new Session[1];
        older[0] = session(_ -> sessions.close(older[0]));
        sessions.register(older[0], Conflict.REPLACE);
        Session newer = session(_ -> {});
        assertEquals(new Registration.Registered(), sessions.register(newer, Conflict.REPLACE));
        assertEquals(List.of("opened", "closed", "opened"), told);
        assertSame(newer, sessions.find(PHONE));
    }

    @Test
    void anOlderSessionThatDoesNotEndKeepsItsResourceUntilItDoes() {
        List<String> told = new ArrayList<>();
        sessions.opened().add("a test", _ -> told.add("opened"));
        sessions.closed().add("a test", _ -> told.add("closed"));
        Session busy = session(_ -> {});
        sessions.register(busy, Conflict.REPLACE);
        assertEquals(new Registration.InUse(busy), sessions.register(session(_ -> {}), Conflict.REPLACE));
        assertSame(busy, sessions.find(PHONE)); // or who locks the user out would not find it
        sessions.close(busy);
        assertEquals(new Registration.Registered(), sessions.register(session(_ -> {}), Conflict.REPLACE));
        assertEquals(List.of("opened", "closed", "opened"), told);
    }

    @Test
    void whoComesBackIsAskedForOnceMoreAndKnownByTheNewAddress() {
        Session session = session(_ -> {});
        sessions.register(session, Conflict.REPLACE);
        Admission again = admission("alice@localhost", "198.51.100.7");
        List<SessionInfo> asked = new ArrayList<>();
        sessions.opening().add("a test", 0, s -> {
            asked.add(s.info());
            return Verdict.pass();
        });
        List<SessionInfo> heard = new ArrayList<>();
        sessions.resumed().add("a test", s -> heard.add(s.info()));
        assertEquals(new Resumption.Resumed(), sessions.resume(session, again, false));
        SessionInfo expected = SessionInfo.of(again.login(), false, Instant.EPOCH);
        assertEquals(List.of(expected), asked);
        assertEquals(List.of(expected), heard);
        assertEquals(expected, session.info());
    }

    @Test
    void whoWasLockedOutMeanwhileDoesNotComeBack() {
        Session session = session(_ -> {});
        sessions.register(session, Conflict.REPLACE);
        SessionInfo before = session.info();
        Admission again = admission("alice@localhost", "198.51.100.7");
        sessions.opening().add("a test", 0, _ -> Verdict.refuse(REFUSED));
        sessions.resumed().add("a test", _ -> fail("nobody has come back"));
        assertEquals(new Resumption.Refused(REFUSED), sessions.resume(session, again, true));
        assertEquals(before, session.info());
    }

    @Test
    void aSessionThatEndedOrIsAnothersIsGone() {
        Session session = session(_ -> {});
        sessions.register(session, Conflict.REPLACE);
        Admission bobs = admission("bob@localhost", "192.0.2.1");
        assertEquals(new Resumption.Gone(), sessions.resume(session, bobs, true));
        Admission again = admission("alice@localhost", "192.0.2.1");
        sessions.opening().add("ends it meanwhile", 0, s -> {
            sessions.close(s);
            return Verdict.pass();
        });
        assertEquals(new Resumption.Gone(), sessions.resume(session, again, true));
        assertNull(sessions.find(PHONE));
        assertEquals(new Resumption.Gone(), sessions.resume(session, again, true));
    }
}
