package im.gatehouse.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import im.gatehouse.hook.Verdict;
import im.gatehouse.jid.Jid;
import im.gatehouse.session.Refusal;
import im.gatehouse.stanza.Stanza;
import im.gatehouse.stream.sasl.MechanismName;
import im.gatehouse.time.SystemTime;
import im.gatehouse.xml.StoredXml;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The moment at which a session begins: at binding or, where the listener says so, at the session request. */
class SessionRequestTest {
    private static final String SESSION =
            "<iq type='set' id='s'><session xmlns='urn:ietf:params:xml:ns:xmpp-session'/></iq>";
    private static final String NOT_AUTHORIZED = "<stream:error><not-authorized ";
    private static final Jid HERE = Jid.parse("alice@localhost/here");

    @TempDir
    private Path folder;

    private RunningServer running;

    @BeforeEach
    void start() {
        running = RunningServer.withConfig(folder, config("replace"), new SystemTime());
        running.account("alice@localhost").account("bob@localhost");
    }

    private static String config(String conflict) {
        return """
                [[listen.c2s]]
                port = 0
                tls = "off"
                max_sign_in_seconds = 3600
                backwards_compatible_session = true
                [[listen.c2s]]
                port = 0
                tls = "off"
                max_sign_in_seconds = 3600
                [listen.http]
                port = 0
                [auth]
                scram_iterations = 4096
                resource_conflict = "%s"
                """.formatted(conflict);
    }

    @AfterEach
    void stop() {
        running.close();
    }

    /** Signs in where the session request opens the session, up to the stream on which to bind. */
    private RawClient atRequest(String user) throws IOException {
        return signedIn(running.plainPort(), user);
    }

    /** Signs in where binding opens the session, up to the stream on which to bind. */
    private RawClient atBind(String user) throws IOException {
        return signedIn(running.tlsPort(), user);
    }

    private static RawClient signedIn(int port, String user) throws IOException {
        RawClient client = new RawClient(port).open("localhost");
        String answer = client.authenticate(MechanismName.SCRAM_SHA_256, user, "secret").readElement();
        assertTrue(answer.startsWith("<success "), answer);
        return client.open("localhost");
    }

    private static String bind(String resource) {
        return "<iq type='set' id='b'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'><resource>" + resource
                + "</resource></bind></iq>";
    }


    @Test
    void bindingOnlyTellsTheAddressAndTheRequestOpensTheSession() throws IOException {
        try (RawClient client = atRequest("alice")) {
            String bound = client.send(bind("here")).readElement();
            assertTrue(bound.contains("<jid>alice@localhost/here</jid>"), bound);
            assertNull(running.server().sessions().find(HERE));

            String answer = client.send(SESSION).readElement();
            assertTrue(answer.startsWith("<iq id='s' type='result'"), answer);
            assertNotNull(running.server().sessions().find(HERE));
        }
    }

    @Test
    void whatElseComesBeforeTheRequestEndsTheStream() throws IOException {
        for (String early : new String[] {"<message to='bob@localhost'><body>hi</body></message>", bind("other")}) {
            try (RawClient client = atRequest("alice")) {
                client.send(bind("here")).readElement();
                String end = client.send(early).readToEnd();
                assertTrue(end.startsWith(NOT_AUTHORIZED), end);
            }
        }
        assertEquals(0, running.server().sessions().count());
    }

    @Test
    void aRequestBeforeBindingEndsTheStream() throws IOException {
        try (RawClient client = atRequest("alice")) {
            String end = client.send(SESSION).readToEnd();
            assertTrue(end.startsWith(NOT_AUTHORIZED), end);
        }
    }

    @Test
    void theOlderSessionOfTheResourceEndsAtTheRequest() throws IOException {
        try (RawClient older = atBind("alice");
                RawClient newer = atRequest("alice")) {
            older.send(bind("here")).readElement();
            newer.send(bind("here")).readElement();
            newer.send(SESSION);
            assertTrue(older.readToEnd().contains("<conflict "));
            assertTrue(newer.readElement().startsWith("<iq id='s' type='result'"));
        }
    }

    @Test
    void aResourceThatWasTakenMeanwhileCanBeAskedForByAnotherName() throws IOException {
        running.close();
        running = RunningServer.withConfig(folder, config("refuse"), new SystemTime());
        try (RawClient hasty = atBind("alice");
                RawClient late = atRequest("alice")) {
            late.send(bind("here")).readElement();
            hasty.send(bind("here")).readElement();
            String refusal = late.send(SESSION).readElement();
            assertTrue(refusal.contains("<conflict "), refusal);
            refusal = late.send(bind("here")).readElement();
            assertTrue(refusal.contains("<conflict "), refusal);
            assertTrue(late.send(bind("there")).readElement().contains("<jid>alice@localhost/there</jid>"));
            assertTrue(late.send(SESSION).readElement().startsWith("<iq id='s' type='result'"));
        }
    }

