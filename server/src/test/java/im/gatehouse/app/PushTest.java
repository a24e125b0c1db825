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
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** How users' phones are woken up (XEP-0357), with a component as the service of their app. */
@Timeout(300)
class PushTest {
    private static final String CONFIG = """
            [listen.component]
            port = 0
            [components."push.localhost"]
            secret = "s"
            [modules.mod_push]
            max_registrations = 2
            max_failures = 2
            """;
    private static final String OPTIONS = "<x xmlns='jabber:x:data' type='submit'><field var='FORM_TYPE'><value>"
            + "http://jabber.org/protocol/pubsub#publish-options</value></field>"
            + "<field var='secret'><value>eruio234</value></field></x>";

    @TempDir
    private Path folder;

    private final MovableTime time = new MovableTime();
    private RunningServer running;
    private RawComponent service;
    private RawClient bob;

    @BeforeEach
    void start() throws IOException {
        running = RunningServer.in(folder, CONFIG, time)
                .account("alice@localhost")
                .account("bob@localhost")
                .account("carol@localhost");
        service = RawComponent.connect(running, "push.localhost", "s");
        bob = new RawClient(running.plainPort()).signIn("bob", "desk");
        assertEquals("ok ", phoneOf("carol", enable("mark", "")));
    }

    @AfterEach
    void stop() throws IOException {
        bob.close();
        service.close();
        running.close();
    }

    /** What a phone says before it goes to sleep; the answers. */
    private String phone(String... requests) throws IOException {
        return phoneOf("alice", requests);
    }

    private String phoneOf(String user, String... requests) throws IOException {
        StringBuilder answers = new StringBuilder();
        try (RawClient phone = new RawClient(running.plainPort()).signIn(user, "phone")) {
            for (String request : requests) {
                phone.send("<iq type='set' id='e'>" + request + "</iq>");
                String answer = phone.readUntil(">");
                answers.append(answer.contains("type='result'") ? "ok " : phone.readUntil("</iq>"));
            }
            Session session = running.server().sessions().find(Jid.parse(user + "@localhost/phone"));
            phone.send("</stream:stream>").readToEnd();
            assertTrue(session.awaitGone(Duration.ofMinutes(1)));
        }
        return answers.toString();
    }

    private static String enable(String node, String options) {
        return "<enable xmlns='urn:xmpp:push:0' jid='push.localhost' node='" + node + "'>" + options + "</enable>";
    }

    private void write(String body) throws IOException {
        write("alice", body);
    }

    private void write(String user, String body) throws IOException {
        bob.send("<message to='" + user + "@localhost' type='chat'><body>" + body + "</body></message>"
                + "<iq type='get' id='done' to='localhost'><ping xmlns='urn:xmpp:ping'/></iq>");
        bob.readUntil("id='done'");
        bob.readUntil(">");
    }

    private String notified() throws IOException {
        return service.wire().readUntil("</iq>");
    }

    private void answer(String notification, String type, String error) throws IOException {
        answer(notification, "alice", type, error);
    }

    private void answer(String notification, String user, String type, String error) throws IOException {
        String id = notification.replaceFirst("(?s).* id='([^']*)'.*", "$1");
        service.wire().send("<iq from='push.localhost' to='" + user + "@localhost' type='" + type + "' id='" + id + "'>"
                + error + "</iq>");
    }

    private static String error(String type, String condition) {
        return "<error type='" + type + "'><" + condition + " xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error>";
    }

    /**
     * Waits until all that the service has said is handled, and answers what it was told meanwhile: that a message
     * waits for carol is told behind all that was due before.
     */
    private String settled() throws IOException {
        service.wire().send("<iq from='push.localhost' to='localhost' type='get' id='settled'>"
                + "<ping xmlns='urn:xmpp:ping'/></iq>");
        String heard = service.wire().readUntil("id='settled'") + service.wire().readUntil(">");
        write("carol", "mark");
        heard += service.wire().readUntil("from='carol@localhost'") + notified();
        answer(heard.substring(heard.lastIndexOf("<iq ")), "carol", "result", "");
        return heard;
    }

