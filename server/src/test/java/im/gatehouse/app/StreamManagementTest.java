package im.gatehouse.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import im.gatehouse.jid.Jid;
import im.gatehouse.session.Session;
import im.gatehouse.stream.sasl.MechanismName;
import im.gatehouse.time.MovableTime;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Nothing is lost and nothing comes twice when connections break (XEP-0198). */
@Timeout(300)
class StreamManagementTest {
    private static final String SM = "xmlns='urn:xmpp:sm:3'";
    private static final Pattern ID = Pattern.compile(" id=['\"]([0-9a-f]{48})['\"]");
    private static final Pattern NUMBER = Pattern.compile("<subject>([0-9]+)</subject>");

    @TempDir
    private Path folder;

    @TempDir
    private Path elsewhere;

    /** Stands still, so that the server asks and gives up nothing of its own accord. */
    private final MovableTime time = new MovableTime();

    private RunningServer running;

    @BeforeEach
    void start() {
        running = RunningServer.in(folder, "", time).account("alice@localhost").account("bob@localhost");
    }

    @AfterEach
    void stop() {
        running.close();
    }

    /** A client that has signed in but bound nothing. */
    private RawClient signedIn(String user) throws IOException {
        RawClient client = new RawClient(running.plainPort()).open("localhost");
        client.authenticate(user, "secret");
        client.readElement();
        assertTrue(client.features("localhost").contains("<sm xmlns='urn:xmpp:sm:3'/>"));
        return client;
    }

    private RawClient online(String user, String resource) throws IOException {
        RawClient client = new RawClient(running.plainPort()).signIn(user, resource);
        client.send("<presence/>");
        client.readUntil("<presence");
        client.readUntil(">");
        return client;
    }

    /** Turns stream management on, and answers the session's id. */
    private static String enable(RawClient client) throws IOException {
        client.send("<enable " + SM + " resume='true'/>");
        client.readUntil("<enabled");
        String answer = client.readUntil("/>");
        Matcher id = ID.matcher(answer);
        assertTrue(id.find(), answer);
        return id.group(1);
    }

    private static String resume(String id, long h) {
        return "<resume " + SM + " previd='" + id + "' h='" + h + "'/>";
    }

    private static String message(String to, int number) {
        return "<message to='" + to + "' type='chat'><body>hi</body><subject>" + number + "</subject></message>";
    }

    @Test
    void eachSideTellsTheOtherWhatItHandled() throws IOException {
        try (RawClient alice = online("alice", "one")) {
            String id = enable(alice);
            assertEquals(48, id.length());
            alice.send("<r " + SM + "/>");
            assertEquals("<a xmlns='urn:xmpp:sm:3' h='0'/>", alice.readElement());
            alice.send(message("bob@localhost", 1));
            alice.send("<iq type='get' id='p' to='localhost'><ping xmlns='urn:xmpp:ping'/></iq><r " + SM + "/>");
            assertTrue(alice.readElement().contains("id='p'"));
            assertEquals("<a xmlns='urn:xmpp:sm:3' h='2'/>", alice.readElement());
            alice.send("<a " + SM + " h='1'/><r " + SM + "/>");
            assertEquals("<a xmlns='urn:xmpp:sm:3' h='2'/>", alice.readElement());
        }
    }

    @Test
    void whatIsWrongIsToldAsTheExtensionSays() throws IOException {
        try (RawClient alice = signedIn("alice")) {
            alice.send("<enable " + SM + "/>");
            assertTrue(alice.readElement().contains("<unexpected-request "));
            alice.send(resume("nothing", 0));
            String failed = alice.readElement();
            assertTrue(failed.startsWith("<failed ") && failed.contains("<item-not-found "), failed);
            alice.send("<iq type='set' id='b'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></iq>");
            assertTrue(alice.readElement().contains("<jid>"));
            alice.send(resume("nothing", 0));
            assertTrue(alice.readElement().contains("<unexpected-request "));
            alice.send("<r " + SM + "/>");
            assertTrue(alice.readElement().contains("<unexpected-request "));
            enable(alice);
            alice.send("<enable " + SM + "/>");
            assertTrue(alice.readElement().contains("<unexpected-request "));
            assertTrue(alice.readToEnd().contains("<policy-violation "));
        }
    }