    @Test
    void whoIsRefusedForNowMayAskAgainOnTheSameStream() throws IOException {
        AtomicInteger asked = new AtomicInteger();
        running.server().sessions().opening().add("a test", 0, _ -> asked.getAndIncrement() % 2 == 0
                ? Verdict.refuse(new Refusal(Refusal.Kind.TRY_LATER, "Later"))
                : Verdict.pass());
        String later = "<error type='wait'><internal-server-error xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/>"
                + "<text xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'>Later</text></error></iq>";
        try (RawClient first = atBind("alice");
                RawClient second = atRequest("bob")) {
            String refusal = first.send(bind("here")).readElement();
            assertTrue(refusal.endsWith(later), refusal);
            assertTrue(first.send(bind("here")).readElement().contains("<jid>"));

            second.send(bind("here")).readElement();
            refusal = second.send(SESSION).readElement();
            assertTrue(refusal.endsWith(later), refusal);
            assertTrue(second.send(SESSION).readElement().startsWith("<iq id='s' type='result'"));
        }
    }

    @Test
    void whoseAccountIsGoneIsToldSo() throws IOException {
        try (RawClient client = atBind("alice")) {
            running.server().accounts().remove(HERE);
            String end = client.send(bind("here")).readToEnd();
            assertTrue(end.contains("<error type='auth'><not-authorized "), end);
            assertTrue(end.contains(NOT_AUTHORIZED), end);
        }
        assertEquals(0, running.server().sessions().count());
    }

    @Test
    void theAnswerComesBeforeAnythingThatOthersSend() throws IOException {
        Stanza early = Stanza.of(StoredXml.read("<message xmlns='jabber:client' from='bob@localhost/x'>"
                + "<body>early</body></message>"));
        running.server().sessions().opening().add("a test", 0, session -> {
            session.send(early.to(session.jid()));
            return Verdict.pass();
        });
        running.server().sessions().opened().add("a test", session -> session.send(early.to(session.jid())));
        try (RawClient first = atBind("alice");
                RawClient second = atRequest("bob")) {
            assertTrue(first.send(bind("here")).readElement().contains("<jid>"));
            assertTrue(second.send(bind("here")).readElement().contains("<jid>"));
            second.send(SESSION);
            assertTrue(second.readElement().startsWith("<iq id='s' type='result'"));
            for (RawClient client : new RawClient[] {first, second}) {
                assertTrue(client.readElement().contains("early"));
                assertTrue(client.readElement().contains("early"));
            }
        }
    }

    @Test
    void whatOthersSentToASessionThatIsRefusedGoesBack() throws Exception {
        try (RawClient bob = atBind("bob")) {
            bob.send(bind("x")).readElement();
            Stanza early = Stanza.of(StoredXml.read("<iq xmlns='jabber:client' from='bob@localhost/x' type='get'"
                    + " id='q'><ping xmlns='urn:xmpp:ping'/></iq>"));
            running.server().sessions().opening().add("a test", 0, session -> {
                session.send(early.to(session.jid()));
                return Verdict.refuse(new Refusal(Refusal.Kind.NOT_ALLOWED, null));
            });
            try (RawClient alice = atBind("alice")) {
                String end = alice.send(bind("here")).readToEnd();
                assertTrue(end.contains("code='405'") && !end.contains("ping"), end);
            }
            String back = bob.readElement();
            assertTrue(back.contains("id='q'") && back.contains("<recipient-unavailable "), back);
        }
    }

    @Test
    void aGuardThatSaysNotAuthorizedDoesNotCountAsAWrongPassword() throws IOException {
        Runnable undo = running.server().sessions().signIn()
                .add("a test", 0, _ -> Verdict.refuse(new Refusal(Refusal.Kind.NOT_AUTHORIZED, null)));
        for (int attempt = 0; attempt < 12; attempt++) {
            try (RawClient client = new RawClient(running.tlsPort()).open("localhost")) {
                String answer = client.authenticate(MechanismName.SCRAM_SHA_256, "alice", "secret").readElement();
                assertTrue(answer.contains("<not-authorized"), answer);
            }
        }
        undo.run();
        atBind("alice").close();
    }
}
