package im.gatehouse.modules.archive;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import im.gatehouse.jid.Jid;
import im.gatehouse.modules.roster.Rosters;
import im.gatehouse.storage.Database;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Whose archives keep what is said with whom: the users' preferences, remembered so that most messages need no storage.
 * Safe from any thread.
 */
final class Choices {
    private static final int REMEMBERED = 100_000;

    private final PreferenceStore store = new PreferenceStore();
    private final Cache<Jid, Preferences> known = Caffeine.newBuilder().maximumSize(REMEMBERED).build();
    private final Database database;
    private final Supplier<Optional<Rosters>> rosters;

    Choices(Database database, Supplier<Optional<Rosters>> rosters) {
        this.database = database;
        this.rosters = rosters;
    }

    /** Whether an account's archive keeps what is said with somebody; null when that has to be looked up. */
    @Nullable Boolean keepsFromMemory(Jid account, Jid peer) {
        Preferences preferences = known.getIfPresent(account);
        return preferences == null ? null : preferences.keeps(peer);
    }

    /** Whether an account's archive keeps what is said with somebody. May block. */
    boolean keeps(Jid account, Jid peer) {
        Boolean decided = of(account).keeps(peer);
        return decided == null ? isContact(account, peer.bare()) : decided;
    }

    private boolean isContact(Jid account, Jid peer) {
        return account.equals(peer)
                || rosters.get().map(all -> all.item(account, peer).listed()).orElse(false);
    }

    /** What an account has chosen. May block. */
    Preferences of(Jid account) {
        return known.get(account, _ -> database.read(db -> store.find(db, account)));
    }

    /** Stores what an account has chosen. Blocks. */
    void put(Jid account, Preferences preferences) {
        database.write(db -> {
            store.put(db, account, preferences);
            return true;
        });
        known.put(account, preferences);
    }

    PreferenceStore store() {
        return store;
    }

    void forget(Jid account) {
        known.invalidate(account);
    }

    void forgetDomain(String domain) {
        known.asMap().keySet().removeIf(account -> account.domain().equals(domain));
    }
}
