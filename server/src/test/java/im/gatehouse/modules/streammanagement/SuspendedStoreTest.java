package im.gatehouse.modules.streammanagement;

import static org.junit.jupiter.api.Assertions.assertEquals;

import im.gatehouse.jid.Jid;
import im.gatehouse.session.SessionInfo;
import im.gatehouse.stanza.Message;
import im.gatehouse.stanza.Presence;
import im.gatehouse.storage.Database;
import im.gatehouse.storage.EveryDatabase;
import im.gatehouse.stream.SuspendedSession;
import im.gatehouse.stream.SuspendedSession.Waiting;
import im.gatehouse.xml.Element;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

class SuspendedStoreTest {
    private static final Instant NOW = Instant.parse("2026-11-21T12:00:00.123Z");
    private static final Jid ALICE = Jid.parse("alice@localhost/phone 🎈");
    private static final Jid BOB = Jid.parse("bob@example.org/desk");

    private final SuspendedStore store = new SuspendedStore();

    private static SuspendedSession session(String id, Jid jid, Instant until) {
        Message hello = Message.of(
                Message.Type.CHAT, BOB, jid, "m1", Element.of("body", "jabber:client", "Grüße & <3 \n'\" 🎈"));
        return new SuspendedSession(
                id,
                jid,
                new SessionInfo(
                        new InetSocketAddress(InetAddress.ofLiteral("2001:db8::1"), 50_000),
                        "tcp",
                        true,
                        "SCRAM-SHA-256-PLUS",
                        NOW.minusSeconds(1_000)),
                Duration.ofMinutes(10),
                until,
                (1L << 33) + 1,
                (1L << 32) - 1,
                List.of(
                        new Waiting(hello, NOW, 7),
                        new Waiting(hello.id("m2"), NOW.plusMillis(1), -1),
                        new Waiting(Presence.of(Presence.Type.UNAVAILABLE, BOB, jid), NOW.plusMillis(2), 0)),
                Map.of("carbons", Element.of("enabled", "urn:xmpp:carbons:2"), "client", Element.of("client", "", "c")));
    }

    private void insert(Database database, SuspendedSession... sessions) {
        database.write(db -> {
            for (SuspendedSession session : sessions) {
                store.insert(db, session);
            }
            return true;
        });
    }

    private List<String> ids(Database database) {
        return database.read(store::all).stream().map(SuspendedSession::id).toList();
    }

    @EveryDatabase
    void aSessionComesBackAsItWasStored(Database database) {
        SuspendedSession put = session("a", ALICE, NOW.plusSeconds(60));
        insert(database, put);
        SuspendedSession got = database.read(store::all).getFirst();
        assertEquals(put.jid(), got.jid());
        assertEquals(put.info(), got.info());
        assertEquals(put.patience(), got.patience());
        assertEquals(put.until(), got.until());
        assertEquals(put.handled(), got.handled());
        assertEquals(put.acknowledged(), got.acknowledged());
        assertEquals(put.luggage(), got.luggage());
        assertEquals(texts(put), texts(got));
    }

    private static List<String> texts(SuspendedSession session) {
        return session.waiting().stream()
                .map(each -> each.stanza().toElement() + " " + each.since() + " " + each.copies())
                .toList();
    }

    @EveryDatabase
    void sessionsAreDeletedOneByOneAndWithTheirAccountAndDomain(Database database) {
        insert(
                database,
                session("c", ALICE, NOW.plusSeconds(3)),
                session("a", ALICE, NOW.plusSeconds(1)),
                session("b", BOB, NOW.plusSeconds(2)));
        assertEquals(List.of("a", "b", "c"), ids(database));
        database.write(db -> {
            store.delete(db, "a");
            return true;
        });
        assertEquals(List.of("b", "c"), ids(database));
        assertEquals(3, database.read(store::all).getLast().waiting().size());
        database.write(db -> {
            store.removeAccount(db, ALICE.bare());
            return true;
        });
        assertEquals(List.of("b"), ids(database));
        database.write(db -> {
            store.removeDomain(db, "example.org");
            return true;
        });
        assertEquals(List.of(), ids(database));
    }
}
