package im.gatehouse.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Nothing is lost, nothing changes its order and nobody waits for a client that reads late or leaves early. */
@Timeout(600)
class SlowAndHastyClientsTest {
    private static final Pattern NUMBER = Pattern.compile("<subject>([0-9]+)</subject>");

    /** More than the system takes for a client that does not read, and less than the server does. */
    private static final int MANY = 200;

    private static final String LARGE = "x".repeat(64 * 1024);

    @TempDir
    private Path folder;

    private RunningServer running;

    @BeforeEach
    void start() {
        running = RunningServer.in(folder).account("alice@localhost").account("bob@localhost");
    }

    @AfterEach
    void stop() {
        running.close();
    }

    @Test
    void whoReadsLateGetsEverythingInOrder() throws IOException {
        try (RawClient alice = new RawClient(running.plainPort()).signIn("alice", "quick");
                RawClient bob = new RawClient(running.plainPort()).signIn("bob", "slow")) {
            sendMany(alice);
            assertEquals(numbers(MANY), numbersIn(bob.readMuchUntil(subject(MANY - 1))));
            bob.send("<message to='alice@localhost/quick'><body>thanks</body></message>");
            assertTrue(alice.readUntil("</message>").contains("thanks"));
        }
    }

    @Test
    void whoIsSentAwayWhileMuchWaitsHoldsUpNobody() throws IOException {
        try (RawClient alice = new RawClient(running.plainPort()).signIn("alice", "quick");
                RawClient bob = new RawClient(running.plainPort()).signIn("bob", "slow")) {
            sendMany(alice);
            try (RawClient again = new RawClient(running.plainPort()).signIn("bob", "slow")) {
                assertTrue(bob.readToEnd().contains("<conflict "));
                again.send("<presence/>");
                assertTrue(again.readMuchUntil(subject(MANY - 1)).contains("<message"));
                again.send("<message to='alice@localhost/quick'><body>thanks</body></message>");
                assertTrue(alice.readUntil("</message>").contains("thanks"));
            }
        }
    }

    @Test
    void whoReadsNothingBeforeARestartGetsEverythingAfterIt() throws IOException {
        String id;
        try (RawClient alice = new RawClient(running.plainPort()).signIn("alice", "quick");
                RawClient bob = new RawClient(running.plainPort()).signIn("bob", "slow")) {
            bob.send("<enable xmlns='urn:xmpp:sm:3' resume='true'/>");
            id = bob.readElement().replaceAll(".* id=.([0-9a-f]+).*", "$1");
            sendMany(alice);
            running.restart();
        }
        try (RawClient bob = new RawClient(running.plainPort()).open("localhost")) {
            bob.authenticate("bob", "secret");
            bob.readElement();
            bob.open("localhost");
            bob.send("<resume xmlns='urn:xmpp:sm:3' previd='" + id + "' h='0'/>");
            assertEquals(numbers(MANY), numbersIn(bob.readMuchUntil(subject(MANY - 1))));
        }
    }

    @Test
    void whatAClientSaysRightBeforeItGoesIsHandled() throws IOException {
        int count = 60;
        StringBuilder said = new StringBuilder();
        IntStream.range(0, count).forEach(i -> said.append("<message to='bob@localhost' type='chat'><subject>")
                .append(i)
                .append("</subject><body>gone already</body></message>"));
        try (RawClient alice = new RawClient(running.plainPort()).signIn("alice", "hasty")) {
            alice.send(said.toString());
        }
        try (RawClient bob = new RawClient(running.plainPort()).signIn("bob", "later")) {
            bob.send("<presence/>");
            String heard = bob.readMuchUntil(subject(count - 1));
            assertEquals(numbers(count), numbersIn(heard));
        }
    }

    @Test
    void whatWaitsForARestartIsSaidAtEveryReload() throws IOException {
        Files.writeString(running.config(), Files.readString(running.config()) + "[storage]\npool_size = 7\n");
        assertEquals(List.of("storage.pool_size"), running.server().reload());
        assertEquals(List.of("storage.pool_size"), running.server().reload());
    }

    private static void sendMany(RawClient alice) throws IOException {
        for (int i = 0; i < MANY; i++) {
            alice.send("<message to='bob@localhost/slow' type='chat'><body>" + LARGE + "</body>" + message(i));
        }
        // Answered only when all of it has been routed.
        alice.send("<iq type='get' id='routed' to='localhost'><ping xmlns='urn:xmpp:ping'/></iq>");
        alice.readUntil("routed");
        alice.readUntil(">");
    }

    private static String message(int number) {
        return subject(number) + "</message>";
    }

    private static String subject(int number) {
        return "<subject>" + number + "</subject>";
    }

    private static List<Integer> numbers(int count) {
        return IntStream.range(0, count).boxed().toList();
    }

    private static List<Integer> numbersIn(String heard) {
        return NUMBER.matcher(heard).results().map(found -> Integer.valueOf(found.group(1))).toList();
    }
}
