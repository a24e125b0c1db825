package im.gatehouse.modules.visitors;

import im.gatehouse.storage.Database;
import java.io.IOException;
import java.nio.file.Path;
import java.time.YearMonth;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Hands out the key of a month while it may be used, and destroys it afterwards with all that was stored under it.
 *
 * <p>The database keeps a key's fingerprint, so that a server with another key counts nobody, rather than everybody
 * twice; and keeps, of a month whose key is destroyed, that it was. Blocks. Safe from any thread.
 */
final class MonthKeys {
    private static final String DESTROYED = "destroyed";

    /** A set of this size goes in one transaction; a greater one in slices, so that nobody waits long for the disk. */
    private static final int AT_ONCE = 10_000;

    private static final int SLICES = 256;

    private final KeyFiles files;
    private final Database database;
    private final SeenStore store;

    /** The key that was last found to be right. */
    private volatile @Nullable MonthKey proved;

    MonthKeys(Path folder, Database database, SeenStore store) {
        this.files = new KeyFiles(folder);
        this.database = database;
        this.store = store;
    }

    /**
     * The key under which a month's users are remembered, made if there is none yet.
     *
     * @throws MonthKeyException when the month's own key is not here: destroyed, lost, or on another server
     */
    MonthKey forCounting(String month) throws MonthKeyException {
        MonthKey known = proved;
        if (known != null && known.month().equals(month)) {
            return known;
        }
        try {
            MonthKey key = find(month);
            prove(key);
            proved = key;
            return key;
        } catch (IOException e) {
            throw new MonthKeyException("the key of %s cannot be used: %s".formatted(month, e), e);
        }
    }

    private MonthKey find(String month) throws IOException, MonthKeyException {
        Optional<String> fingerprint = database.read(db -> store.fingerprint(db, month));
        if (fingerprint.filter(DESTROYED::equals).isPresent()) {
            throw new MonthKeyException("the key of %s has been destroyed, since the month was over".formatted(month));
        }
        Optional<MonthKey> there = files.read(month);
        if (there.isEmpty() && fingerprint.isPresent()) {
            throw new MonthKeyException(
                    "the key of %s is missing: %s".formatted(month, files.file(month)));
        }
        return there.isPresent() ? there.get() : files.make(month);
    }

    private void prove(MonthKey key) throws MonthKeyException {
        String stored = database.write(db -> {
            store.addFingerprint(db, key.month(), key.fingerprint());
            return store.fingerprint(db, key.month()).orElse("");
        });
        if (!stored.equals(key.fingerprint())) {
            throw new MonthKeyException("the key of %s is not the one under which its users are remembered: %s"
                    .formatted(key.month(), files.file(key.month())));
        }
    }

    /** The key of a month as it lies on disk, if there is one: to see whether users were counted under it. */
    Optional<MonthKey> ifThere(String month) {
        MonthKey known = proved;
        if (known != null && known.month().equals(month)) {
            return Optional.of(known);
        }
        try {
            return files.read(month);
        } catch (IOException _) {
            return Optional.empty();
        }
    }

    /** Destroys the keys of all months before one. What was stored under them means nothing from here on. */
    void destroyBefore(YearMonth first) throws IOException {
        MonthKey known = proved;
        if (known != null && YearMonth.parse(known.month()).isBefore(first)) {
            proved = null;
        }
        files.destroyBefore(first);
    }

    /** Deletes what was stored under the keys of all months before one. */
    void deleteSetsBefore(YearMonth first) {
        for (String month : database.read(db -> store.monthsWithKey(db, first.toString(), DESTROYED))) {
            if (database.read(db -> store.hasMoreThan(db, month, AT_ONCE))) {
                for (int slice = 0; slice < SLICES; slice++) {
                    String from = "%02x".formatted(slice);
                    database.write(db -> store.removeSlice(db, month, from));
                }
            }
            database.write(db -> store.closeKey(db, month, DESTROYED));
        }
        // What another server stored while the month was being closed.
        if (database.read(db -> store.hasBefore(db, first.toString()))) {
            database.write(db -> store.removeBefore(db, first.toString()));
        }
    }
}