    @Test
    void whoAcknowledgesMoreThanThereWasIsSentAway() throws IOException {
        try (RawClient alice = online("alice", "one")) {
            enable(alice);
            alice.send("<a " + SM + " h='5'/>");
            String end = alice.readToEnd();
            assertTrue(end.contains("<undefined-condition "), end);
            assertTrue(end.contains("<handled-count-too-high xmlns='urn:xmpp:sm:3' h='5' send-count='0'/>"), end);
        }
    }

    @Test
    void nobodyResumesTheSessionOfAnother() throws IOException {
        try (RawClient alice = online("alice", "one");
                RawClient bob = signedIn("bob")) {
            String id = enable(alice);
            bob.send(resume(id, 0));
            assertTrue(bob.readElement().contains("<item-not-found "));
            alice.send("<r " + SM + "/>");
            assertEquals("<a xmlns='urn:xmpp:sm:3' h='0'/>", alice.readElement());
        }
    }

    @Test
    void whoComesBackWhileTheOldConnectionStandsTakesItOver() throws IOException {
        try (RawClient old = online("alice", "one");
                RawClient again = signedIn("alice");
                RawClient bob = online("bob", "two")) {
            String id = enable(old);
            old.send(message("bob@localhost/two", 1) + "<r " + SM + "/>");
            assertEquals("<a xmlns='urn:xmpp:sm:3' h='1'/>", old.readElement());
            again.send(resume(id, 0));
            assertEquals("<resumed xmlns='urn:xmpp:sm:3' previd='" + id + "' h='1'/>", again.readElement());
            assertTrue(old.readToEnd().contains("<conflict "));
            bob.send(message("alice@localhost/one", 7));
            assertTrue(again.readUntil("</message>").contains("<subject>7</subject>"));
            again.send(message("bob@localhost/two", 2) + "<r " + SM + "/>");
            assertTrue(bob.readUntil("<subject>2</subject>").contains("<subject>1</subject>"));
            again.readUntil("h='2'"); // perhaps behind a question of the server's own
        }
    }

    @Test
    void nothingIsLostOrDoubledWhileTheReceiverIsCutAgainAndAgain() throws Exception {
        int count = 200;
        List<Integer> got = new ArrayList<>();
        RawClient bob = online("bob", "phone");
        String id = enable(bob);
        try (RawClient alice = online("alice", "one")) {
            Thread talking = Thread.startVirtualThread(() -> IntStream.range(0, count).forEach(i -> {
                try {
                    alice.send(message("bob@localhost/phone", i));
                    alice.send("<iq type='get' id='p" + i + "' to='localhost'><ping xmlns='urn:xmpp:ping'/></iq>");
                    alice.readUntil("id='p" + i + "'");
                } catch (IOException e) {
                    throw new AssertionError(e);
                }
            }));
            int handled = 0;
            for (int round = 1; got.size() < count; round++) {
                for (int i = 0; i < round % 5 && got.size() < count; i++) {
                    String stanza = bob.readUntil("</message>");
                    Matcher number = NUMBER.matcher(stanza);
                    assertTrue(number.find(), stanza);
                    got.add(Integer.valueOf(number.group(1)));
                    handled++;
                }
                bob.close();
                bob = signedIn("bob");
                bob.send(resume(id, handled));
                assertTrue(bob.readElement().startsWith("<resumed "));
            }
            talking.join();
        }
        bob.close();
        assertEquals(IntStream.range(0, count).boxed().toList(), got);
    }