    @Test
    void theServiceIsToldHowManyMessagesWaitAndNothingElse() throws IOException {
        assertEquals("ok ", phone(enable("n1", OPTIONS)));
        write("hello");
        String notification = notified();
        assertTrue(
                notification.contains("to='push.localhost' from='alice@localhost'")
                        && notification.contains(" type='set'"),
                notification);
        assertTrue(
                notification.contains("<pubsub xmlns='http://jabber.org/protocol/pubsub'><publish node='n1'><item>"
                        + "<notification xmlns='urn:xmpp:push:0'><x xmlns='jabber:x:data' type='submit'>"),
                notification);
        assertTrue(notification.contains("<value>urn:xmpp:push:summary</value>"), notification);
        assertTrue(notification.matches("(?s).*var='message-count'[^>]*><value>1</value>.*"), notification);
        assertTrue(notification.contains("<publish-options>" + OPTIONS + "</publish-options>"), notification);
        assertFalse(notification.contains("bob") || notification.contains("hello"), notification);
    }

    @Test
    void whatComesBeforeTheAnswerIsToldWithIt() throws IOException {
        phone(enable("n1", ""));
        write("one");
        String first = notified();
        write("two");
        write("three");
        answer(first, "result", "");
        String second = notified();
        assertTrue(second.contains("<value>3</value>"), second);
        answer(second, "result", "");
        settled();
    }

    @Test
    void senderAndWordsAreToldWhereTheOperatorWantsIt() throws IOException {
        phone(enable("n1", ""));
        running.reconfigure(CONFIG + "include_sender = true\ninclude_body = true\n");
        write("hello");
        String notification = notified();
        assertTrue(notification.contains("<value>bob@localhost/desk</value>"), notification);
        assertTrue(notification.contains("<value>hello</value>"), notification);
    }

    @Test
    void whatCameLastIsToldWithTheAnswer() throws IOException {
        phone(enable("n1", ""));
        running.reconfigure(CONFIG + "include_sender = true\ninclude_body = true\n");
        write("one");
        String first = notified();
        write("two");
        write("three");
        bob.send("<presence to='alice@localhost' type='subscribe'/>"
                + "<iq type='get' id='asked' to='localhost'><ping xmlns='urn:xmpp:ping'/></iq>");
        bob.readUntil("id='asked'");
        answer(first, "result", "");
        String second = notified();
        assertTrue(second.contains("<value>three</value>"), second);
        assertTrue(second.contains("<value>bob@localhost/desk</value>"), second);
        assertTrue(second.matches("(?s).*var='message-count'[^>]*><value>3</value>.*"), second);
        assertTrue(second.matches("(?s).*var='pending-subscription-count'[^>]*><value>1</value>.*"), second);
    }

    @Test
    void markersAndTypingWakeNobodyUp() throws IOException {
        phone(enable("n1", ""));
        bob.send("<message to='alice@localhost' type='chat'>"
                + "<received xmlns='urn:xmpp:receipts' id='x'/><store xmlns='urn:xmpp:hints'/></message>");
        write("words");
        String notification = notified();
        assertTrue(notification.contains("<value>2</value>"), notification); // two wait, of which one is worth it
        answer(notification, "result", "");
        settledWithout();
    }

    /** Waits until all is handled, and nothing has been told. */
    private void settledWithout() throws IOException {
        String heard = settled() + settled(); // what follows from an answer is told behind the first mark
        assertFalse(heard.contains("from='alice@localhost'"), heard);
    }

    @Test
    void aServiceThatWillNotHaveItIsToldNoMore() throws IOException {
        phone(enable("n1", ""));
        write("one");
        answer(notified(), "error", error("cancel", "item-not-found"));
        settled();
        write("two");
        settledWithout();
    }

    @Test
    void anAnswerInTheNameOfTheServiceCountsForNothing() throws IOException {
        phone(enable("n1", ""));
        write("one");
        String id = notified().replaceFirst("(?s).* id='([^']*)'.*", "$1");
        bob.send("<iq to='alice@localhost' type='error' id='" + id + "'>" + error("cancel", "item-not-found") + "</iq>");
        write("two");
        service.wire().send("<iq from='push.localhost' to='alice@localhost' type='result' id='" + id + "'/>");
        assertTrue(notified().contains("<value>2</value>"));
    }

