package im.gatehouse.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import im.gatehouse.storage.EveryDatabase;
import im.gatehouse.storage.StorageSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A server in a process of its own, which is killed while somebody talks. */
@Timeout(600)
class ArchiveKilledServerTest {
    private static final int MESSAGES = 3_000;
    private static final int ACKED_BEFORE_THE_END = 300;
    private static final int SENT_AGAIN = 200;
    private static final Pattern ACK = Pattern.compile("h='([0-9]+)'");
    private static final Pattern BODY = Pattern.compile("<body>nr ([0-9]+)</body>");
    private static final Pattern LAST = Pattern.compile("<last>([^<]*)</last>");

    @TempDir
    private Path folder;

    @EveryDatabase
    void whatWasAckedIsInTheArchiveAndWhatIsSentAgainIsThereOnce(StorageSettings settings) throws Exception {
        KillableServer.prepare(
                folder, settings, "", "[modules.mod_offline]\nmax_messages = 100000", Stream.of("alice", "bob"));
        int acked = 0;
        try (KillableServer first = KillableServer.start(folder);
                RawClient alice = new RawClient(first.port()).signIn("alice", "a")) {
            alice.send("<enable xmlns='urn:xmpp:sm:3'/>");
            alice.readUntil("<enabled");
            Thread talking = Thread.startVirtualThread(() -> talk(alice));
            while (acked < ACKED_BEFORE_THE_END) {
                acked = nextAcked(alice);
            }
            first.kill();
            acked = lastAcked(alice, acked);
            talking.join();
        }

        try (KillableServer second = KillableServer.start(folder);
                RawClient alice = new RawClient(second.port()).signIn("alice", "b")) {
            List<Integer> kept = archived(alice);
            assertEquals(IntStream.rangeClosed(1, kept.size()).boxed().toList(), kept, "in order, without a gap");
            assertTrue(kept.size() >= acked, kept.size() + " are kept of " + acked + " that were acked");
            for (int i = acked + 1; i <= acked + SENT_AGAIN; i++) {
                alice.send(message(i)); // as a client does that does not know what became of them
            }
            List<Integer> after = archived(alice);
            int all = Math.max(kept.size(), acked + SENT_AGAIN);
            assertEquals(IntStream.rangeClosed(1, all).boxed().toList(), after);
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

    private static int nextAcked(RawClient client) throws IOException {
        client.readUntil("<a ");
        String acked = client.readUntil(">");
        Matcher ack = ACK.matcher(acked);
        assertTrue(ack.find(), acked);
        return Integer.parseInt(ack.group(1));
    }

    /** What was acked in the end, however the connection broke then. */
    private static int lastAcked(RawClient client, int before) {
        int acked = before;
        try {
            while (true) {
                acked = nextAcked(client);
            }
        } catch (IOException _) {
            return acked;
        }
    }

    /** The numbers in the whole archive, page by page. */
    private static List<Integer> archived(RawClient client) throws IOException {
        List<Integer> numbers = new ArrayList<>();
        String after = "";
        while (true) {
            client.send("<iq type='set' id='q'><query xmlns='urn:xmpp:mam:2'>"
                    + "<set xmlns='http://jabber.org/protocol/rsm'><max>100</max>" + after + "</set></query></iq>");
            String answer = client.readMuchUntil("</iq>");
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
}
