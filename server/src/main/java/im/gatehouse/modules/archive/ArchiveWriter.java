package im.gatehouse.modules.archive;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import im.gatehouse.jid.Jid;
import im.gatehouse.modules.archive.Job.Burial;
import im.gatehouse.modules.archive.Job.Saying;
import im.gatehouse.modules.roster.StanzaText;
import im.gatehouse.stanza.Message;
import im.gatehouse.stanza.StanzaError;
import im.gatehouse.stanza.StanzaException;
import im.gatehouse.storage.Database;
import im.gatehouse.storage.StorageException;
import im.gatehouse.time.Seldom;
import im.gatehouse.time.Time;
import im.gatehouse.xml.Element;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jooq.DSLContext;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes into archives what is said, many messages with one wait for the disk, in the order of their ids: whoever reads
 * an archive sees no id appear before one that it has seen.
 *
 * <p>Safe from any thread, event loops included; {@link #settle} and {@link #awaitRoom} block. What waits is bounded in
 * number and size: from half of that on who can wait should, and beyond it everything is refused. While the database does not take anything, everything is refused but one attempt a second.
 */
final class ArchiveWriter implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(ArchiveWriter.class);

    static final int MOST_WAITING = 10_000;
    private static final long MOST_CHARACTERS = 64L << 20;

    /** From here on who can wait does, so that the rest is for those who cannot. */
    private static final int MANY_WAITING = MOST_WAITING / 2;

    private static final long MANY_CHARACTERS = MOST_CHARACTERS / 2;

    /** Messages in one unit of work at most. */
    private static final int UNIT = 500;

    /** Of the messages between two, so many of the last are looked through for one that is sent again. */
    private static final int LOOKED_THROUGH_FOR_THE_SAME = 500;

    /** Of the messages between two, so many of the last are looked through for one that is taken back. */
    private static final int LOOKED_THROUGH_TO_BURY = 5_000;

    private static final int OWNERS_KNOWN = 100_000;

    /** Characters of messages that are remembered, so that one that is sent again gets the same id. */
    private static final long MOST_REMEMBERED = 4L << 20;

    /** What a message takes in memory besides, in characters. */
    private static final int OVERHEAD = 200;

    private static final Duration REMEMBERED = Duration.ofMinutes(15);
    private static final Duration BETWEEN_ATTEMPTS = Duration.ofSeconds(1);
    private static final Duration LOG_PERIOD = Duration.ofMinutes(1);
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private static final StanzaError BUSY = StanzaError.Condition.RESOURCE_CONSTRAINT
            .error("The archive is too busy, and the message was not sent. Try again later");
    private static final StanzaError AWAY = StanzaError.Condition.INTERNAL_SERVER_ERROR
            .error("The archive cannot be written, and the message was not sent. Try again later")
            .type(StanzaError.Type.WAIT);
    static final StanzaError NOT_STORED = StanzaError.Condition.INTERNAL_SERVER_ERROR
            .error("The message could not be kept in the archive; it may have been delivered")
            .type(StanzaError.Type.WAIT);

    private final Database database;
    private final Time time;
    private final ArchiveMetrics metrics;
    private final ArchiveStore store = new ArchiveStore();
    private final Seldom failures;

    /** The numbers of owners that are in the database for sure. */
    private final Cache<Jid, Long> owners = Caffeine.newBuilder().maximumSize(OWNERS_KNOWN).build();

    /** How often owners' numbers were forgotten. */
    private final AtomicLong forgotten = new AtomicLong();

    /** What was said lately, by its handle. */
    private final Cache<Long, Saying> lately = Caffeine.newBuilder()
            .maximumWeight(MOST_REMEMBERED)
            .weigher((Long _, Saying saying) -> saying.size() + OVERHEAD)
            .expireAfterWrite(REMEMBERED)
            .build();

    private final ReentrantLock adding = new ReentrantLock();

    private final Condition written = adding.newCondition();

    /** Guarded by {@code adding}, as are those that follow. */
    private final Ids ids;

    private List<Job> waiting = new ArrayList<>();

    /** What waits or is being written. */
    private int jobs;

    private long characters;

    /** Whether so much waits that others had better wait, too. Read by anybody. */
    private volatile boolean crowded;

    /** Whether a virtual thread writes or is about to. */
    private boolean writing;

    /** What was added last, null when all has been written. */
    private @Nullable Job last;

    /** Whether the last attempt failed for everybody. */
    private volatile boolean failing;

    /** When something may be attempted again although the last attempt failed, on the monotonic clock. */
    private long nextAttempt;

    ArchiveWriter(Database database, Time time, ArchiveMetrics metrics) {
        this.database = database;
        this.time = time;
        this.metrics = metrics;
        this.failures = new Seldom(time, LOG_PERIOD);
        this.ids = new Ids(time, database.read(store::lastId));
    }

    // --- in ---

    /**
     * Takes a message and gives it its id.
     *
     * @return the same message, or an earlier one that it repeats
     * @throws StanzaException when it cannot be taken
     */
    Saying add(Saying saying) {
        Saying before = before(saying);
        if (before != null) {
            return before;
        }
        enqueue(saying, now -> saying.id = now.next());
        if (saying.handle != null && Handle.mayBeSentAgain(saying.message)) {
            lately.put(saying.handle, saying);
        }
        return saying;
    }

    private @Nullable Saying before(Saying saying) {
        if (saying.handle == null || !Handle.mayBeSentAgain(saying.message)) {
            return null;
        }
        Saying before = lately.getIfPresent(saying.handle);
        return before != null && saying.repeats(before.message) ? before : null;
    }

    /** Takes the wish to bury a message; it is fulfilled behind all that was added before. */
    CompletionStage<?> add(Burial burial) {
        enqueue(burial, _ -> {});
        return burial.stored();
    }

    private void enqueue(Job job, Consumer<Ids> inOrder) {
        boolean start;
        adding.lock();
        try {
            if (jobs >= MOST_WAITING || characters + job.size() > MOST_CHARACTERS) {
                throw new StanzaException(BUSY);
            }
            if (failing && !mayAttempt()) {
                throw new StanzaException(AWAY);
            }
            inOrder.accept(ids);
            waiting.add(job);
            last = job;
            jobs++;
            characters += job.size();
            crowded = jobs >= MANY_WAITING || characters >= MANY_CHARACTERS;
            start = !writing;
            writing = true;
        } finally {
            adding.unlock();
        }
        if (start) {
            Thread.startVirtualThread(this::write);
        }
    }

    private boolean mayAttempt() {
        long now = time.nanos();
        boolean due = now - nextAttempt >= 0;
        if (due) {
            nextAttempt = now + BETWEEN_ATTEMPTS.toNanos();
        }
        return due;
    }

    // --- out ---

    private void write() {
        for (List<Job> batch = take(List.of()); !batch.isEmpty(); batch = take(batch)) {
            try {
                store(batch);
            } catch (RuntimeException e) { // the boundary: whatever goes wrong with a batch, the next is written
                log.error("Writing to the archives failed in an unforeseen way", e);
                batch.forEach(job -> fail(job, e));
            }
        }
    }

    /** What is to be written next, now that something has been; nothing, and the writing has ended. */
    private List<Job> take(List<Job> done) {
        adding.lock();
        try {
            jobs -= done.size();
            for (Job job : done) {
                characters -= job.size();
            }
            boolean many = jobs >= MANY_WAITING || characters >= MANY_CHARACTERS;
            if (crowded && !many) {
                crowded = false;
                written.signalAll();
            }
            int count = Math.min(UNIT, waiting.size());
            List<Job> taken = new ArrayList<>(waiting.subList(0, count));
            waiting = count == waiting.size() ? new ArrayList<>() : new ArrayList<>(waiting.subList(count, waiting.size()));
            writing = count > 0;
            if (!writing) {
                last = null;
            }
            return taken;
        } finally {
            adding.unlock();
        }
    }

    /** Stores a batch whole; if that fails, each for itself, so that the fault of one is not another's. */
    private void store(List<Job> batch) {
        long began = time.nanos();
        try {
            append(batch).join();
            failing = false;
            Duration took = Duration.ofNanos(time.nanos() - began);
            batch.forEach(job -> succeed(job, took));
        } catch (StorageException | CompletionException e) {
            storeOneByOne(batch);
        }
    }

    private void storeOneByOne(List<Job> batch) {
        List<CompletableFuture<?>> units = new ArrayList<>(batch.size());
        batch.forEach(job -> units.add(append(List.of(job))));
        List<Optional<RuntimeException>> faults = units.stream().map(ArchiveWriter::fault).toList();
        failing = faults.stream().allMatch(Optional::isPresent); // known before anybody is told
        for (int i = 0; i < batch.size(); i++) {
            Job job = batch.get(i);
            faults.get(i).ifPresentOrElse(e -> fail(job, e), () -> succeed(job, Duration.ZERO));
        }
    }

    private static Optional<RuntimeException> fault(CompletableFuture<?> unit) {
        try {
            unit.join();
            return Optional.empty();
        } catch (StorageException | CompletionException e) {
            return Optional.of(e);
        }
    }

    private void succeed(Job job, Duration took) {
        job.stored().complete(null);
        if (job instanceof Saying saying) {
            metrics.archived(saying, took);
        }
    }

    private void fail(Job job, Throwable cause) {
        Throwable reason = cause instanceof CompletionException && cause.getCause() != null ? cause.getCause() : cause;
        failures.happened(times -> log.warn(
                "Messages could not be kept in the archive, and their senders are told so ({} since the last such "
                        + "line): {}",
                times,
                reason.getMessage()));
        if (job instanceof Saying saying) {
            metrics.dropped(saying);
            if (saying.handle != null) {
                lately.asMap().remove(saying.handle, saying);
            }
        }
        job.refused(NOT_STORED);
        job.stored().completeExceptionally(reason);
    }

    // --- the unit of work ---

    private CompletableFuture<@Nullable Void> append(List<Job> batch) {
        Map<Jid, Long> numbers = new HashMap<>();
        long before = forgotten.get();
        try {
            return database.append(db -> {
                        numbers.clear();
                        write(db, batch, numbers);
                    })
                    .thenRun(() -> remember(numbers, before));
        } catch (StorageException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    /** What was true when the unit ran may not be any more; whoever knows that counts up, then forgets. */
    private void remember(Map<Jid, Long> numbers, long before) {
        owners.putAll(numbers);
        if (forgotten.get() != before) {
            owners.invalidateAll(numbers.keySet());
        }
    }

    private void write(DSLContext db, List<Job> batch, Map<Jid, Long> numbers) {
        List<Saying> sayings = new ArrayList<>(batch.size());
        for (Job job : batch) {
            if (job instanceof Saying saying) {
                sayings.add(saying);
                number(db, saying.sender, numbers);
                number(db, saying.receiver, numbers);
            }
        }
        sayings.removeAll(repeated(db, sayings, numbers));
        store.add(db, sayings, numbers);
        for (Job job : batch) {
            switch (job) {
                case Saying saying -> {
                    if (saying.retracts != null) {
                        retract(db, saying, saying.retracts, numbers);
                    }
                }
                case Burial burial -> bury(db, burial);
            }
        }
    }

    private void number(DSLContext db, Job.@Nullable Place place, Map<Jid, Long> numbers) {
        if (place != null && !numbers.containsKey(place.owner())) {
            Long known = owners.getIfPresent(place.owner());
            numbers.put(place.owner(), known == null ? store.ownerOrNew(db, place.owner()) : known);
        }
    }

    /** Those that were kept before this server was started, or long ago. */
    private Set<Saying> repeated(DSLContext db, List<Saying> sayings, Map<Jid, Long> numbers) {
        Set<Saying> repeated = new HashSet<>();
        for (Saying saying : sayings) {
            if (saying.suspect && saying.handle != null && isRepeated(db, saying, saying.handle, numbers)) {
                repeated.add(saying);
            }
        }
        return repeated;
    }

    private boolean isRepeated(DSLContext db, Saying saying, long handle, Map<Jid, Long> numbers) {
        return alike(db, saying, handle, LOOKED_THROUGH_FOR_THE_SAME, numbers).stream()
                .flatMap(each -> StanzaText.read(each.stanza(), Message.class).stream())
                .anyMatch(saying::repeats);
    }

    /** What has a handle among the last messages between the two that a message is between. */
    private List<ArchiveStore.Kept> alike(
            DSLContext db, Saying saying, long handle, int depth, Map<Jid, Long> numbers) {
        Job.Place place = saying.sender == null ? saying.receiver : saying.sender;
        Long owner = place == null ? null : numbers.get(place.owner());
        return place == null || owner == null
                ? List.of()
                : store.byHandle(db, owner, place.peer(), handle, depth);
    }

    // --- taking back ---

    /** A tombstone takes the place of the newest message that this one may take back: by the same, to the same. */
    private void retract(DSLContext db, Saying retraction, long handle, Map<Jid, Long> numbers) {
        for (ArchiveStore.Kept each : alike(db, retraction, handle, LOOKED_THROUGH_TO_BURY, numbers)) {
            Message target = StanzaText.read(each.stanza(), Message.class).orElse(null);
            if (each.id() < retraction.id && target != null && Tombstones.mayTakeBack(retraction.message, target)) {
                Element mark = Tombstones.mark(now(), retraction.message.id());
                store.replace(db, each.id(), StanzaText.write(Tombstones.of(target, mark)));
                return;
            }
        }
    }

    private void bury(DSLContext db, Burial burial) {
        Long owner = store.owner(db, burial.room());
        ArchiveStore.Kept kept = owner == null ? null : store.find(db, owner, burial.id());
        Message target = kept == null
                ? null
                : StanzaText.read(kept.stanza(), Message.class).orElse(null);
        if (kept != null && target != null && Tombstones.isBy(burial.author(), target)) {
            store.replace(db, kept.id(), StanzaText.write(Tombstones.of(target, burial.mark())));
        }
    }

    private Instant now() {
        return time.now().truncatedTo(ChronoUnit.MILLIS);
    }

    // --- for others ---

    /** Whether something may be added without having waited. Never blocks. */
    boolean hasRoom() {
        return !crowded;
    }

    /** Waits until there is room again. Blocks for ten seconds at most; what is added afterwards may be refused. */
    void awaitRoom() {
        long left = PATIENCE.toNanos();
        adding.lock();
        try {
            while (crowded && left > 0) {
                left = written.awaitNanos(left);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            adding.unlock();
        }
    }

    /** Waits until what was added before is in the database. Blocks for ten seconds at most. */
    void settle() {
        Job before;
        adding.lock();
        try {
            before = last;
        } finally {
            adding.unlock();
        }
        if (before == null) {
            return;
        }
        try { // they are written in their order
            before.stored().get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException _) {
            log.debug("What was added last could not be written, as its sender has been told");
        } catch (TimeoutException e) {
            throw new StorageException("The archive is too busy to be read", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Forgets the numbers of owners whose archives are no more. */
    void forget(Jid owner) {
        forgotten.incrementAndGet();
        owners.invalidate(owner);
    }

    /** Forgets the numbers of all owners. */
    void forgetAll() {
        forgotten.incrementAndGet();
        owners.invalidateAll();
    }

    /** Writes what waits. Blocks. */
    @Override
    public void close() {
        try {
            settle();
        } catch (StorageException e) {
            log.warn("Some messages could not be kept in the archive before the end: {}", e.getMessage());
        }
    }
}