    @Test
    void nothingIsLostOrDoubledWhileTheSenderIsCutAgainAndAgain() throws Exception {
        int count = 200;
        try (RawClient bob = online("bob", "two")) {
            RawClient alice = online("alice", "phone");
            String id = enable(alice);
            int handled = 0;
            int pings = 0;
            while (handled < count) {
                int whole = Math.min(count, handled + 7);
                alice.send(messages(handled, whole) + "<iq type='get' id='p" + pings + "' to='localhost'>"
                        + "<ping xmlns='urn:xmpp:ping'/></iq>");
                alice.readUntil("id='p" + pings + "'");
                // Some more that may get through or not, and a stanza that is cut in its middle.
                String more = messages(whole, Math.min(count, whole + 13)) + message("bob@localhost/two", count);
                alice.send(more.substring(0, more.length() - 20));
                alice.close();
                alice = signedIn("alice");
                alice.send(resume(id, 0));
                String answer = alice.readElement();
                Matcher h = Pattern.compile(" h='([0-9]+)'").matcher(answer);
                assertTrue(answer.startsWith("<resumed ") && h.find(), answer);
                // Of the stanzas that were counted some were pings.
                pings++;
                handled = Integer.parseInt(h.group(1)) - pings;
            }
            alice.close();
            String heard = bob.readMuchUntil("<subject>" + (count - 1) + "</subject>");
            assertEquals(
                    IntStream.range(0, count).boxed().toList(),
                    NUMBER.matcher(heard).results().map(m -> Integer.valueOf(m.group(1))).toList());
        }
    }

    private static String messages(int from, int to) {
        StringBuilder all = new StringBuilder();
        IntStream.range(from, to).forEach(i -> all.append(message("bob@localhost/two", i)));
        return all.toString();
    }

    @Test
    void othersSeeSomebodyOnlineUntilTheTimeIsUp() throws Exception {
        reconfigure("resume_timeout = \"1s\"\n");
        try (RawClient watcher = online("alice", "watching")) {
            RawClient phone = online("alice", "phone");
            watcher.readUntil("alice@localhost/phone");
            String id = enable(phone);
            cut(phone, "alice@localhost/phone");
            time.forward(Duration.ofMillis(999));
            watcher.send("<iq type='get' id='p' to='localhost'><ping xmlns='urn:xmpp:ping'/></iq>");
            assertFalse(watcher.readUntil("id='p'").contains("type='unavailable'"));
            time.forward(Duration.ofMillis(1));
            assertTrue(watcher.readUntil("type='unavailable'").contains("alice@localhost/phone"));
            try (RawClient again = signedIn("alice")) {
                again.send(resume(id, 0));
                String failed = again.readElement();
                assertTrue(failed.contains(" h='0'") && failed.contains("<item-not-found "), failed);
                again.send("<iq type='set' id='b'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></iq>");
                assertTrue(again.readElement().contains("<jid>"));
            }
        }
    }

    @Test
    void whatASessionWaitedForInVainIsStoredForTheNext() throws Exception {
        reconfigure("resume_timeout = \"1s\"\n");
        try (RawClient alice = online("alice", "one")) {
            RawClient bob = online("bob", "phone");
            enable(bob);
            cut(bob, "bob@localhost/phone");
            say(alice, message("bob@localhost", 1) + message("bob@localhost/phone", 2)
                    + "<iq type='get' id='v' to='bob@localhost/phone'><query xmlns='jabber:iq:version'/></iq>");
            time.forward(Duration.ofSeconds(1));
            assertTrue(alice.readUntil("</iq>").contains("<recipient-unavailable "));
            try (RawClient next = online("bob", "next")) {
                String heard = next.readUntil("<subject>2</subject>");
                assertTrue(heard.contains("<subject>1</subject>") && heard.contains("urn:xmpp:delay"), heard);
            }
        }
    }

