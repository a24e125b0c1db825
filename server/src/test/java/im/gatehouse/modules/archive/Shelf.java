package im.gatehouse.modules.archive;

import im.gatehouse.jid.Jid;
import im.gatehouse.metrics.Metrics;
import im.gatehouse.modules.SmallClient;
import im.gatehouse.modules.archive.Job.Place;
import im.gatehouse.modules.archive.Job.Saying;
import im.gatehouse.modules.archive.Reader.Page;
import im.gatehouse.stanza.Message;
import im.gatehouse.stanza.StanzaError;
import im.gatehouse.storage.Database;
import im.gatehouse.storage.StorageException;
import im.gatehouse.time.MovableTime;
import im.gatehouse.xml.StoredXml;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jooq.impl.DSL;

/** Archives on a real database, without a server. */
final class Shelf {
    static final Jid ALICE = Jid.parse("alice@localhost");
    static final Jid BOB = Jid.parse("bob@localhost");

    private static final Duration PATIENCE = Duration.ofMinutes(1);

    final MovableTime time = new MovableTime();
    final Database database;
    final List<StanzaError> refusals = new ArrayList<>();

    /** Who has no account. */
    final Set<Jid> absent = ConcurrentHashMap.newKeySet();

    ArchiveWriter writer;
    Reader reader;
    private final Metrics metrics = new Metrics(time, false);

    Shelf(Database database) {
        this.database = database;
        this.writer = writer();
        this.reader = new Reader(database, writer);
    }

    private ArchiveWriter writer() {
        return new ArchiveWriter(
                database,
                time,
                new ArchiveMetrics(metrics.scope(), Set.of("localhost"), domain -> domain),
                (_, owner) -> !absent.contains(owner));
    }

    /** As after a restart: nothing is remembered. */
    void restart() {
        settle();
        sortIn();
        writer.close();
        restartAfterKill();
    }

    /** As after {@code kill -9}: what was acknowledged is on disk, and nothing else has happened. */
    void restartAfterKill() {
        settle();
        writer = writer();
        reader = new Reader(database, writer);
    }

    Retention retention() {
        return retention(Optional.empty(), OptionalInt.empty());
    }

    Retention retention(Optional<Duration> age, OptionalInt most) {
        return new Retention(database, time, () -> new ArchiveConfig(true, true, 50, 100, age, most), this::sortIn);
    }

    /** Alice says something to Bob, for both. */
    Saying sayText(String body) {
        return say("<message type='chat' from='alice@localhost/a' to='bob@localhost'><body>" + body + "</body></message>");
    }

    /** Somebody says something to somebody, for both. */
    Saying say(String xml) {
        return keep((Message) SmallClient.parse(xml), true, true);
    }

    /** What somebody says to somebody, for both, before it is taken. */
    Saying saying(String xml) {
        return saying((Message) SmallClient.parse(xml), true, true);
    }

    Saying keep(Message message, boolean sender, boolean receiver) {
        return writer.add(saying(message, sender, receiver));
    }

    private Saying saying(Message message, boolean sender, boolean receiver) {
        Jid from = message.sender();
        Jid to = message.receiver();
        return new Saying(
                message,
                sender ? new Place(from.bare(), to) : null,
                receiver ? new Place(to.bare(), from) : null,
                Handle.of(message),
                Handle.ofRetracted(message),
                true,
                refusals::add);
    }

    /** Waits until what was said is in the database. */
    void settle() {
        patiently(() -> {
            writer.settle();
            return true;
        });
    }

    /** Sorts what is in the database into the archives; answers up to which id that is done. */
    long sortIn() {
        return patiently(writer::sortIn);
    }

    /** On a machine with much else to do the archive takes longer than it lets anybody wait: it is then asked again. */
    private static <T> T patiently(Supplier<T> work) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            try {
                return work.get();
            } catch (StorageException e) {
                if (System.nanoTime() - deadline > 0) {
                    throw e;
                }
            }
        }
    }

    /** Lets go of an archive. */
    void drop(Jid owner) {
        database.write(db -> new RetentionStore().drop(db, owner, time.now().toEpochMilli()));
        writer.forget(owner);
    }

    /** Waits until it is on disk; answers whether it is. */
    static boolean isStored(Saying saying) {
        try {
            saying.stored().join();
            return true;
        } catch (CompletionException | StorageException e) {
            return false;
        }
    }

    Question question(String inQuery) {
        return Question.of(
                StoredXml.read("<query xmlns='urn:xmpp:mam:2'>" + inQuery + "</query>"), 100, Ids::parse);
    }

    Page page(Jid archive, String inQuery, int most) {
        Question question = question(inQuery);
        Jid with = question.with();
        return patiently(() -> reader.page(
                archive,
                question,
                with == null ? null : with.bare(),
                with == null || with.isBare() ? null : with.resource(),
                most));
    }

    /** The bodies in an archive, the oldest first; a tombstone as such. */
    List<String> bodies(Jid archive) {
        settle();
        return page(archive, "", 1_000).found().stream()
                .map(found -> found.message().has("retracted", Mam.RETRACT)
                        ? "taken back"
                        : String.valueOf(found.message().body()))
                .toList();
    }

    /** How many rows a table has when all is sorted in. */
    int rows(String table) {
        settle();
        sortIn();
        return database.read(db -> db.fetchCount(DSL.table(DSL.name(table))));
    }
}
