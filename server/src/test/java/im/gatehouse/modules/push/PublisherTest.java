package im.gatehouse.modules.push;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import im.gatehouse.jid.Jid;
import im.gatehouse.metrics.MetricSpec;
import im.gatehouse.module.ModuleContext;
import im.gatehouse.module.ModulePlan;
import im.gatehouse.module.ModuleSpec;
import im.gatehouse.module.ServerModule;
import im.gatehouse.modules.SmallClient;
import im.gatehouse.modules.SmallServer;
import im.gatehouse.stanza.Iq;
import im.gatehouse.stanza.Message;
import im.gatehouse.stanza.Stanza;
import im.gatehouse.storage.Database;
import im.gatehouse.storage.StorageSettings;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PublisherTest {
    private static final Jid ALICE = Jid.parse("alice@localhost");

    /** What the module is made of, within reach. */
    private final class Within implements ServerModule<PushConfig> {
        private Push push;

        @Override
        public ModuleSpec<PushConfig> spec() {
            return new PushModule().spec();
        }

        @Override
        public Running<PushConfig> start(PushConfig config, ModuleContext context) {
            PushMetrics metrics = new PushMetrics(context.metrics().scope(), context.hosts());
            Publisher publisher = new Publisher(config, context, metrics);
            Push made = new Push(config, context, publisher);
            push = made;
            publisher.onEnd(key -> {
                ending.countDown();
                await(mayEnd);
                made.removed(key.account());
            });
            context.undoLater(context.router().answered().add(context.module(), publisher::answered));
            return _ -> {};
        }
    }

    @TempDir
    private Path folder;

    private final PushStore store = new PushStore();

    /** Open when a registration is removed from the database, and is still known. */
    private final CountDownLatch ending = new CountDownLatch(1);

    private final CountDownLatch mayEnd = new CountDownLatch(1);
    private Database database;
    private SmallServer server;
    private Push push;
    private SmallClient service;

    @BeforeEach
    void start() {
        database = Database.open(new StorageSettings("jdbc:sqlite:" + folder.resolve("db"), null, null, 4));
        Within within = new Within();
        server = new SmallServer(database, new ModulePlan.Entry<>(within, new PushConfig(10, false, false, 16)))
                .with("alice", "service");
        push = Objects.requireNonNull(within.push);
        service = server.connect("service/app");
        push.enable((Iq) SmallClient.parse("<iq from='alice@localhost/phone' to='alice@localhost' type='set' id='e1'>"
                + "<enable jid='service@localhost/app' node='n' xmlns='urn:xmpp:push:0'/></iq>"));
    }

    @AfterEach
    void stop() {
        mayEnd.countDown();
        server.close();
        database.close();
    }

    @Test
    void aServiceThatWillNotHaveItIsToldNothingWhileTheRegistrationIsBeingRemoved() {
        waits("m0");
        assertEquals(1, figure(PushMetrics.PUBLISHED));
        refuse();
        await(ending);
        waits("m1");
        mayEnd.countDown();
        eventually(() -> figure(PushMetrics.DISABLED) == 1);
        waits("m2");
        assertEquals(List.of(), registrations());
        assertEquals(1, figure(PushMetrics.PUBLISHED));
    }

    @Test
    void aRegistrationThatCannotBeRemovedIsToldOfWhatComesNext() {
        mayEnd.countDown();
        execute("create trigger no_deletes before delete on push_registrations begin select raise(abort, 'no'); end");
        waits("m0");
        refuse();
        eventually(() -> figure(PushMetrics.FAILED) == 1);
        AtomicInteger more = new AtomicInteger();
        eventually(() -> {
            waits("m" + more.incrementAndGet());
            return figure(PushMetrics.PUBLISHED) == 2;
        });
        execute("drop trigger no_deletes");
        refuse();
        eventually(() -> figure(PushMetrics.DISABLED) == 1);
        assertEquals(List.of(), registrations());
    }

    private void waits(String id) {
        push.waiting((Message) SmallClient.parse("<message from='bob@localhost/desk' to='alice@localhost' type='chat' "
                + "id='" + id + "'><body>hello</body></message>"));
    }

    /** The service answers what it was told last. */
    private void refuse() {
        service.send("<iq to='" + ALICE + "' type='error' id='" + told().id() + "'><error type='cancel'>"
                + "<item-not-found xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></iq>");
    }

    private Stanza told() {
        long deadline = System.nanoTime() + TimeUnit.MINUTES.toNanos(1);
        List<Stanza> told = service.stanzas();
        while (told.isEmpty()) {
            assertTrue(System.nanoTime() < deadline, "the service is told nothing");
            Thread.yield();
            told = service.stanzas();
        }
        return told.getLast();
    }

    private List<Registration> registrations() {
        return database.read(db -> store.all(db, ALICE));
    }

    private long figure(MetricSpec spec) {
        return server.metrics.counter(spec, "localhost").count();
    }

    private void execute(String sql) {
        database.write(db -> db.execute(sql));
    }

    private static void eventually(BooleanSupplier condition) {
        long deadline = System.nanoTime() + TimeUnit.MINUTES.toNanos(1);
        while (!condition.getAsBoolean()) {
            assertTrue(System.nanoTime() < deadline, "it never happens");
            Thread.yield();
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            assertTrue(latch.await(60, TimeUnit.SECONDS), "it never happens");
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
