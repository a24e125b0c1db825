package im.gatehouse.modules.offline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import im.gatehouse.jid.Jid;
import im.gatehouse.modules.SmallClient;
import im.gatehouse.modules.SmallServer;
import im.gatehouse.modules.offline.OfflineStore.Waiting;
import im.gatehouse.router.OfflineMessages.Outcome;
import im.gatehouse.session.Admitted;
import im.gatehouse.session.Lane;
import im.gatehouse.session.Outlet;
import im.gatehouse.session.Session;
import im.gatehouse.session.Sessions;
import im.gatehouse.stanza.Handover;
import im.gatehouse.stanza.Message;
import im.gatehouse.stanza.Presence;
import im.gatehouse.stanza.Stanza;
import im.gatehouse.stanza.StreamError;
import im.gatehouse.storage.Database;
import im.gatehouse.storage.StorageSettings;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OfflineInboxTest {
    private static final Jid BOB = Jid.parse("bob@localhost");

    /** A client that acknowledges when the test says so. */
    private final class SlowClient implements Outlet {
        private final BlockingQueue<Message> received = new LinkedBlockingQueue<>();
        private final Queue<Handover> unacknowledged = new ArrayDeque<>();
        private final Session session;
        private volatile int room = Integer.MAX_VALUE;
        private volatile boolean isConnected = true;

        SlowClient(String resource) {
            session = Admitted.session(
                    server.sessions,
                    Jid.parse("bob@localhost/" + resource),
                    InetSocketAddress.createUnresolved("client.example", 1),
                    server.time.now(),
                    this,
                    new Lane(1_000));
            server.sessions.register(session, Sessions.Conflict.REPLACE);
            session.presence((Presence) SmallClient.parse("<presence from='bob@localhost/" + resource + "'/>"));
        }

        void takeWhatWaits() {
            inLane(() -> inbox.delivery().deliver(session));
        }

        /** Does something in the lane, as the last of what it has to do. */
        void inLane(Runnable task) {
            CountDownLatch done = new CountDownLatch(1);
            session.lane().add(() -> session.lane().blocking(() -> {
                task.run();
                done.countDown();
            }));
            await(done);
        }

        String next() {
            try {
                Message message = received.poll(60, TimeUnit.SECONDS);
                return String.valueOf(Objects.requireNonNull(message, "nothing came").id());
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }

        synchronized void acknowledgeOne() {
            unacknowledged.remove().arrived();
        }

        @Override
        public synchronized void send(Stanza stanza) {
            Message message = (Message) stanza;
            if (message.handover() instanceof Handover handover) {
                unacknowledged.add(handover);
            }
            received.add(message);
        }

        @Override
        public synchronized int takes(List<? extends Stanza> stanzas) {
            return Math.min(stanzas.size(), room - unacknowledged.size());
        }

        @Override
        public boolean isConnected() {
            return isConnected;
        }

        @Override
        public void end(StreamError error) {
            server.sessions.close(session);
        }
    }

    @TempDir
    private Path folder;

    private final OfflineStore store = new OfflineStore();
    private Database database;
    private SmallServer server;
    private OfflineMetrics metrics;
    private OfflineInbox inbox;

    @BeforeEach
    void start() {
        database = Database.open(new StorageSettings("jdbc:sqlite:" + folder.resolve("db"), null, null, 4));
        server = new SmallServer(database).with("bob");
        metrics = new OfflineMetrics(server.metrics.scope(), Set.of("localhost"));
        inbox = inbox();
    }

    private OfflineInbox inbox() {
        return inbox(OfflineConfig.DEFAULT);
    }

    private OfflineInbox inbox(OfflineConfig config) {
        return new OfflineInbox(database, server.sessions, server.router, server.time, metrics, config);
    }

    @AfterEach
    void stop() {
        server.close();
        database.close();
    }

    @Test
    void aboutAMegabyteIsOnTheWayAndTheRestFollowsAsThatArrives() {
        String large = "x".repeat(200_000);
        IntStream.range(0, 20).forEach(i -> say("m" + i, large));
        SlowClient bob = new SlowClient("desk");
        bob.takeWhatWaits();
        int first = bob.received.size();
        assertTrue(first >= 2 && first <= 6, first + " were handed over at once");
        assertEquals(first, waiting().stream().filter(each -> each.attempts() == 1).count());
        for (int i = 0; i < 20; i++) {
            assertEquals("m" + i, bob.next());
            bob.acknowledgeOne();
        }
    }

    @Test
    void noMoreIsHandedOverThanTheSessionTakesAndOnlyThatCountsAsAttempted() {
        IntStream.range(0, 5).forEach(i -> say("m" + i, "hello"));
        SlowClient bob = new SlowClient("desk");
        bob.room = 3;
        bob.takeWhatWaits();
        assertEquals(3, bob.received.size());
        assertEquals(List.of(1, 1, 1, 0, 0), waiting().stream().map(Waiting::attempts).toList());
        for (int i = 0; i < 5; i++) {
            assertEquals("m" + i, bob.next());
            bob.acknowledgeOne();
        }
    }

    @Test
    void whoHasNoRoomForWhatOthersSentGetsTheRestALittleLater() {
        say("m0", "hello");
        SlowClient bob = new SlowClient("desk");
        bob.room = 0;
        bob.takeWhatWaits();
        assertEquals(List.of(0), waiting().stream().map(Waiting::attempts).toList());
        bob.room = 1;
        server.time.forward(Duration.ofSeconds(5));
        assertEquals("m0", bob.next());
    }

    @Test
    void manyMessagesAreTakenBackWhereverTheyWait() {
        IntStream.range(0, 60).forEach(i -> say("m" + i, "hello"));
        takeBack("m3");
        takeBack("m57");
        List<String> waiting = waiting().stream().map(Waiting::stanza).toList();
        assertEquals(60, waiting.size()); // 58, and that two were taken back
        assertEquals(58, waiting.stream().filter(text -> text.contains("hello")).count());
    }

    private void takeBack(String id) {
        inbox.store((Message) SmallClient.parse("<message from='alice@localhost/phone' to='bob@localhost' type='chat'>"
                + "<retract id='" + id + "' xmlns='urn:xmpp:message-retract:1'/><store xmlns='urn:xmpp:hints'/>"
                + "</message>"));
    }

    @Test
    void whoCameMeanwhileIsGivenTheMessageInTheirOwnLane() {
        SlowClient bob = new SlowClient("desk");
        bob.inLane(() -> {
            say("m0", "hello");
            assertEquals(0, bob.received.size());
        });
        assertEquals("m0", bob.next());
    }

    @Test
    void whoIsThereIsPreferredToWhoIsExpectedBack() {
        SlowClient away = new SlowClient("phone");
        away.isConnected = false;
        SlowClient there = new SlowClient("desk");
        say("m0", "hello");
        assertEquals("m0", there.next());
        there.acknowledgeOne();
        server.sessions.close(there.session);
        say("m1", "hello");
        assertEquals("m1", away.next());
    }

    @Test
    void whatHasArrivedAndCannotBeDeletedIsTriedAgain() {
        HandedOver handedOver = new HandedOver(database, server.time, store);
        SlowClient bob = new SlowClient("desk");
        say("m0", "hello");
        assertEquals("m0", bob.next());
        Waiting waiting = waiting().getFirst();
        execute("create trigger no_deletes before delete on offline_messages begin select raise(abort, 'no'); end");
        handedOver.hand(bob.session, waiting.id(), bobsMessage(waiting)).arrived();
        handedOver.settle();
        assertEquals(1, waiting().size());
        execute("drop trigger no_deletes");
        server.time.forward(Duration.ofSeconds(5));
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (!waiting().isEmpty() && System.nanoTime() < deadline) {
            Thread.onSpinWait();
        }
        assertEquals(List.of(), waiting());
    }

    @Test
    void whatHasArrivedKeepsNothingOutThoughItIsNotDeletedYet() {
        inbox = inbox(new OfflineConfig(2, Optional.empty()));
        assertEquals(List.of(Outcome.STORED, Outcome.STORED), List.of(say("m0", "hello"), say("m1", "hello")));
        execute("create trigger no_deletes before delete on offline_messages begin select raise(abort, 'no'); end");
        SlowClient bob = new SlowClient("desk");
        bob.takeWhatWaits();
        assertEquals(Outcome.REFUSED, say("m2", "hello"));
        bob.acknowledgeOne();
        assertEquals(Outcome.STORED, say("m3", "hello"));
        assertEquals(2, inbox.count(BOB));
        assertEquals(Outcome.REFUSED, say("m4", "hello"));
        assertEquals(3, waiting().size());
    }

    private static Message bobsMessage(Waiting waiting) {
        return (Message) SmallClient.parse(waiting.stanza().replaceFirst(" xmlns=.jabber:client.", ""));
    }

    private void execute(String sql) {
        database.write(db -> db.execute(sql));
    }

    @Test
    void whatAnArchiveHasIsClearedForANewcomerUnlessAnotherIsBeingGivenIt() {
        String archived = "<stanza-id by='bob@localhost' id='a' xmlns='urn:xmpp:sid:0'/>";
        SlowClient newcomer = new SlowClient("phone");
        newcomer.session.presence(null);
        say("m0", "hello", archived);
        SlowClient other = new SlowClient("desk");
        other.takeWhatWaits();
        inbox.clear(newcomer.session);
        assertEquals(1, waiting().size());
        server.sessions.close(other.session);
        inbox.delivery().ended(other.session);
        inbox.clear(newcomer.session);
        assertEquals(0, waiting().size());
    }

    @Test
    void whatIsOnTheWayIsNotHandedOverAgainWhenTheModuleWasOff() {
        SlowClient phone = new SlowClient("phone");
        SlowClient desk = new SlowClient("desk");
        say("m0", "hello");
        assertEquals("m0", phone.next());
        inbox.delivery().close();
        inbox = inbox();
        inbox.delivery().open();
        desk.takeWhatWaits();
        assertEquals(0, desk.received.size());
        inbox.delivery().close();
        server.sessions.close(phone.session); // while nobody listens
        inbox = inbox();
        inbox.delivery().open();
        desk.takeWhatWaits();
        assertEquals("m0", desk.next());
    }

    private List<Waiting> waiting() {
        return database.read(db -> store.after(db, BOB, -1, 1_000));
    }

    private Outcome say(String id, String body) {
        return say(id, body, "");
    }

    private Outcome say(String id, String body, String more) {
        return inbox.store((Message) SmallClient.parse("<message from='alice@localhost/phone' to='bob@localhost' "
                + "type='chat' id='" + id + "'><body>" + body + "</body>" + more + "</message>"));
    }

    private static void await(CountDownLatch latch) {
        try {
            assertTrue(latch.await(60, TimeUnit.SECONDS), "A lane is stuck");
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