    @Test
    void whoAcknowledgesNothingIsSentAwayAndTheRestIsStored() throws Exception {
        reconfigure("buffer_max = 3\n");
        try (RawClient alice = online("alice", "one");
                RawClient bob = online("bob", "phone")) {
            enable(bob);
            alice.send(messagesTo("bob@localhost", 8));
            assertTrue(bob.readToEnd().contains("<resource-constraint "));
            assertEquals(numbers(8), storedFor("bob"));
        }
    }

    @Test
    void aSessionForWhichTooMuchWaitsEndsAndTheRestIsStored() throws Exception {
        reconfigure("buffer_max = 3\n");
        try (RawClient alice = online("alice", "one")) {
            RawClient bob = online("bob", "phone");
            String id = enable(bob);
            cut(bob, "bob@localhost/phone");
            alice.send(messagesTo("bob@localhost/phone", 8));
            assertEquals(numbers(8), storedFor("bob"));
            try (RawClient again = signedIn("bob")) {
                again.send(resume(id, 0));
                assertTrue(again.readElement().contains("<item-not-found "));
            }
        }
    }

    @Test
    void whenTooMuchWaitsForAllTheSessionEndsForWhichMostWaits() throws Exception {
        reconfigure("max_detached_bytes = 100000\n");
        try (RawClient alice = online("alice", "one");
                RawClient watcher = online("bob", "watching")) {
            for (String resource : List.of("much", "little")) {
                RawClient client = new RawClient(running.plainPort()).signIn("bob", resource);
                enable(client);
                client.send("<presence><priority>-1</priority></presence>");
                watcher.readUntil("bob@localhost/" + resource);
                cut(client, "bob@localhost/" + resource);
            }
            String large = "<x xmlns='urn:example'>" + "x".repeat(40_000) + "</x>";
            for (int i = 0; i < 3; i++) {
                alice.send("<message to='bob@localhost/much' type='chat'><body>" + i + "</body>" + large + "</message>");
            }
            alice.send(message("bob@localhost/little", 1));
            String heard = watcher.readUntil("type='unavailable'");
            assertTrue(heard.substring(heard.lastIndexOf("<presence")).contains("bob@localhost/much"), heard);
            assertTrue(running.server().sessions().find(Jid.parse("bob@localhost/little")) != null);
        }
    }

    @Test
    void whoIsAwayLongIsToldTheLatestPresenceOfEachOnly() throws Exception {
        try (RawClient alice = online("alice", "one")) {
            RawClient phone = online("bob", "phone");
            String id = enable(phone);
            cut(phone, "bob@localhost/phone");
            for (int i = 0; i < 5; i++) {
                say(alice, "<presence to='bob@localhost/phone'><status>nr " + i + "</status></presence>");
            }
            say(alice, message("bob@localhost/phone", 1));
            try (RawClient again = signedIn("bob")) {
                again.send(resume(id, 0));
                String heard = again.readUntil("<subject>1</subject>");
                assertTrue(heard.contains("nr 4") && !heard.contains("nr 3"), heard);
            }
        }
    }

    @Test
    void whoBindsWithSignInFindsInTheArchiveWhatWaited() throws Exception {
        try (RawClient alice = online("alice", "one")) {
            say(alice, message("bob@localhost", 1)
                    + "<message to='bob@localhost' type='chat'><body>hi</body><subject>2</subject>"
                    + "<no-permanent-store xmlns='urn:xmpp:hints'/></message>");
        }
        try (RawClient bob = encrypted().authenticate2(
                MechanismName.SCRAM_SHA_256, "bob", "secret", "<bind xmlns='urn:xmpp:bind:0'/>")) {
            bob.readUntil("</stream:features>");
            bob.send("<presence/>");
            String heard = bob.readUntil("<subject>2</subject>");
            assertFalse(heard.contains("<subject>1</subject>"), heard);
            bob.send("<iq type='set' id='q'><query xmlns='urn:xmpp:mam:2'/></iq>");
            assertTrue(bob.readUntil("id='q'").contains("<subject>1</subject>"));
        }
    }

