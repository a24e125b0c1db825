package im.gatehouse.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import im.gatehouse.account.Accounts;
import im.gatehouse.account.ScramSettings;
import im.gatehouse.jid.Jid;
import im.gatehouse.storage.Database;
import im.gatehouse.storage.EveryDatabase;
import im.gatehouse.storage.StorageSettings;
import im.gatehouse.time.MovableTime;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A server in a process of its own, which is killed while somebody talks. */
@Timeout(300)
class ArchiveKilledServerTest {
    private static final int MESSAGES = 3_000;
    private static final int ACKED_BEFORE_THE_END = 700;
    private static final Pattern PORT = Pattern.compile("Clients connect to .*:([0-9]+)\\.");
    private static final Pattern ACK = Pattern.compile("<a [^>]*h='([0-9]+)'");
    private static final Pattern BODY = Pattern.compile("<body>nr ([0-9]+)</body>");
    private static final Pattern LAST = Pattern.compile("<last>([^<]*)</last>");

    @TempDir
    private Path folder;

    /** A running server and the port for clients. */
    private record Server(Process process, int port) {}

    @EveryDatabase
    void whatWasAckedIsInTheArchiveAndWhatIsSentAgainIsThereOnce(StorageSettings settings) throws Exception {
        prepare(settings);
        Server first = start();
        int acked;
        try (RawClient alice = new RawClient(first.port).signIn("alice", "a")) {
            alice.send("<enable xmlns='urn:xmpp:sm:3'/>");
            alice.readUntil("<enabled");
            Thread talking = Thread.startVirtualThread(() -> talk(alice));
            acked = 0;
            while (acked < ACKED_BEFORE_THE_END) {
                acked = Math.max(acked, ackedIn(alice.readUntil("<a ") + alice.readUntil(">")));
            }
            first.process.destroyForcibly().waitFor(); // SIGKILL
            acked = Math.max(acked, ackedIn(rest(alice)));
            talking.join();
        } finally {
            first.process.destroyForcibly().waitFor();
        }

        Server second = start();
        try (RawClient alice = new RawClient(second.port).signIn("alice", "b")) {
            List<Integer> kept = archived(alice);
            assertEquals(IntStream.rangeClosed(1, kept.size()).boxed().toList(), kept, "in order, without a gap");
            assertTrue(kept.size() >= acked, kept.size() + " are kept of " + acked + " that were acked");
            for (int i = acked + 1; i <= acked + 400; i++) {
                alice.send(message(i)); // as a client does that does not know what became of them
            }
            List<Integer> after = archived(alice);
            assertEquals(IntStream.rangeClosed(1, Math.max(kept.size(), acked + 400)).boxed().toList(), after);
        } finally {
            second.process.destroyForcibly().waitFor();
        }
    }

    private static void talk(RawClient alice) {
        try {
            for (int i = 1; i <= MESSAGES; i++) {
                alice.send(message(i) + "<r xmlns='urn:xmpp:sm:3'/>");
            }
        } catch (IOException _) {
            // the server is dead
        }
    }

    private static String message(int i) {
        return "<message type='chat' to='bob@localhost' id='m%d'><body>nr %d</body>".formatted(i, i)
                + "<origin-id xmlns='urn:xmpp:sid:0' id='m%d'/></message>".formatted(i);
    }

    private static int ackedIn(String heard) {
        int acked = 0;
        Matcher ack = ACK.matcher(heard);
        while (ack.find()) {
            acked = Math.max(acked, Integer.parseInt(ack.group(1)));
        }
        return acked;
    }

    private static String rest(RawClient client) {
        try {
            return client.readToEnd();
        } catch (IOException _) {
            return "";
        }
    }

    /** The numbers in the whole archive, page by page. */
    private static List<Integer> archived(RawClient client) throws IOException {
        List<Integer> numbers = new ArrayList<>();
        String after = "";
        while (true) {
            client.send("<iq type='set' id='q'><query xmlns='urn:xmpp:mam:2'>"
                    + "<set xmlns='http://jabber.org/protocol/rsm'><max>100</max>" + after + "</set></query></iq>");
            String answer = client.readUntil("</iq>");
            Matcher body = BODY.matcher(answer);
            while (body.find()) {
                numbers.add(Integer.parseInt(body.group(1)));
            }
            if (answer.contains("complete='true'")) {
                return numbers;
            }
            Matcher last = LAST.matcher(answer);
            assertTrue(last.find(), answer);
            after = "<after>" + last.group(1) + "</after>";
        }
    }

    private void prepare(StorageSettings settings) throws IOException {
        Files.writeString(
                folder.resolve("gatehouse.toml"),
                """
                [general]
                hosts = ["localhost"]
                [[listen.c2s]]
                port = 0
                tls = "off"
                [listen.http]
                port = 0
                [auth]
                scram_iterations = 4096
                [storage]
                url = "%s"
                [modules.mod_offline]
                max_messages = 100000
                """
                        .formatted(settings.url()));
        try (Database database = Database.open(settings);
                Accounts accounts = new Accounts(
                        database,
                        new ScramSettings(ScramSettings.LEAST_ITERATIONS),
                        Set.of("localhost"),
                        new MovableTime(),
                        new byte[32])) {
            accounts.create(Jid.of("alice", "localhost"), "secret");
            accounts.create(Jid.of("bob", "localhost"), "secret");
        }
    }

    private Server start() throws IOException {
        Process process = new ProcessBuilder(
                        ProcessHandle.current().info().command().orElse("java"),
                        "-XX:+UseSerialGC",
                        "-Xmx512m",
                        "--enable-native-access=ALL-UNNAMED",
                        "--sun-misc-unsafe-memory-access=allow",
                        "-cp",
                        System.getProperty("java.class.path"),
                        "im.gatehouse.app.Main",
                        "start")
                .directory(folder.toFile())
                .redirectError(folder.resolve("server.log").toFile())
                .start();
        BufferedReader out = process.inputReader(StandardCharsets.UTF_8);
        for (String line = out.readLine(); line != null; line = out.readLine()) {
            Matcher port = PORT.matcher(line);
            if (port.find()) {
                return new Server(process, Integer.parseInt(port.group(1)));
            }
        }
        process.destroyForcibly();
        throw new IllegalStateException("It did not start: " + Files.readString(folder.resolve("server.log")));
    }
}
