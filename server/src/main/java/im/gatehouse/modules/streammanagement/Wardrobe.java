package im.gatehouse.modules.streammanagement;

import im.gatehouse.jid.Jid;
import im.gatehouse.storage.Database;
import im.gatehouse.storage.StorageException;
import im.gatehouse.stream.StreamManagement;
import im.gatehouse.stream.SuspendedSession;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jooq.DSLContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the sessions that wait for their clients while the server is down. What waits with one stays stored until its
 * client has it, so that a crash after the start loses none. All of it may block.
 */
final class Wardrobe {
    private static final Logger log = LoggerFactory.getLogger(Wardrobe.class);

    /** So many sessions are stored in one transaction. */
    private static final int BATCH = 200;

    private final SuspendedStore store = new SuspendedStore();
    private final Database database;
    private final StreamManagement management;

    /** The ids of which there are rows. */
    private final Set<String> stored = ConcurrentHashMap.newKeySet();

    /** The ids of which there may be rows that should have been deleted: that is done with whatever is written next. */
    private final Set<String> undeleted = ConcurrentHashMap.newKeySet();

    Wardrobe(Database database, StreamManagement management) {
        this.database = database;
        this.management = management;
    }

    /** Stores all that wait. For the end of the server. */
    void putAway() {
        List<SuspendedSession> all = management.suspend();
        if (!undeleted.isEmpty()) {
            write("Sessions that wait no more may be back after a restart", _ -> {});
        }
        try {
            for (int from = 0; from < all.size(); from += BATCH) {
                List<SuspendedSession> batch = all.subList(from, Math.min(from + BATCH, all.size()));
                database.write(db -> {
                    batch.forEach(session -> {
                        store.delete(db, session.id());
                        store.insert(db, session);
                    });
                    return true;
                });
                batch.forEach(SuspendedSession::stored);
            }
            if (!all.isEmpty()) {
                log.info("{} sessions wait for their clients until the server is back", all.size());
            }
        } catch (StorageException e) {
            log.warn("Sessions that wait for their clients could not be stored: {}", e.getMessage());
        }
    }

    /** Lets all stand again that were stored. For the start of the server. */
    void takeOut() {
        List<SuspendedSession> all = database.read(store::all);
        all.forEach(session -> stored.add(session.id()));
        management.restore(all);
        if (!all.isEmpty()) {
            log.info("{} sessions have waited for their clients while the server was down", all.size());
        }
    }

    /**
     * Keeps what waits with a session, but not the session: its client has come back. After a crash what waits goes to
     * whoever is there.
     */
    void keepOnlyWhatWaits(String id) {
        if (stored.contains(id)) {
            write("A session that has been taken up may be back after a crash", db -> store.end(db, id));
        }
    }

    /** Deletes the row of a session, if there is one, for its client has what waited, or it has ended. */
    void forget(String id) {
        if (!stored.remove(id)) {
            return;
        }
        if (!write("A session that waits no more may be back after a restart", db -> store.delete(db, id))) {
            undeleted.add(id);
        }
    }

    private boolean write(String otherwise, Consumer<DSLContext> work) {
        List<String> late = List.copyOf(undeleted);
        try {
            database.write(db -> {
                late.forEach(id -> store.delete(db, id));
                work.accept(db);
                return true;
            });
            late.forEach(undeleted::remove);
            return true;
        } catch (StorageException e) {
            log.warn("{}: {}", otherwise, e.getMessage());
            return false;
        }
    }

    void removeAccount(DSLContext db, Jid account) {
        store.removeAccount(db, account);
    }

    void removeDomain(DSLContext db, String domain) {
        store.removeDomain(db, domain);
    }
}