    @Test
    void whatMayPassEndsItOnlyAfterSomeFailures() throws IOException {
        phone(enable("n1", ""));
        write("one");
        answer(notified(), "error", error("wait", "internal-server-error"));
        settled();
        write("two");
        String second = notified();
        time.forward(Duration.ofSeconds(61)); // no answer
        settled();
        write("three");
        settledWithout();
        answer(second, "result", "");
        settled();
        phone(enable("n1", "")); // and it begins anew
        write("four");
        assertTrue(notified().contains("<value>4</value>"));
    }

    @Test
    void aClientThatHasGoneSilentIsWokenUpByWhatItAskedFor() throws IOException {
        try (RawClient alice = new RawClient(running.plainPort()).signIn("alice", "sleeper")) {
            alice.send("<iq type='set' id='e'>" + enable("n1", "") + "</iq>");
            alice.readUntil("id='e'");
            alice.readUntil(">");
            alice.send("<enable xmlns='urn:xmpp:sm:3' resume='true'/><presence/>");
            alice.readUntil("<enabled ");
            alice.readUntil("<presence ");
        }
        write("while you sleep");
        String notification = notified();
        assertTrue(notification.contains("node='n1'") && notification.contains("<value>1</value>"), notification);
        answer(notification, "result", "");
        settledWithout();
    }

    @Test
    void aClientThatIsAwayIsToldThoughAnotherIsThere() throws IOException {
        phone(enable("n1", ""));
        try (RawClient desk = new RawClient(running.plainPort()).signIn("alice", "desk")) {
            desk.send("<iq type='set' id='e'>" + enable("n2", "") + "</iq><presence/>");
            desk.readUntil("<presence ");
            write("one");
            String first = notified();
            assertTrue(first.contains("node='n1'") && first.contains("<value>1</value>"), first);
            answer(first, "result", "");
            settled();
            bob.send("<message to='alice@localhost/desk' type='chat'><body>two</body></message>");
            String second = notified();
            assertTrue(second.contains("node='n1'") && second.contains("<value>2</value>"), second);
            answer(second, "result", "");
            settledWithout();
        }
    }

    @Test
    void aRequestToSeeTheUserIsTold() throws IOException {
        phone(enable("n1", ""));
        bob.send("<presence to='alice@localhost' type='subscribe'/>");
        String notification = notified();
        assertTrue(
                notification.matches("(?s).*var='pending-subscription-count'[^>]*><value>1</value>.*"), notification);
        assertTrue(notification.matches("(?s).*var='message-count'[^>]*><value>0</value>.*"), notification);
        answer(notification, "result", "");
        settledWithout();
    }

    @Test
    void aRequestToSeeTheUserIsToldThoughTheClientMayComeBackToItsSession() throws IOException {
        try (RawClient alice = new RawClient(running.plainPort()).signIn("alice", "sleeper")) {
            alice.send("<iq type='set' id='e'>" + enable("n1", "") + "</iq>"
                    + "<enable xmlns='urn:xmpp:sm:3' resume='true'/><presence/>"
                    + "<iq type='get' id='there' to='localhost'><ping xmlns='urn:xmpp:ping'/></iq>");
            alice.readUntil("id='there'"); // nothing is put by for one who is just coming
        }
        write("while you sleep");
        String first = notified();
        assertTrue(first.contains("<value>1</value>"), first);
        answer(first, "result", "");
        settled();
        bob.send("<presence to='alice@localhost' type='subscribe'/>");
        String notification = notified();
        assertTrue(
                notification.matches("(?s).*var='pending-subscription-count'[^>]*><value>1</value>.*"), notification);
        assertTrue(notification.matches("(?s).*var='message-count'[^>]*><value>1</value>.*"), notification);
        answer(notification, "result", "");
        settledWithout();
    }

