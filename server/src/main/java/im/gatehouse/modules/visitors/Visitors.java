package im.gatehouse.modules.visitors;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import im.gatehouse.account.Accounts;
import im.gatehouse.jid.Jid;
import im.gatehouse.modules.visitors.VisitorsStore.Visit;
import im.gatehouse.session.Session;
import im.gatehouse.storage.Database;
import im.gatehouse.storage.StorageException;
import im.gatehouse.time.Seldom;
import im.gatehouse.time.Time;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jooq.DSLContext;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts every user once in each month in which they log in, by place and by client, and keeps nothing else of them
 * but the last month in which they were counted.
 *
 * <p>A login waits for none of this: it leaves a note in a queue, and one virtual thread looks places up and writes.
 * What cannot be counted, because the database is away or the queue is full, is dropped and then counted at the user's
 * next login, since only what is stored marks a user as counted. Who has no account any more when it is written is not
 * counted, so nothing of them is left.
 *
 * <p>Safe from any thread.
 */
final class Visitors implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Visitors.class);

    /** Logins that may wait to be counted: some seconds' worth, about 2 MB. */
    private static final int QUEUE = 10_000;

    /** Logins in one transaction at most. */
    private static final int BATCH = 256;

    /** Users of whom it is remembered that they are counted, about 150 bytes each. The others cost a query a login. */
    private static final int MOST_REMEMBERED = 100_000;

    /** Whoever signs in so (RFC 4505) is somebody else each time: counted, they would be logins and not users. */
    private static final String ANONYMOUS = "ANONYMOUS";

    private static final Duration LOG_PERIOD = Duration.ofMinutes(1);
    private static final Duration FAREWELL = Duration.ofSeconds(5);

    /** What waits for the thread that counts. Nothing of it is ever logged. */
    private sealed interface Note {
        /** Somebody came. */
        record Login(Jid account, @Nullable InetAddress address, String resource, String month) implements Note {}

        /** Everything before this has been counted or dropped. */
        record Mark(CountDownLatch reached) implements Note {}

        /** Nothing more will come. */
        record End() implements Note {}
    }

    /** What the configuration decides, replaced as a whole. */
    private record Rules(
            VisitorsConfig config, GeoReader places, ClientPatterns clients, MonthClock clock, MonthKeys keys) {}

    private final VisitorsStore store = new VisitorsStore();
    private final BlockingQueue<Note> queue = new ArrayBlockingQueue<>(QUEUE);

    /** The month in which a user was counted last, by account; only what is stored. */
    private final Cache<Jid, String> counted = Caffeine.newBuilder()
            .maximumSize(MOST_REMEMBERED)
            .executor(Runnable::run)
            .build();

    /** How often accounts have gone: what was being stored meanwhile may have gone with them. */
    private final AtomicLong removals = new AtomicLong();

    /** Patterns of which it has been said that they take too long. */
    private final Set<String> slowPatterns = ConcurrentHashMap.newKeySet();

    private final Accounts accounts;
    private final Database database;
    private final Time time;
    private final Path dataFolder;
    private final Seldom dropped;
    private final Thread worker;
    private volatile Rules rules;

    /**
     * Begins to count.
     *
     * @param dataFolder where the keys of months lie unless the configuration says something else
     * @throws GeoFileException when the file of places cannot be used
     */
    Visitors(VisitorsConfig config, Accounts accounts, Database database, Time time, Path dataFolder)
            throws GeoFileException {
        this.accounts = accounts;
        this.database = database;
        this.time = time;
        this.dataFolder = dataFolder;
        this.dropped = new Seldom(time, LOG_PERIOD);
        this.rules = rules(config);
        this.worker = Thread.ofVirtual().name("mod_monthly_visitors").start(this::work);
    }

    private Rules rules(VisitorsConfig config) throws GeoFileException {
        return rules(config, GeoReader.open(config.mmdbPath(), time, Thread::startVirtualThread));
    }

    private Rules rules(VisitorsConfig config, GeoReader places) {
        ClientPatterns clients = config.compiled();
        clients.warnings().forEach(warning -> log.warn("[modules.mod_monthly_visitors.client_patterns] {}", warning));
        MonthKeys keys = new MonthKeys(config.keyFolder().orElse(dataFolder), database, store.seen());
        return new Rules(config, places, clients, new MonthClock(time, config.timezone()), keys);
    }

    /**
     * Takes another configuration.
     *
     * @throws GeoFileException when its file of places cannot be used; then everything stays as it is
     */
    void follow(VisitorsConfig fresh) throws GeoFileException {
        Rules old = rules;
        if (fresh.mmdbPath().equals(old.config.mmdbPath())) {
            rules = rules(fresh, old.places);
        } else {
            rules = rules(fresh);
            old.places.close();
        }
    }

    // --- as logins see it ---

    /** Notes a login, also one that takes up a session again; takes a microsecond or two and never blocks. */
    void opened(Session session) {
        String month = rules.clock.text();
        Jid account = session.account();
        if (month.equals(counted.getIfPresent(account)) || session.info().mechanism().equals(ANONYMOUS)) {
            return;
        }
        InetAddress address = session.info().address().getAddress();
        if (!queue.offer(new Note.Login(account, address, session.jid().resource(), month))) {
            drop(1, "more come than can be counted");
        }
    }

    private void drop(long logins, String reason) {
        dropped.happened(logins, times -> log.warn(
                "Logins that could not be counted since the last such line: {}. The users are counted at their next "
                        + "login ({})",
                times,
                reason));
    }

    /** An account has gone. */
    void removed(Jid account) {
        removals.incrementAndGet();
        counted.invalidate(account);
    }

    /** Accounts have gone, or a month has come: whoever comes next is looked up in the database. */
    void forgetCounted() {
        removals.incrementAndGet();
        counted.invalidateAll();
    }

    // --- the thread that counts ---

    private void work() {
        List<Note> notes = new ArrayList<>(BATCH);
        boolean ended = false;
        while (!ended) {
            notes.clear();
            try {
                notes.add(queue.take());
            } catch (InterruptedException _) {
                return; // the server has waited long enough
            }
            queue.drainTo(notes, BATCH - 1);
            ended = handle(notes);
        }
    }

    /** Handles notes in their order, logins that follow each other in one transaction; true after the last note. */
    private boolean handle(List<Note> notes) {
        List<Note.Login> logins = new ArrayList<>(notes.size());
        boolean ended = false;
        for (Note note : notes) {
            if (note instanceof Note.Login login) {
                logins.add(login);
            } else {
                countGuarded(logins);
                logins.clear();
                ended |= handle(note);
            }
        }
        countGuarded(logins);
        return ended;
    }

    private boolean handle(Note note) {
        switch (note) {
            case Note.Login login -> countGuarded(List.of(login));
            case Note.Mark(CountDownLatch reached) -> reached.countDown();
            case Note.End _ -> {
                return true;
            }
        }
        return false;
    }

    /** The boundary: whatever goes wrong, the thread lives on. */
    private void countGuarded(List<Note.Login> logins) {
        try {
            count(logins);
        } catch (StorageException | MonthKeyException e) {
            drop(logins.size(), firstLine(e));
        } catch (RuntimeException | StackOverflowError | OutOfMemoryError e) { // its message may name somebody
            drop(logins.size(), e.getClass().getName());
        }
    }

    /** What a database adds in further lines may quote the row that it is about. */
    static String firstLine(Exception e) {
        return String.valueOf(e.getMessage()).lines().findFirst().orElse("");
    }

    private void count(List<Note.Login> logins) throws MonthKeyException {
        Rules now = rules;
        List<Visit> visits = visits(now, logins);
        if (visits.isEmpty()) {
            return;
        }
        // Rows in one order, so that two servers do not wait for each other; a user's logins stay in theirs.
        visits.sort(Comparator.comparing(Visit::account));
        Dedup dedup = now.config.dedup();
        Map<String, MonthKey> keys = keys(now, visits);
        long before = removals.get();
        List<Visit> known = database.write(db -> store.count(db, accounts, visits, dedup, keys));
        known.forEach(visit -> counted.put(visit.account(), visit.month()));
        if (removals.get() != before) {
            known.forEach(visit -> counted.invalidate(visit.account()));
        }
    }

    private List<Visit> visits(Rules now, List<Note.Login> logins) {
        String firstOpen = now.clock.firstOpen().toString();
        List<Visit> visits = new ArrayList<>(logins.size());
        for (Note.Login login : logins) {
            if (login.month.compareTo(firstOpen) < 0) {
                drop(1, "their month has ended meanwhile");
            } else if (!login.month.equals(counted.getIfPresent(login.account))) {
                visit(now, login).ifPresent(visits::add);
            }
        }
        return visits;
    }

    private static Map<String, MonthKey> keys(Rules now, List<Visit> visits) throws MonthKeyException {
        Map<String, MonthKey> keys = new HashMap<>();
        for (String month : visits.stream().map(Visit::month).distinct().toList()) {
            if (now.config.dedup() == Dedup.EPHEMERAL) {
                keys.put(month, now.keys.forCounting(month));
            } else {
                now.keys.ifThere(month).ifPresent(key -> keys.put(month, key));
            }
        }
        return keys;
    }

    /** What a login would count as; nothing when users from there are not counted. */
    private Optional<Visit> visit(Rules now, Note.Login login) {
        Place place = now.places.lookup(login.address);
        if (!now.config.records(place)) {
            return Optional.empty();
        }
        ClientPatterns.Classified client = now.clients.classify(login.resource);
        client.gaveUp().stream().filter(slowPatterns::add).forEach(pattern -> log.warn(
                "The client pattern '{}' takes too long on some resources, and then counts as no match", pattern));
        return Optional.of(new Visit(login.account, login.month, Cells.geo(place), Cells.client(client.type())));
    }

    /** Removes what is stored of an account. */
    void removeTraces(DSLContext db, Jid account) {
        Rules now = rules;
        now.keys.ifThere(now.clock.text()).ifPresent(key -> store.seen().remove(db, key, account));
        store.removeMarker(db, account);
    }

    /** Removes what is stored of the accounts of a domain. The figures stay: they are about nobody. */
    void removeTraces(DSLContext db, String domain) {
        store.seen().removeDomain(db, domain);
        store.removeMarkers(db, domain);
    }

    // --- for administrators ---

    VisitorsStore store() {
        return store;
    }

    MonthKeys keys() {
        return rules.keys;
    }

    MonthClock clock() {
        return rules.clock;
    }

    VisitorsConfig config() {
        return rules.config;
    }

    Place place(InetAddress address) {
        return rules.places.lookup(address);
    }

    ClientPatterns.Classified classify(String resource) {
        return rules.clients.classify(resource);
    }

    /** Waits until what came before has been counted or dropped. Blocks. */
    void settle() throws InterruptedException {
        CountDownLatch reached = new CountDownLatch(1);
        queue.put(new Note.Mark(reached));
        reached.await();
    }

    /** Counts what waits, for some seconds at most, and ends. Blocks. */
    @Override
    public void close() {
        try {
            boolean told = queue.offer(new Note.End(), FAREWELL.toMillis(), TimeUnit.MILLISECONDS);
            if (!told || !worker.join(FAREWELL)) {
                worker.interrupt();
                drop(queue.size(), "the server stops");
            }
        } catch (InterruptedException _) {
            worker.interrupt();
            Thread.currentThread().interrupt();
        }
        rules.places.close();
    }
}
