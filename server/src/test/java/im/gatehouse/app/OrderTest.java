package im.gatehouse.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import im.gatehouse.jid.Jid;
import im.gatehouse.session.Session;
import im.gatehouse.time.MovableTime;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What is said to a client that has just come waits until it has what was said before, but not for long. */
@Timeout(600)
class OrderTest {
    private static final Pattern NUMBER = Pattern.compile("<subject>([0-9]+)</subject>");
    private static final Pattern STANZA = Pattern.compile("<(message|presence|iq)[ >]");

    /** What waits for bob: more than is handed over before the client has acknowledged any. */
    private static final int STORED = 40;

    private static final String LARGE = "x".repeat(50_000);

    @TempDir
    private Path folder;

    private final MovableTime time = new MovableTime();
    private RunningServer running;
    private RawClient alice;
    private RawClient phone;

    /** How many of the stored messages were handed to bob's phone at once. */
    private int handed;

    /** How many stanzas bob's phone has got since it counts them. */
    private long got;

    @BeforeEach
    void start() throws IOException {
        running = RunningServer.in(folder, "", time).account("alice@localhost").account("bob@localhost");
        alice = new RawClient(running.plainPort()).signIn("alice", "desk");
        say("bob@localhost", 0, STORED, LARGE);
        phone = new RawClient(running.plainPort()).signIn("bob", "phone");
        phone.send("<enable xmlns='urn:xmpp:sm:3'/>").readUntil("<enabled ");
        phone.send("<presence/><iq type='get' id='all' to='localhost'><ping xmlns='urn:xmpp:ping'/></iq>");
        handed = heard(" id='all'", ">").size(); // that is answered when nothing more is handed over
        assertTrue(handed > 1 && handed < STORED, handed + " were handed over at once");
    }

    @AfterEach
    void stop() throws IOException {
        phone.close();
        alice.close();
        running.close();
    }

    @Test
    void whatIsSaidNowComesBehindWhatWaits() throws IOException {
        say("bob@localhost", STORED, STORED + 1);
        say("bob@localhost/phone", STORED + 1, STORED + 2);
        acknowledge();
        assertEquals(numbers(handed, STORED + 2), heard(STORED + 1));
        say("bob@localhost", STORED + 2, STORED + 3);
        assertEquals(numbers(STORED + 2, STORED + 3), heard(STORED + 2));
    }

    @Test
    void whatIsNotSaidByAnybodyDoesNotWait() throws IOException {
        say("bob@localhost", STORED, STORED + 1);
        phone.send("<iq type='set' id='history'><query xmlns='urn:xmpp:mam:2'>"
                + "<set xmlns='http://jabber.org/protocol/rsm'><max>3</max></set></query></iq>");
        String answer = phone.readUntil("</fin>");
        assertEquals(3, answer.split("<result ", -1).length - 1);
        got += STANZA.matcher(answer.replaceAll("<forwarded.*?</forwarded>", "")).results().count();
        acknowledge();
        assertEquals(numbers(handed, STORED + 1), heard(STORED));
    }

    @Test
    void otherClientsOfTheUserDoNotWait() throws IOException {
        try (RawClient desk = new RawClient(running.plainPort()).signIn("bob", "desk")) {
            desk.send("<presence/>");
            assertTrue(desk.readUntil(subject(STORED - 1)).contains(subject(handed))); // the rest, for whoever comes
            say("bob@localhost", STORED, STORED + 1);
            assertTrue(desk.readUntil(subject(STORED)).contains("<message"));
        }
        acknowledge();
        assertEquals(numbers(STORED, STORED + 1), heard(STORED));
    }

    @Test
    void afterHalfAMinuteItWaitsNoLonger() throws IOException {
        say("bob@localhost", STORED, STORED + 1);
        time.forward(Duration.ofSeconds(29));
        say("bob@localhost", STORED + 1, STORED + 2);
        time.forward(Duration.ofSeconds(1));
        assertEquals(numbers(STORED, STORED + 2), heard(STORED + 1));
        acknowledge();
        assertEquals(numbers(handed, STORED), heard(STORED - 1));
    }

    @Test
    void noMoreThanFiveHundredMessagesWait() throws IOException {
        say("bob@localhost", STORED, STORED + 501);
        assertEquals(numbers(STORED, STORED + 501), heard(STORED + 500));
    }

    @Test
    void whatStillWaitsIsKeptWhenTheClientGoes() throws IOException {
        say("bob@localhost", STORED, STORED + 2);
        Session session = running.server().sessions().find(Jid.parse("bob@localhost/phone"));
        phone.send("</stream:stream>").readToEnd();
        assertTrue(session.awaitGone(Duration.ofMinutes(1))); // and what it had not got waits again
        try (RawClient desk = new RawClient(running.plainPort()).signIn("bob", "desk")) {
            desk.send("<presence/>");
            assertEquals(numbers(0, STORED + 2), numbersIn(desk.readMuchUntil(subject(STORED + 1))));
        }
    }

    @Test
    void whatStillWaitsOutlivesARestart() throws IOException {
        say("bob@localhost", STORED, STORED + 2);
        running.restart();
        try (RawClient desk = new RawClient(running.plainPort()).signIn("bob", "desk")) {
            desk.send("<presence/>");
            String heard = desk.readMuchUntil(subject(STORED + 1));
            assertFalse(heard.contains("<stream:error"));
            assertEquals(numbers(0, STORED + 2), numbersIn(heard));
        }
    }

    /** Has alice say some numbers, and waits until that has been routed. */
    private void say(String to, int first, int end) throws IOException {
        say(to, first, end, "hello");
    }

    private void say(String to, int first, int end, String body) throws IOException {
        StringBuilder said = new StringBuilder();
        IntStream.range(first, end).forEach(i -> said.append("<message type='chat' to='" + to + "'>" + subject(i)
                + "<body>" + body + "</body></message>"));
        alice.send(said + "<iq type='get' id='routed' to='localhost'><ping xmlns='urn:xmpp:ping'/></iq>");
        alice.readMuchUntil("routed");
    }

    private void acknowledge() throws IOException {
        phone.send("<a xmlns='urn:xmpp:sm:3' h='" + got + "'/>");
    }

    /** The numbers that bob's phone hears, up to one. */
    private List<Integer> heard(int last) throws IOException {
        return heard(subject(last), "</message>");
    }

    private List<Integer> heard(String last, String end) throws IOException {
        String text = phone.readUntil(last) + phone.readUntil(end);
        got += STANZA.matcher(text).results().count();
        return numbersIn(text);
    }

    private static String subject(int number) {
        return "<subject>" + number + "</subject>";
    }

    private static List<Integer> numbers(int first, int end) {
        return IntStream.range(first, end).boxed().toList();
    }

    private static List<Integer> numbersIn(String heard) {
        return NUMBER.matcher(heard).results().map(found -> Integer.valueOf(found.group(1))).toList();
    }
}
