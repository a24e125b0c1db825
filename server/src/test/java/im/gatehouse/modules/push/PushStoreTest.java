package im.gatehouse.modules.push;

import static org.junit.jupiter.api.Assertions.assertEquals;

import im.gatehouse.jid.Jid;
import im.gatehouse.storage.Database;
import im.gatehouse.storage.EveryDatabase;
import java.util.List;

class PushStoreTest {
    private static final Jid ALICE = Jid.parse("alice@localhost");
    private static final Jid BOB = Jid.parse("bob@example.org");
    private static final Jid SERVICE = Jid.parse("push.example.com");

    private final PushStore store = new PushStore();

    private static Registration registration(Jid account, String node, String options) {
        return new Registration(account, SERVICE, node, "phone", options);
    }

    private void put(Database database, Registration registration) {
        database.write(db -> {
            store.put(db, registration);
            return true;
        });
    }

    private List<Registration> all(Database database, Jid account) {
        return database.read(db -> store.all(db, account)).stream()
                .sorted(java.util.Comparator.comparing(Registration::node))
                .toList();
    }

    @EveryDatabase
    void aNodeOfAServiceIsThereOnceWithItsLatestOptions(Database database) {
        put(database, registration(ALICE, "n1", ""));
        put(database, registration(ALICE, "", "<x xmlns='jabber:x:data'/>"));
        put(database, registration(ALICE, "n1", "<a>ü 🎈</a>"));
        assertEquals(2, database.<Integer>read(db -> store.count(db, ALICE)));
        assertEquals(
                List.of(registration(ALICE, "", "<x xmlns='jabber:x:data'/>"), registration(ALICE, "n1", "<a>ü 🎈</a>")),
                all(database, ALICE));
    }

    @EveryDatabase
    void oneNodeAllNodesAnAccountAndADomainAreRemoved(Database database) {
        put(database, registration(ALICE, "n1", ""));
        put(database, registration(ALICE, "n2", ""));
        put(database, registration(BOB, "n1", ""));
        database.write(db -> {
            store.remove(db, registration(ALICE, "n1", "").key());
            return true;
        });
        assertEquals(List.of(registration(ALICE, "n2", "")), all(database, ALICE));
        database.write(db -> {
            store.remove(db, ALICE, SERVICE);
            return true;
        });
        assertEquals(List.of(), all(database, ALICE));
        put(database, registration(ALICE, "n1", ""));
        database.write(db -> {
            store.remove(db, ALICE);
            store.removeDomain(db, "example.org");
            return true;
        });
        assertEquals(List.of(), all(database, ALICE));
        assertEquals(List.of(), all(database, BOB));
    }
}
