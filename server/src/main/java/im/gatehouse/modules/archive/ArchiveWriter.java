package im.gatehouse.modules.archive;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import im.gatehouse.jid.Jid;
import im.gatehouse.modules.archive.Job.Burial;
import im.gatehouse.modules.archive.Job.Place;
import im.gatehouse.modules.archive.Job.Saying;
import im.gatehouse.stanza.Message;
import im.gatehouse.stanza.StanzaError;
import im.gatehouse.stanza.StanzaException;
import im.gatehouse.storage.Database;
import im.gatehouse.storage.StorageException;
import im.gatehouse.time.Seldom;
import im.gatehouse.time.Time;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiPredicate;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jooq.DSLContext;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes into archives what is said, many messages with one wait for the disk, in the order of their ids: whoever reads
 * an archive sees no id appear before one that it has seen.
 *
 * <p>A message is written once, behind all others; its entry in each archive is remembered ({@link Recent}) and sorted
 * in later together with many ({@link Sorter}), by the same thread.
 *
 * <p>Safe from any thread, event loops included; {@link #settle}, {@link #sortIn} and {@link #awaitRoom} block. What
 * waits is bounded in number and size: from half of that on who can wait should, and beyond it everything is refused.
 * While the database does not take anything, everything is refused but one attempt a second.
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

    /** When a unit has had so many, more is waited for before the next. */
    private static final int BUSY_UNIT = 40;

    private static final Duration GATHERING = Duration.ofMillis(5);

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
    private final Recent recent;
    private final Filing filing;
    private final Sorter sorter;

    /** What was said lately, by its handle. */
    private final Cache<Long, Saying> lately;

    private final ReentrantLock adding = new ReentrantLock();

    private final Condition written = adding.newCondition();

    private final Condition enough = adding.newCondition();

    /** Guarded by {@code adding}, as are those that follow. */
    private final Ids ids;

    private List<Job> waiting = new ArrayList<>();

    /** What waits or is being written. */
    private int jobs;

    private long characters;

    /** Whether so much waits that others had better wait, too. Read by anybody. */
    private volatile boolean crowded;

    /** Whether somebody waits for what is there to be written. */
    private boolean hurried;

    /** Whether a virtual thread writes or is about to. */
    private boolean writing;

    /** What was added last, null when all has been written. */
    private @Nullable Job last;

    /** Who wants all that is recent to be sorted in; null when nobody does. */
    private @Nullable CompletableFuture<@Nullable Void> wish;

    /** Who waits for the sorting that is under way. Of the thread that writes. */
    private CompletableFuture<@Nullable Void> wished = new CompletableFuture<>();

    /** Whether the database may have what is not remembered. Of the thread that writes. */
    private boolean unsure;

    /** Whether the last attempt failed for everybody. */
    private volatile boolean failing;

    /** When something may be attempted again although the last attempt failed, on the monotonic clock. */
    private long nextAttempt;

    /**
     * @param mayBegin whether an archive may be made for somebody who has none, asked within a unit of work
     */
    ArchiveWriter(Database database, Time time, ArchiveMetrics metrics, BiPredicate<DSLContext, Jid> mayBegin) {
        this.database = database;
        this.time = time;
        this.metrics = metrics;
        this.lately = Caffeine.newBuilder()
                .maximumWeight(MOST_REMEMBERED)
                .weigher((Long _, Saying saying) -> saying.size() + OVERHEAD)
                .expireAfterWrite(REMEMBERED)
                .ticker(time::nanos)
                .build();
        this.failures = new Seldom(time, LOG_PERIOD);
        this.ids = new Ids(time, database.read(store::lastId));
        this.recent = new Recent(database.read(store::sorted));
        this.filing = new Filing(time, store, recent, mayBegin);
        this.sorter = new Sorter(database, time, store, recent);
        recent.replace(database.read(db -> store.beyond(db, recent.sorted()))); // some, if the server was killed
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
        enqueue(saying, now -> {
            saying.id = now.next();
            saying.born = filing.age();
            if (saying.handle != null && Handle.mayBeSentAgain(saying.message)) {
                lately.put(saying.handle, saying);
            }
        });
        return saying;
    }

    /** Whether something with the sender's id of a message was said lately. Does not block. */
    boolean remembers(Message message) {
        Long handle = Handle.of(message);
        return handle != null && lately.getIfPresent(handle) != null;
    }

    /**
     * Looks on disk for a message that this one repeats; then {@link #add} needs not do so. Blocks.
     *
     * @return its id, or null when there is none, or it is remembered, or the database fails
     */
    @Nullable Long earlier(Saying saying) {
        if (!saying.suspect || failing || before(saying) != null) {
            return null;
        }
        try {
            Long id = database.read(db -> filing.earlier(db, saying));
            saying.suspect = false;
            return id;
        } catch (StorageException e) {
            return null; // it is looked for again before it is written
        }
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
            if (sorter.isOverfull()) {
                sortAgain();
                throw new StanzaException(AWAY);
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
            if (waiting.size() == UNIT) {
                enough.signal();
            }
        } finally {
            adding.unlock();
        }
        if (start) {
            Thread.startVirtualThread(this::write);
        }
    }

    /** Nothing is taken before what is recent has been sorted in: that is tried as soon as it is due. With the lock. */
    private void sortAgain() {
        if (!writing && sorter.isDue()) {
            writing = true;
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
        for (List<Job> batch = take(List.of()); batch != null; batch = take(batch)) {
            try {
                if (!batch.isEmpty()) {
                    store(batch);
                }
            } catch (RuntimeException e) { // the boundary: whatever goes wrong with a batch, the next is written
                log.error("Writing to the archives failed in an unforeseen way", e);
                for (Job job : batch) {
                    fail(job, e);
                }
            }
            sort();
            gather(batch.size());
        }
    }

    /** When much is said, waits a moment for more of it, unless somebody waits for what is there. */
    private void gather(int before) {
        if (before < BUSY_UNIT) {
            return;
        }
        adding.lock();
        try {
            long left = GATHERING.toNanos();
            while (left > 0 && !hurried && !crowded && waiting.size() < UNIT) {
                left = enough.awaitNanos(left);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            hurried = false;
            adding.unlock();
        }
    }

    /** What is to be written next, now that something has been; null, and the writing has ended. */
    private @Nullable List<Job> take(List<Job> done) {
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
            waiting = new ArrayList<>(waiting.subList(count, waiting.size()));
            filing.nothingIsOlderThan(oldest(taken));
            if (count == 0) {
                last = null;
            }
            writing = count > 0 || sorter.isUnderWay() || sorter.isDue() || wish != null;
            return writing ? taken : null;
        } finally {
            adding.unlock();
        }
    }

    private long oldest(List<Job> taken) {
        for (Job job : taken) {
            if (job instanceof Saying saying) {
                return saying.born;
            }
        }
        return taken.isEmpty() ? filing.age() : 0;
    }

    /** Stores a batch whole; if that fails, each for itself, so that the fault of one is not another's. */
    private void store(List<Job> batch) {
        long began = time.nanos();
        Filing.Work work = filing.new Work(batch, List.of());
        try {
            database.append(work::run).join();
        } catch (StorageException | CompletionException e) {
            unsure = true;
            storeOneByOne(batch);
            return;
        }
        recent.add(work.done());
        if (unsure) {
            remember();
        }
        failing = false;
        Duration took = Duration.ofNanos(time.nanos() - began);
        for (Job job : batch) {
            succeed(job, took);
        }
    }

    private void storeOneByOne(List<Job> batch) {
        List<Filing.Work> works = new ArrayList<>(batch.size());
        List<CompletableFuture<?>> units = new ArrayList<>(batch.size());
        for (Job job : batch) {
            Filing.Work work = filing.new Work(List.of(job), List.copyOf(works));
            works.add(work);
            units.add(append(work));
        }
        List<Optional<RuntimeException>> faults = units.stream().map(ArchiveWriter::fault).toList();
        boolean allFailed = faults.stream().allMatch(Optional::isPresent);
        for (int i = 0; i < batch.size(); i++) {
            if (faults.get(i).isEmpty()) {
                recent.add(works.get(i).done());
            }
        }
        if (!allFailed) {
            remember();
        }
        failing = allFailed; // known before anybody is told
        for (int i = 0; i < batch.size(); i++) {
            Job job = batch.get(i);
            faults.get(i).ifPresentOrElse(e -> fail(job, e), () -> succeed(job, Duration.ZERO));
        }
    }

    private CompletableFuture<?> append(Filing.Work work) {
        try {
            return database.append(work::run);
        } catch (StorageException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    /** Remembers anew what the database has: of what failed nobody knows for sure that it is not there. */
    private void remember() {
        try {
            recent.replace(database.read(db -> store.beyond(db, recent.sorted())));
            unsure = false;
        } catch (StorageException e) {
            log.debug("What is in the archives lately is looked up after the next unit: {}", e.getMessage());
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

    // --- sorting in ---

    /** Goes on with sorting what is recent into the archives, by one step, if it is time for that. */
    private void sort() {
        try {
            if ((sorter.isUnderWay() || begins()) && sorter.step()) {
                wished.complete(null);
            }
        } catch (RuntimeException e) { // the boundary: all that is there will be sorted in the next time
            failures.happened(times -> log.warn(
                    "What was said lately could not be sorted into the archives; that will be tried again ({} since "
                            + "the last such line): {}",
                    times,
                    e.getMessage()));
            wished.completeExceptionally(e);
        }
    }

    private void hurry() {
        hurried = true;
        enough.signal();
    }

    private boolean begins() {
        adding.lock();
        try {
            boolean due = wish != null || sorter.isDue();
            if (due) {
                wished = wish == null ? new CompletableFuture<>() : wish;
                wish = null;
                sorter.begin();
            }
            return due;
        } finally {
            adding.unlock();
        }
    }

    /** Has what is in the database sorted into the archives soon. Never blocks. */
    Future<?> sortSoon() {
        CompletableFuture<@Nullable Void> wanted;
        boolean start;
        adding.lock();
        try {
            wanted = wish == null ? new CompletableFuture<>() : wish;
            wish = wanted;
            hurry();
            start = !writing;
            writing = true;
        } finally {
            adding.unlock();
        }
        if (start) {
            Thread.startVirtualThread(this::write);
        }
        return wanted;
    }

    /**
     * Sorts what is in the database into the archives. Blocks for ten seconds at most.
     *
     * @return up to which id they are sorted now
     * @throws StorageException when that fails
     */
    long sortIn() {
        String failed = "What was said lately could not be sorted into the archives";
        try {
            await(sortSoon(), failed);
        } catch (ExecutionException e) {
            throw new StorageException(failed, e);
        }
        return recent.sorted();
    }

    /** What an archive has that is not sorted into it. To be asked before the database is. */
    Recent.View recent(long owner) {
        return recent.of(owner);
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
            if (before != null) {
                hurry();
            }
        } finally {
            adding.unlock();
        }
        if (before == null) {
            return;
        }
        try { // they are written in their order
            await(before.stored(), "The archive is too busy to be read");
        } catch (ExecutionException _) {
            log.debug("What was added last could not be written, as its sender has been told");
        }
    }

    private static void await(Future<?> done, String tooLate) throws ExecutionException {
        try {
            done.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw new StorageException(tooLate, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * An account or a room is no more, or its archive is not: what waits is not for another of that name, and what is
     * said from now on is kept anew, also when it was said before.
     */
    void forget(Jid owner) {
        letGo(() -> filing.forget(owner), place -> place.owner().equals(owner));
    }

    /** As {@link #forget}, for all of a domain. */
    void forgetDomain(String domain) {
        letGo(() -> filing.forgetDomain(domain), place -> place.owner().domain().equals(domain));
    }

    /** A message is taken either before this, and remembered no more then, or after it, and kept. */
    private void letGo(Runnable letGo, Predicate<Place> gone) {
        long now;
        adding.lock();
        try {
            letGo.run();
            now = filing.age();
        } finally {
            adding.unlock();
        }
        lately.asMap().values().removeIf(saying -> saying.born < now && saying.isIn(gone));
    }

    /** Writes what waits, and sorts it in. Blocks. */
    @Override
    public void close() {
        try {
            settle();
            sortIn();
        } catch (StorageException e) {
            log.warn("Not all could be written to the archives before the end: {}", e.getMessage());
        }
    }
}