    @Test
    void oneAccountHasOnlySoManySessionsThatWait() throws Exception {
        reconfigure("max_detached_per_account = 1\n");
        try (RawClient watcher = online("alice", "watching")) {
            for (String resource : List.of("first", "second")) {
                RawClient client = online("alice", resource);
                enable(client);
                cut(client, "alice@localhost/" + resource); // or the second could be seen to be away before the first
            }
            String heard = watcher.readUntil("type='unavailable'");
            assertTrue(heard.substring(heard.lastIndexOf("<presence")).contains("alice@localhost/first"), heard);
        }
    }

    @Test
    void aMessageForAllClientsIsNotStoredForTheOneThatBrokeOff() throws Exception {
        reconfigure("resume_timeout = \"1s\"\n");
        try (RawClient alice = online("alice", "one");
                RawClient desk = online("bob", "desk")) {
            RawClient phone = online("bob", "phone");
            enable(phone);
            Session away = cut(phone, "bob@localhost/phone");
            alice.send(message("bob@localhost", 1));
            desk.readUntil("<subject>1</subject>");
            time.forward(Duration.ofSeconds(1));
            desk.readUntil("type='unavailable'"); // the phone has been waited for in vain
            gone(away);
            alice.send(message("bob@localhost", 2));
            assertFalse(desk.readUntil("<subject>2</subject>").contains("<subject>1</subject>"));
        }
    }

    private static void carbons(RawClient client) throws IOException {
        client.send("<iq type='set' id='c'><enable xmlns='urn:xmpp:carbons:2'/></iq>");
        client.readUntil("id='c'");
        client.readUntil(">");
    }

    @Test
    void aMessageThatAnotherClientWasShownIsNotGivenToItOnceMore() throws Exception {
        reconfigure("resume_timeout = \"1s\"\n");
        try (RawClient alice = online("alice", "one");
                RawClient desk = online("bob", "desk")) {
            carbons(desk);
            RawClient phone = online("bob", "phone");
            enable(phone);
            Session away = cut(phone, "bob@localhost/phone");
            alice.send(message("bob@localhost/phone", 1));
            assertTrue(desk.readUntil("<subject>1</subject>").contains("<received xmlns='urn:xmpp:carbons:2'>"));
            time.forward(Duration.ofSeconds(1));
            desk.readUntil("type='unavailable'"); // the phone has been waited for in vain
            gone(away);
            alice.send(message("bob@localhost", 2));
            assertFalse(desk.readUntil("<subject>2</subject>").contains("<subject>1</subject>"));
        }
    }

    @Test
    void aMessageThatNeitherItsClientNorTheOneItWasShownHasGotIsStored() throws Exception {
        reconfigure("resume_timeout = \"1s\"\n");
        try (RawClient alice = online("alice", "one")) {
            RawClient phone = online("bob", "phone");
            enable(phone);
            cut(phone, "bob@localhost/phone");
            RawClient desk = online("bob", "desk");
            carbons(desk);
            enable(desk);
            cut(desk, "bob@localhost/desk");
            say(alice, message("bob@localhost/phone", 1)
                    + "<iq type='get' id='v' to='bob@localhost/phone'><query xmlns='jabber:iq:version'/></iq>"
                    + "<iq type='get' id='w' to='bob@localhost/desk'><query xmlns='jabber:iq:version'/></iq>");
            time.forward(Duration.ofSeconds(1));
            alice.readUntil("<recipient-unavailable ");
            alice.readUntil("<recipient-unavailable "); // both have been waited for in vain
            try (RawClient next = online("bob", "next")) {
                String heard = next.readUntil("<subject>1</subject>");
                assertFalse(heard.contains("urn:xmpp:carbons:2"), heard);
                alice.send(message("bob@localhost", 2));
                assertFalse(next.readUntil("<subject>2</subject>").contains("<subject>1</subject>"));
            }
        }
    }

