package im.gatehouse.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import im.gatehouse.jid.Jid;
import im.gatehouse.time.MovableTime;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Accounts made by invitation on a real server (XEP-0445, XEP-0401). */
class InvitedRegistrationTest {
    private static final String CONFIGURATION = """
            [modules.mod_register]
            new_accounts = "invited"
            [modules.mod_invites]
            users = "accounts"
            """;

    private final MovableTime time = new MovableTime();
    private RunningServer running;
    private RawClient romeo;

    @BeforeEach
    void start(@TempDir Path folder) throws IOException {
        running = RunningServer.in(folder, CONFIGURATION, time).account("romeo@localhost");
        romeo = new RawClient(running.plainPort()).signIn("romeo", "orchard");
        romeo.send("<iq type='get' id='r'><query xmlns='jabber:iq:roster'/></iq><presence/>");
        romeo.readUntil("<presence");
        romeo.readUntil(">");
    }

    @AfterEach
    void stop() throws IOException {
        romeo.close();
        running.close();
    }

    @Test
    void whoIsInvitedMakesAnAccountAndIsAContactAtOnce() throws IOException {
        String token = invite();
        try (RawClient client = new RawClient(running.plainPort())) {
            String features = client.features("localhost");
            assertTrue(features.contains("<register xmlns='urn:xmpp:ibr-token:0'/>"), features);
            assertTrue(features.contains("<register xmlns='http://jabber.org/features/iq-register'/>"), features);
            assertError("not-allowed", register(client, "juliet"));
            assertError("item-not-found", show(client, "wrong"));

            assertTrue(show(client, token).contains("type='result'"));
            assertTrue(register(client, "juliet").contains("type='result'"));
        }
        romeo.readUntil("jid='juliet@localhost' subscription='both'");
        try (RawClient juliet = new RawClient(running.plainPort()).signIn("juliet", "balcony")) {
            juliet.send("<iq type='get' id='r'><query xmlns='jabber:iq:roster'/></iq>");
            juliet.readUntil("jid='romeo@localhost' subscription='both'");
            juliet.send("<presence/>");
            juliet.readUntil("from='romeo@localhost/orchard'");
            romeo.readUntil("from='juliet@localhost/balcony'");
        }
    }

    @Test
    void anInvitationIsUsedOnceAndOnlyByAnAccountThatIsMade() throws IOException {
        String token = invite();
        try (RawClient first = new RawClient(running.plainPort()).open("localhost");
                RawClient second = new RawClient(running.plainPort()).open("localhost")) {
            show(first, token);
            show(second, token);
            assertError("conflict", register(first, "romeo"));
            assertTrue(register(first, "juliet").contains("type='result'"));
            assertError("not-allowed", register(second, "paris"));
            assertFalse(running.server().accounts().exists(Jid.parse("paris@localhost")));
            assertError("item-not-found", show(second, token));
        }
    }

    @Test
    void anInvitationThatWasShownInTimeHoldsForTheStream() throws IOException {
        String shown = invite();
        String late = invite();
        try (RawClient client = new RawClient(running.plainPort()).open("localhost");
                RawClient other = new RawClient(running.plainPort()).open("localhost")) {
            time.forward(Duration.ofSeconds(20));
            show(client, shown);
            assertTrue(register(client, "juliet").contains("type='result'"));
            assertTrue(show(other, late).contains("type='result'"));
        }
        time.forward(Duration.ofDays(8));
        try (RawClient client = new RawClient(running.plainPort()).open("localhost")) {
            assertError("item-not-found", show(client, late));
        }
    }

    @Test
    void aNameIsKeptForWhoIsInvitedUnderIt() throws IOException {
        String named = createAccount("juliet");
        String free = createAccount("");
        try (RawClient client = new RawClient(running.plainPort()).open("localhost");
                RawClient other = new RawClient(running.plainPort()).open("localhost")) {
            show(other, free);
            assertError("conflict", register(other, "juliet"));
            show(client, named);
            String form = client.send("<iq type='get' id='1'><query xmlns='jabber:iq:register'/></iq>").readUntil("</iq>");
            assertTrue(form.contains("<username>juliet</username>"), form);
            assertError("not-acceptable", register(client, "nurse"));
            assertTrue(register(client, "juliet").contains("type='result'"));
            assertTrue(register(other, "nurse").contains("type='result'"));
        }
    }

    @Test
    void anInvitationOutlivesTheServer() throws IOException {
        String token = invite();
        romeo.close();
        running.restart();
        try (RawClient client = new RawClient(running.plainPort()).open("localhost")) {
            show(client, token);
            assertTrue(register(client, "juliet").contains("type='result'"));
        }
        romeo = new RawClient(running.plainPort()).signIn("romeo", "orchard");
        romeo.send("<iq type='get' id='r'><query xmlns='jabber:iq:roster'/></iq>");
        romeo.readUntil("jid='juliet@localhost' subscription='both'");
    }

    private String invite() throws IOException {
        String answer = romeo.send("<iq type='set' id='c' to='localhost'><command action='execute' "
                        + "xmlns='http://jabber.org/protocol/commands' node='urn:xmpp:invite#invite'/></iq>")
                .readUntil("</command></iq>");
        assertTrue(answer.contains(";ibr=y"), answer);
        assertTrue(answer.contains("xmpp:romeo@localhost?roster;preauth="), answer);
        return token(answer);
    }

    private String createAccount(String username) throws IOException {
        String command = "<command xmlns='http://jabber.org/protocol/commands' node='urn:xmpp:invite#create-account'";
        String asked = romeo.send("<iq type='set' id='c' to='localhost'>" + command + "/></iq>").readUntil("</command></iq>");
        String session = asked.replaceFirst("(?s).*sessionid='([^']*)'.*", "$1");
        String answer = romeo.send("<iq type='set' id='c' to='localhost'>" + command + " sessionid='" + session + "'>"
                        + "<x xmlns='jabber:x:data' type='submit'><field var='username'><value>" + username
                        + "</value></field></x></command></iq>")
                .readUntil("</command></iq>");
        String address = username.isEmpty() ? "localhost" : username + "@localhost";
        assertTrue(answer.contains("xmpp:" + address + "?register;preauth="), answer);
        return token(answer);
    }

    private static String token(String text) {
        return text.replaceFirst("(?s).*preauth=([0-9a-f]*).*", "$1");
    }

    private static String show(RawClient client, String token) throws IOException {
        return client.send("<iq type='set' id='p' to='localhost'><preauth xmlns='urn:xmpp:pars:0' token='" + token
                        + "'/></iq>")
                .readElement();
    }

    private static String register(RawClient client, String name) throws IOException {
        return client.send("<iq type='set' id='2'><query xmlns='jabber:iq:register'><username>" + name
                        + "</username><password>secret</password></query></iq>")
                .readElement();
    }

    private static void assertError(String condition, String answer) {
        assertEquals(true, answer.contains("type='error'") && answer.contains("<" + condition + " "), answer);
    }
}
