package im.gatehouse.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import im.gatehouse.time.MovableTime;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Which services users are told of that are no XMPP (XEP-0215), on a running server. */
@Timeout(120)
class ExternalServicesTest {
    private static final String NAMESPACE = "urn:xmpp:extdisco:2";
    private static final String CONFIG = """
            [listen.component]
            port = 0
            [components."irc.localhost"]
            secret = "s"
            [modules.mod_extdisco]
            secret = "north wind"
            valid_for = "1h"
            [[modules.mod_extdisco.services]]
            type = "stun"
            host = "stun.localhost"
            port = 3478
            [[modules.mod_extdisco.services]]
            type = "turn"
            host = "turn.localhost"
            port = 3478
            transport = "udp"
            name = "Relay"
            [[modules.mod_extdisco.services]]
            type = "ftp"
            host = "files.localhost"
            username = "all"
            password = "open"
            """;

    private final MovableTime time = new MovableTime();
    private RunningServer running;
    private RawClient alice;

    @BeforeEach
    void start(@TempDir Path folder) throws IOException {
        running = RunningServer.in(folder, CONFIG, time).account("alice@localhost");
        alice = new RawClient(running.plainPort()).signIn("alice", "desk");
    }

    @AfterEach
    void stop() throws IOException {
        alice.close();
        running.close();
    }

    private String ask(String child) throws IOException {
        alice.send("<iq to='localhost' type='get' id='q'>" + child + "</iq>");
        return alice.readUntil("</iq>");
    }

    private String turn() throws Exception {
        Instant expires = time.now().plus(Duration.ofHours(1)).truncatedTo(ChronoUnit.SECONDS);
        String username = expires.getEpochSecond() + ":alice";
        Mac mac = Mac.getInstance("HmacSHA1");
        mac.init(new SecretKeySpec("north wind".getBytes(StandardCharsets.UTF_8), "HmacSHA1"));
        String password = Base64.getEncoder().encodeToString(mac.doFinal(username.getBytes(StandardCharsets.UTF_8)));
        return "<service type='turn' host='turn.localhost' port='3478' transport='udp' name='Relay' restricted='true' "
                + "username='" + username + "' password='" + password + "' expires='" + expires + "'/>";
    }

    @Test
    void usersAreToldAllServicesWithCredentialsForAnHour() throws Exception {
        String answer = ask("<services xmlns='" + NAMESPACE + "'/>");
        assertTrue(
                answer.contains("<services xmlns='" + NAMESPACE + "'>"
                        + "<service type='stun' host='stun.localhost' port='3478'/>" + turn()
                        + "<service type='ftp' host='files.localhost' restricted='true' username='all' password='open'/>"
                        + "</services>"),
                answer);
        time.forward(Duration.ofMinutes(10));
        assertTrue(ask("<services xmlns='" + NAMESPACE + "'/>").contains(turn()));
    }

    @Test
    void oneTypeMayBeAskedFor() throws Exception {
        String answer = ask("<services xmlns='" + NAMESPACE + "' type='turn'/>");
        assertTrue(answer.contains("<services xmlns='" + NAMESPACE + "' type='turn'>" + turn() + "</services>"), answer);
    }

    @Test
    void credentialsOfOneServiceMayBeAskedFor() throws Exception {
        String service = "<service host='turn.localhost' type='turn'/>";
        String answer = ask("<credentials xmlns='" + NAMESPACE + "'>" + service + "</credentials>");
        assertTrue(answer.contains("<credentials xmlns='" + NAMESPACE + "'>" + turn() + "</credentials>"), answer);
    }

    @Test
    void thereAreNoneForWhatIsNotThereOrFree() throws IOException {
        for (String service : new String[] {
            "<service host='other.localhost' type='turn'/>",
            "<service host='turn.localhost' type='turn' port='1'/>",
            "<service host='stun.localhost' type='stun'/>"
        }) {
            String answer = ask("<credentials xmlns='" + NAMESPACE + "'>" + service + "</credentials>");
            assertTrue(answer.contains("<item-not-found "), answer);
        }
        assertTrue(ask("<credentials xmlns='" + NAMESPACE + "'/>").contains("<bad-request "));
        String service = "<service host='turn.localhost' type='turn'/>";
        String both = ask("<credentials xmlns='" + NAMESPACE + "'>" + service + service + "</credentials>");
        assertTrue(both.contains("<bad-request "), both);
    }

    @Test
    void strangersAreToldNothing() throws IOException {
        try (RawComponent irc = RawComponent.connect(running, "irc.localhost", "s")) {
            irc.wire().send("<iq from='x@irc.localhost' to='localhost' type='get' id='q'><services xmlns='" + NAMESPACE
                    + "'/></iq>");
            String answer = irc.wire().readUntil("</iq>");
            assertTrue(answer.contains("<forbidden "), answer);
            assertFalse(answer.contains("turn.localhost"), answer);
        }
    }

    @Test
    void theServerSaysThatItCan() throws IOException {
        String info = ask("<query xmlns='http://jabber.org/protocol/disco#info'/>");
        assertEquals(1, info.split("<feature var='" + NAMESPACE + "'/>", -1).length - 1, info);
    }
}