    @Test
    void aStoredMessageIsStoredUntilItIsAcknowledged() throws Exception {
        try (RawClient alice = online("alice", "one")) {
            say(alice, message("bob@localhost", 1) + message("bob@localhost", 2));
            for (int i = 0; i < 2; i++) {
                RawClient phone = new RawClient(running.plainPort()).signIn("bob", "phone");
                phone.send("<enable " + SM + "/><presence/>");
                phone.readUntil("<subject>2</subject>");
                Session away = session("bob@localhost/phone");
                phone.close(); // without a word
                gone(away);
            }
            RawClient phone = new RawClient(running.plainPort()).signIn("bob", "phone");
            phone.send("<enable " + SM + "/><presence/>");
            String heard = phone.readUntil("<subject>2</subject>");
            Session last = session("bob@localhost/phone");
            phone.send("<a " + SM + " h='" + (countOf("<presence", heard) + 2) + "'/></stream:stream>").readToEnd();
            gone(last);
            try (RawClient desk = online("bob", "desk")) {
                say(alice, message("bob@localhost", 3));
                heard = desk.readUntil("<subject>3</subject>");
                assertFalse(heard.contains("<subject>1</subject>") || heard.contains("<subject>2</subject>"), heard);
            }
        }
    }

    @Test
    void aStoredMessageThatWaitsForOneClientIsNotGivenToAnotherAtOnce() throws Exception {
        try (RawClient alice = online("alice", "one")) {
            say(alice, message("bob@localhost", 1));
            RawClient phone = new RawClient(running.plainPort()).signIn("bob", "phone");
            enable(phone);
            phone.send("<presence/>").readUntil("<subject>1</subject>");
            cut(phone, "bob@localhost/phone");
            try (RawClient desk = online("bob", "desk")) {
                say(alice, message("bob@localhost", 2));
                String heard = desk.readUntil("<subject>2</subject>");
                assertFalse(heard.contains("<subject>1</subject>"), heard);
                running.restart();
            }
        }
        try (RawClient desk = online("bob", "desk")) {
            desk.send("<iq type='get' id='p' to='localhost'><ping xmlns='urn:xmpp:ping'/></iq>");
            assertFalse(desk.readUntil("id='p'").contains("<subject>1</subject>"));
        }
    }

