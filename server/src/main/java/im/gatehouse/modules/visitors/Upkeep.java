package im.gatehouse.modules.visitors;

import im.gatehouse.jid.Jid;
import im.gatehouse.modules.visitors.VisitorsStore.DomainMonth;
import im.gatehouse.modules.visitors.VisitorsStore.Marker;
import im.gatehouse.storage.Database;
import im.gatehouse.storage.StorageException;
import im.gatehouse.time.Seldom;
import im.gatehouse.time.Time;
import java.io.IOException;
import java.time.Duration;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Does what is due when a month has ended, at the start of the server and every minute: destroys keys and what was
 * stored under them, deletes what is older than the operator wants it kept, and shows figures of months that are over.
 *
 * <p>Works on one thread of its own, in small transactions, so that no login waits for it. What fails is tried again.
 */
final class Upkeep implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Upkeep.class);

    private static final Duration PERIOD = Duration.ofMinutes(1);
    private static final Duration LOG_PERIOD = Duration.ofHours(1);
    private static final Duration FAREWELL = Duration.ofSeconds(5);

    /** Figures that other servers import or delete are noticed after so many periods. */
    private static final int PERIODS_OF_GAUGES = 60;

    private static final int MARKERS_AT_ONCE = 1_000;

    private interface Step {
        void run() throws IOException;
    }

    private final Visitors visitors;
    private final Release release;
    private final VisitorsGauges gauges;
    private final Set<String> hosts;
    private final Database database;
    private final Seldom failures;
    private final Time.Timer timer;
    private final ExecutorService thread =
            Executors.newSingleThreadExecutor(Thread.ofVirtual().name("mod_monthly_visitors upkeep").factory());
    private final AtomicBoolean asked = new AtomicBoolean();

    // Only the thread above touches these: up to which month each thing has been done.
    private @Nullable YearMonth remembered;
    private @Nullable String markersSwept;
    private @Nullable String figuresDeleted;
    private @Nullable YearMonth shown;
    private int periodsLeft;

    Upkeep(
            Visitors visitors,
            Release release,
            VisitorsGauges gauges,
            Set<String> hosts,
            Database database,
            Time time) {
        this.visitors = visitors;
        this.release = release;
        this.gauges = gauges;
        this.hosts = Set.copyOf(hosts);
        this.database = database;
        this.failures = new Seldom(time, LOG_PERIOD);
        this.timer = time.every(PERIOD, () -> soon(false));
        soon(false);
    }

    /**
     * Does what is due, soon.
     *
     * @param figuresChanged whether all has to be looked at again, metrics and what is too old
     */
    void soon(boolean figuresChanged) {
        if (figuresChanged) {
            execute(this::beginAnew);
        }
        if (figuresChanged || asked.compareAndSet(false, true)) {
            execute(this::run);
        }
    }

    /** What was imported may be older than the operator keeps it. */
    private void beginAnew() {
        shown = null;
        markersSwept = null;
        figuresDeleted = null;
    }

    private void execute(Runnable task) {
        try {
            thread.execute(task);
        } catch (RejectedExecutionException _) {
            // The module stops; what is due is done at the next start.
        }
    }

    private void run() {
        asked.set(false);
        step("Keys of past months could not be destroyed", this::destroyKeys);
        step("What was remembered under keys of past months could not be deleted", this::deleteSets);
        step("Markers could not be deleted", this::sweepMarkers);
        step("Old months could not be deleted", this::deleteMonths);
        step("Figures for the metrics could not be read", this::showMonths);
    }

    /** The boundary: what one step cannot do does not keep the others from their work. */
    private void step(String failure, Step step) {
        try {
            step.run();
        } catch (StorageException | IOException e) {
            failures.happened(_ -> log.warn("{}, which is tried again: {}", failure, Visitors.firstLine(e)));
        } catch (RuntimeException e) { // its message may name somebody
            failures.happened(_ -> log.warn("{}, which is tried again: {}", failure, e.getClass().getName()));
        }
    }

    private void destroyKeys() throws IOException {
        YearMonth month = visitors.clock().month();
        if (!month.equals(remembered)) {
            visitors.forgetCounted();
            remembered = month;
        }
        visitors.keys().destroyBefore(visitors.clock().firstOpen());
    }

    private void deleteSets() {
        visitors.keys().deleteSetsBefore(visitors.clock().firstOpen());
    }

    /** Markers tell nothing that is needed once the month is over, unless they are what remembers. */
    private void sweepMarkers() {
        Optional<String> before = visitors.config().dedup() == Dedup.EPHEMERAL
                ? Optional.of(visitors.clock().firstOpen().toString())
                : firstKept();
        if (before.isPresent() && !before.get().equals(markersSwept)) {
            removeMarkers(null, before.get());
            markersSwept = before.get();
        }
    }

    private void deleteMonths() {
        Optional<String> before = firstKept();
        if (before.isPresent() && !before.get().equals(figuresDeleted)) {
            removeMonths(null, before.get());
            figuresDeleted = before.get();
        }
    }

    private Optional<String> firstKept() {
        var months = visitors.config().retentionMonths();
        return months.isPresent()
                ? Optional.of(visitors.clock().firstOpen().minusMonths(months.getAsInt()).toString())
                : Optional.empty();
    }

    private void showMonths() {
        YearMonth unsettled = visitors.clock().firstUnsettled();
        if (unsettled.equals(shown) && --periodsLeft > 0) {
            return;
        }
        hosts.forEach(host -> gauges.show(host, release.uniques(host)));
        shown = unsettled;
        periodsLeft = PERIODS_OF_GAUGES;
    }

    /**
     * Deletes the figures of the months before one, and their noise, a month in a transaction.
     *
     * @param domain null for all
     */
    void removeMonths(@Nullable String domain, String before) {
        List<DomainMonth> old = monthsBefore(domain, before);
        while (!old.isEmpty()) {
            old.forEach(each -> database.write(db -> visitors.store().removeMonth(db, each.domain(), each.month())));
            // A month in which nobody came has no figures, and its noise may have been drawn since.
            old = monthsBefore(domain, before);
        }
    }

    private List<DomainMonth> monthsBefore(@Nullable String domain, String before) {
        return database.read(db -> visitors.store().monthsBefore(db, before)).stream()
                .filter(each -> domain == null || domain.equals(each.domain()))
                .toList();
    }

    /**
     * Deletes the markers that are older than a month, some in a transaction.
     *
     * @param domain null for all
     * @return how many
     */
    long removeMarkers(@Nullable String domain, String before) {
        long removed = 0;
        Jid after = null;
        List<Marker> page;
        do {
            Jid last = after;
            page = database.read(db -> visitors.store().markers(db, domain, last, MARKERS_AT_ONCE));
            removed += removeOld(page, before);
            after = page.isEmpty() ? null : page.getLast().account();
        } while (page.size() == MARKERS_AT_ONCE);
        return removed;
    }

    private long removeOld(List<Marker> page, String before) {
        Map<String, List<String>> old = new TreeMap<>();
        page.stream()
                .filter(marker -> marker.month().compareTo(before) < 0)
                .map(Marker::account)
                .forEach(account ->
                        old.computeIfAbsent(account.domain(), _ -> new ArrayList<>()).add(account.local()));
        long removed = 0;
        for (Map.Entry<String, List<String>> each : old.entrySet()) {
            removed += database.write(
                    db -> visitors.store().removeMarkers(db, each.getKey(), each.getValue(), before));
        }
        return removed;
    }

    /** Ends what is under way within some seconds. Blocks. */
    @Override
    public void close() {
        timer.cancel();
        thread.shutdown();
        try {
            if (!thread.awaitTermination(FAREWELL.toMillis(), TimeUnit.MILLISECONDS)) {
                thread.shutdownNow();
            }
        } catch (InterruptedException _) {
            thread.shutdownNow();
            Thread.currentThread().interrupt();
        }
    }
}