    @Test
    void whatComesWhileTheServiceFailsIsToldAfterwards() throws IOException {
        phone(enable("n1", ""));
        write("one");
        String first = notified();
        write("two");
        answer(first, "error", error("wait", "internal-server-error"));
        assertTrue(notified().contains("<value>2</value>"));
    }

    @Test
    void aClientThatOwesAnAcknowledgementForTooLongIsWokenUp() throws IOException {
        try (RawClient alice = new RawClient(running.plainPort()).signIn("alice", "phone")) {
            alice.send("<iq type='set' id='e'>" + enable("n1", "") + "</iq>"
                    + "<enable xmlns='urn:xmpp:sm:3' resume='true'/><presence/>");
            alice.readUntil("<presence ");
            write("are you there?");
            alice.readUntil("are you there?");
            time.forward(Duration.ofSeconds(5));
            alice.readUntil("<r xmlns='urn:xmpp:sm:3'/>");
            time.forward(Duration.ofSeconds(35));
            String notification = notified();
            assertTrue(notification.contains("node='n1'") && notification.contains("<value>1</value>"), notification);
            answer(notification, "result", "");
            time.forward(Duration.ofSeconds(35));
            settledWithout();
        }
    }

    @Test
    void aSessionThatWaitsOverARestartIsWokenUpAndCountsOn() throws IOException {
        try (RawClient alice = new RawClient(running.plainPort()).signIn("alice", "phone")) {
            alice.send("<iq type='set' id='e'>" + enable("n1", "") + "</iq>"
                    + "<enable xmlns='urn:xmpp:sm:3' resume='true'/><presence/>");
            alice.readUntil("<presence ");
        }
        write("one");
        answer(notified(), "result", "");
        settled();
        service.close();
        bob.close();
        running.restart();
        service = RawComponent.connect(running, "push.localhost", "s");
        bob = new RawClient(running.plainPort()).signIn("bob", "desk");
        write("two");
        String notification = notified();
        assertTrue(notification.contains("<value>2</value>"), notification);
    }

    @Test
    void itOutlivesARestartAndEndsWhenTheUserSaysSo() throws IOException {
        phone(enable("n1", OPTIONS), enable("n2", ""));
        service.close();
        bob.close();
        running.restart();
        service = RawComponent.connect(running, "push.localhost", "s");
        bob = new RawClient(running.plainPort()).signIn("bob", "desk");
        write("one");
        String first = notified();
        String second = notified();
        answer(first, "result", "");
        answer(second, "result", "");
        settled();
        String both = first + second;
        assertTrue(both.contains("node='n1'") && both.contains("node='n2'"), both);
        assertEquals("ok ", phone("<disable xmlns='urn:xmpp:push:0' jid='push.localhost' node='n1'/>"));
        write("two");
        String third = notified();
        assertTrue(third.contains("node='n2'"), third);
        answer(third, "result", "");
        settled();
        assertEquals("ok ", phone("<disable xmlns='urn:xmpp:push:0' jid='push.localhost'/>"));
        write("three");
        settledWithout();
    }

    @Test
    void thereIsABoundAndWhatIsWrongIsToldSo() throws IOException {
        assertTrue(phone(enable("n1", ""), enable("n2", ""), enable("n1", OPTIONS)).equals("ok ok ok "));
        String refusal = phone(enable("n3", ""));
        assertTrue(refusal.contains("<resource-constraint "), refusal);
        assertTrue(phone("<enable xmlns='urn:xmpp:push:0' node='n'/>").contains("<bad-request "));
        assertTrue(phone("<enable xmlns='urn:xmpp:push:0' jid='@@' node='n'/>").contains("<jid-malformed "));
        assertTrue(phone(enable("n".repeat(256), "")).contains("<not-acceptable "));
        assertTrue(phone(enable("n1", "<x xmlns='jabber:x:data' type='submit'/>")).contains("<bad-request "));
        bob.send("<iq type='set' id='f' to='alice@localhost'>" + enable("n", "") + "</iq>");
        assertTrue(bob.readUntil("</iq>").contains("<error "));
    }
}