    /** Another server on the disk as it is now: as after a crash at this moment. */
    private RunningServer crashed() throws IOException {
        Path copy = Files.createDirectories(elsewhere.resolve("data"));
        try (Stream<Path> files = Files.list(folder.resolve("data"))) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Files.copy(file, copy.resolve(file.getFileName().toString()));
            }
        }
        return RunningServer.in(elsewhere, "", time);
    }

    private static RawClient onlineAt(RunningServer server, String user) throws IOException {
        return new RawClient(server.plainPort()).signIn(user, "elsewhere").send("<presence/>");
    }

    @Test
    void aCrashLosesNoStoredMessageThatWasNotAcknowledged() throws Exception {
        try (RawClient alice = online("alice", "one");
                RawClient phone = new RawClient(running.plainPort()).signIn("bob", "phone")) {
            say(alice, message("bob@localhost", 1));
            phone.send("<enable " + SM + " resume='true'/><presence/>");
            phone.readUntil("<subject>1</subject>");
            try (RunningServer again = crashed();
                    RawClient bob = onlineAt(again, "bob")) {
                bob.readUntil("<subject>1</subject>");
            }
        }
    }

    @Test
    void aCrashLosesNothingOfWhatWaitedOverARestart() throws Exception {
        RawClient bob = online("bob", "phone");
        String id = enable(bob);
        cut(bob, "bob@localhost/phone");
        try (RawClient alice = online("alice", "one")) {
            say(alice, message("bob@localhost/phone", 1));
        }
        running.restart();
        try (RawClient again = signedIn("bob")) {
            again.send(resume(id, 0));
            again.readUntil("<subject>1</subject>");
            try (RunningServer third = crashed();
                    RawClient late = new RawClient(third.plainPort()).open("localhost")) {
                late.authenticate("bob", "secret");
                late.readElement();
                late.features("localhost");
                late.send(resume(id, 1));
                assertTrue(late.readElement().contains("<item-not-found "));
                try (RawClient next = onlineAt(third, "bob")) {
                    next.readUntil("<subject>1</subject>");
                }
            }
        }
    }

    private static int countOf(String what, String in) {
        return in.split(what, -1).length - 1;
    }

    /** Says something and waits until it has been handled. */
    private static void say(RawClient client, String what) throws IOException {
        client.send(what + "<iq type='get' id='said' to='localhost'><ping xmlns='urn:xmpp:ping'/></iq>");
        client.readUntil("id='said'");
        client.readUntil(">");
    }

    private Session session(String full) {
        return running.server().sessions().find(Jid.parse(full));
    }

    /** Breaks a client's connection, and waits until its session stands without it, and until when has been settled. */
    private Session cut(RawClient client, String full) throws Exception {
        Session session = session(full);
        client.close();
        long deadline = System.nanoTime() + Duration.ofMinutes(1).toNanos();
        while (session.isConnected()) {
            assertTrue(System.nanoTime() < deadline, "the server does not see that the client is gone");
            assertFalse(session.awaitGone(Duration.ofMillis(1)), "the session has not waited for its client");
        }
        CountDownLatch done = new CountDownLatch(1);
        session.lane().add(done::countDown); // behind what the session's lane does when the client goes
        assertTrue(done.await(1, TimeUnit.MINUTES));
        return session;
    }

    private static void gone(Session session) {
        assertTrue(session.awaitGone(Duration.ofMinutes(1)));
    }

    private void reconfigure(String bounds) {
        running.close();
        running = RunningServer.in(folder, "[modules.mod_stream_management]\n" + bounds, time);
    }

    private static String messagesTo(String receiver, int count) {
        StringBuilder all = new StringBuilder();
        IntStream.range(0, count).forEach(i -> all.append(message(receiver, i)));
        return all.toString();
    }

    private static List<Integer> numbers(int count) {
        return IntStream.range(0, count).boxed().toList();
    }

    /** What a new client of the user gets, in the order of their numbers. */
    private List<Integer> storedFor(String user) throws IOException {
        try (RawClient next = online(user, "next")) {
            List<Integer> got = new ArrayList<>();
            while (got.size() < 8) {
                Matcher number = NUMBER.matcher(next.readUntil("</message>"));
                assertTrue(number.find());
                got.add(Integer.valueOf(number.group(1)));
            }
            return got.stream().sorted().toList();
        }
    }

    @Test
    void aSessionOutlivesARestartWithAllThatWaited() throws Exception {
        RawClient bob = online("bob", "phone");
        String id = enable(bob);
        RawClient alice = online("alice", "one");
        alice.send(message("bob@localhost", 1) + message("bob@localhost/phone", 2));
        bob.readUntil("<subject>2</subject>");
        RawClient stranger = new RawClient(running.plainPort()).open("localhost");
        Thread stopping = Thread.startVirtualThread(() -> running.restart());
        assertTrue(bob.readToEnd().contains("<system-shutdown "));
        assertTrue(stranger.readToEnd().contains("<system-shutdown "));
        assertTrue(alice.readToEnd().contains("<system-shutdown "));
        bob.close();
        alice.close();
        stranger.close();
        stopping.join();
        try (RawClient writer = online("alice", "one")) {
            writer.send(message("bob@localhost", 3));
            writer.send("<iq type='get' id='p' to='localhost'><ping xmlns='urn:xmpp:ping'/></iq>");
            writer.readUntil("id='p'");
            try (RawClient again = signedIn("bob")) {
                again.send(resume(id, 1));
                assertEquals("<resumed xmlns='urn:xmpp:sm:3' previd='" + id + "' h='0'/>", again.readElement());
                String heard = again.readUntil("<subject>3</subject>");
                assertFalse(heard.contains("<subject>1</subject>"), heard);
                assertTrue(heard.contains("<subject>2</subject>"), heard);
                again.send("<presence><show>away</show></presence>");
                again.send("<a " + SM + " h='3'/>");
                again.readUntil("<show>away</show>");
            }
        }
    }

    @Test
    void aSessionIsManagedAndResumedWithinSignIn() throws Exception {
        String enable = "<bind xmlns='urn:xmpp:bind:0'><enable " + SM + " resume='true'/></bind>";
        RawClient bob = encrypted().authenticate2(MechanismName.SCRAM_SHA_256, "bob", "secret", enable);
        String success = bob.readUntil("</success>");
        Matcher id = ID.matcher(success);
        assertTrue(success.contains("<enabled ") && id.find(), success);
        bob.readUntil("</stream:features>");
        bob.send("<presence/>");
        bob.readUntil("<presence");
        bob.close();
        try (RawClient alice = online("alice", "one")) {
            alice.send(message("bob@localhost", 1));
            alice.send("<iq type='get' id='p' to='localhost'><ping xmlns='urn:xmpp:ping'/></iq>");
            alice.readUntil("id='p'");
        }
        RawClient again = encrypted().authenticate2(
                MechanismName.SCRAM_SHA_256, "bob", "secret", resume(id.group(1), 1));
        assertTrue(again.readUntil("</success>").contains("<resumed "));
        assertTrue(again.readUntil("</message>").contains("<subject>1</subject>"));
        again.close();
        RawClient late = encrypted().authenticate2(
                MechanismName.SCRAM_SHA_256, "alice", "secret", resume(id.group(1), 1) + enable);
        String failed = late.readUntil("</success>");
        assertTrue(failed.contains("<item-not-found ") && failed.contains("<enabled "), failed);
        late.close();
    }

    @Test
    void aCountThatIsTooHighIsNamedWithinSignInAndEndsNothing() throws Exception {
        RawClient bob = online("bob", "phone");
        String id = enable(bob);
        bob.close();
        String bind = "<bind xmlns='urn:xmpp:bind:0'/>";
        RawClient wrong = encrypted().authenticate2(
                MechanismName.SCRAM_SHA_256, "bob", "secret", resume(id, 77) + bind);
        String success = wrong.readUntil("</success>");
        assertTrue(success.contains("<failed xmlns='urn:xmpp:sm:3'><undefined-condition "), success);
        assertTrue(success.contains("<handled-count-too-high h='77' send-count='"), success);
        assertTrue(success.contains("<bound "), success);
        wrong.close();
        RawClient right = encrypted().authenticate2(MechanismName.SCRAM_SHA_256, "bob", "secret", resume(id, 0));
        assertTrue(right.readUntil("</success>").contains("<resumed "));
        right.close();
    }

    private RawClient encrypted() throws IOException {
        RawClient client = new RawClient(running.tlsPort()).open("localhost");
        client.send("<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>").readElement();
        return client.encrypt().open("localhost");
    }

    @Test
    void whoIsLockedOutWhileAwayDoesNotComeBack() throws Exception {
        RawClient bob = online("bob", "phone");
        String id = enable(bob);
        Session away = cut(bob, "bob@localhost/phone");
        running.server().accounts().remove(im.gatehouse.jid.Jid.parse("bob@localhost"));
        gone(away);
        running.account("bob@localhost");
        try (RawClient again = signedIn("bob")) {
            again.send(resume(id, 0));
            assertTrue(again.readElement().contains("<item-not-found "));
        }
    }
}
