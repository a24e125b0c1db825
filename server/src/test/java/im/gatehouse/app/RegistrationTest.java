package im.gatehouse.app;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import im.gatehouse.jid.Jid;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Strangers make accounts on the stream, before they sign in. */
class RegistrationTest {
    private static final String OPEN = "[modules.mod_register]\naccounts_per_address_per_hour = 2\n";
    private static final String OFFER = "<register xmlns='http://jabber.org/features/iq-register'/>";

    @TempDir
    private Path folder;

    @Test
    void aStrangerMakesAnAccountAndSignsIn() throws IOException {
        try (RunningServer running = RunningServer.in(folder, OPEN)) {
            try (RawClient client = new RawClient(running.plainPort()).open("localhost")) {
                String form = client.send("<iq type='get' id='1' to='localhost'><query xmlns='jabber:iq:register'/></iq>")
                        .readUntil("</iq>");
                assertTrue(form.contains("type='result'") && form.contains("<username/><password/>"), form);
                assertTrue(form.contains("<x xmlns='jabber:x:data' type='form'>"), form);

                String answer = register(client, "newcomer");
                assertTrue(answer.contains("type='result'"), answer);
            }
            try (RawClient client = new RawClient(running.plainPort()).signIn("newcomer", "home")) {
                client.send("<message to='newcomer@localhost/home'><body>hello me</body></message>")
                        .readUntil("hello me");
            }
        }
    }

    @Test
    void theSameStreamSignsInAfterwards() throws IOException {
        try (RunningServer running = RunningServer.in(folder, OPEN);
                RawClient client = new RawClient(running.plainPort()).open("localhost")) {
            register(client, "newcomer");
            client.authenticate("newcomer", "secret");

            String answer = client.readUntil(">");
            assertTrue(answer.startsWith("<success"), answer);
        }
    }

    @Test
    void aNameThatIsTakenOrNotAllowedOrAMissingPasswordIsRefused() throws IOException {
        try (RunningServer running = RunningServer.in(folder, OPEN).account("alice@localhost");
                RawClient client = new RawClient(running.plainPort()).open("localhost")) {
            assertError("conflict", register(client, "alice"));
            assertError("not-acceptable", register(client, "a b@c"));
            assertError("not-acceptable", ask(client, "<username>carol</username><password/>"));
            assertError("not-acceptable", ask(client, "<password>secret</password>"));
            assertError("unexpected-request", ask(client, "<remove/>"));
            assertFalse(running.server().accounts().exists(Jid.parse("carol@localhost")));
        }
    }

    @Test
    void anAddressMakesOnlySoManyAccounts() throws IOException {
        try (RunningServer running = RunningServer.in(folder, OPEN);
                RawClient client = new RawClient(running.plainPort()).open("localhost")) {
            assertTrue(register(client, "first").contains("type='result'"));
            assertTrue(register(client, "second").contains("type='result'"));

            String refused = register(client, "third");

            assertError("not-acceptable", refused);
            assertTrue(refused.contains("type='wait'"), refused);
        }
    }

    @Test
    void itIsNeitherOfferedNorDoneUnlessTheConfigurationSaysSo() throws IOException {
        try (RunningServer running = RunningServer.in(folder);
                RawClient client = new RawClient(running.plainPort())) {
            assertFalse(features(client).contains(OFFER));
            String answer = client.send(request("<username>x</username><password>y</password>")).readToEnd();
            assertTrue(answer.contains("<not-authorized"), answer);
        }
    }

    @Test
    void itIsOfferedWhereItIsSafe() throws IOException {
        try (RunningServer running = RunningServer.in(folder, OPEN)) {
            try (RawClient plain = new RawClient(running.plainPort())) {
                assertTrue(features(plain).contains(OFFER));
            }
            try (RawClient beforeTls = new RawClient(running.tlsPort())) {
                assertFalse(features(beforeTls).contains(OFFER));
                assertError("not-authorized", register(beforeTls, "early"));
            }
        }
    }

    @Test
    void itMayBeClosedToStrangersAndServeOwnersAlone() throws IOException {
        try (RunningServer running = RunningServer.in(folder, "[modules.mod_register]\nnew_accounts = \"nobody\"\n")
                        .account("alice@localhost");
                RawClient stranger = new RawClient(running.plainPort());
                RawClient alice = new RawClient(running.plainPort()).signIn("alice", "home")) {
            assertFalse(features(stranger).contains(OFFER));
            assertError("not-allowed", register(stranger, "newcomer"));

            assertError("bad-request", ask(alice, "<username>alice</username>"));
            assertError("bad-request", ask(alice, "<password>better</password>"));
            assertError("forbidden", ask(alice, "<username>admin</username><password>better</password>"));
            String changed = ask(alice, "<username>alice</username><password>better</password>");
            assertTrue(changed.contains("type='result'"), changed);
        }
    }

    @Test
    void whoRemovesTheAccountHearsOfItAndThenTheStreamEnds() throws IOException {
        try (RunningServer running = RunningServer.in(folder, OPEN).account("alice@localhost");
                RawClient alice = new RawClient(running.plainPort()).signIn("alice", "home")) {
            String heard = alice.send(request("<remove/>")).readToEnd();

            assertTrue(heard.startsWith("<iq") && heard.contains("type='result'"), heard);
            assertTrue(heard.contains("<not-authorized xmlns='urn:ietf:params:xml:ns:xmpp-streams'/>"), heard);
            assertFalse(running.server().accounts().exists(Jid.parse("alice@localhost")));
        }
    }

    private static String features(RawClient client) throws IOException {
        return client.send("<?xml version='1.0'?><stream:stream xmlns='jabber:client' to='localhost'"
                        + " xmlns:stream='http://etherx.jabber.org/streams' version='1.0'>")
                .readUntil("</stream:features>");
    }

    private static String register(RawClient client, String name) throws IOException {
        return ask(client, "<username>" + name + "</username><password>secret</password>");
    }

    private static String ask(RawClient client, String content) throws IOException {
        client.send(request(content));
        String tag = client.readUntil(">");
        return tag.endsWith("/>") ? tag : tag + client.readUntil("</iq>");
    }

    private static String request(String content) {
        return "<iq type='set' id='reg'><query xmlns='jabber:iq:register'>" + content + "</query></iq>";
    }

    private static void assertError(String condition, String answer) {
        assertTrue(
                answer.contains("type='error'")
                        && answer.contains("<" + condition + " xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'"),
                answer);
    }
}
