package im.gatehouse.modules.muc;

import im.gatehouse.jid.Jid;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Who is what to a room, whether in it or not. Belongs to its room's lane. */
final class Affiliations {
    /**
     * One entry.
     *
     * @param jid a bare address, or a domain for all of its accounts
     * @param affiliation none only in a change that takes the entry away
     * @param nick the nick that is reserved for them, or null
     * @param reason why, or null
     */
    record Entry(Jid jid, Affiliation affiliation, @Nullable String nick, @Nullable String reason) {}

    private final Map<Jid, Entry> entries = new LinkedHashMap<>();

    /** For whom a nick is reserved, by its key. */
    private final Map<String, Jid> reserved = new HashMap<>();

    /** Set when a whole domain has ever been entered, so that most rooms make no address to look for it. */
    private boolean domains;

    /** What an account is to the room; its own entry counts before that of its domain. */
    Affiliation of(Jid user) {
        Entry entry = entries.get(user.bare());
        if (entry == null && user.hasLocal() && domains) {
            entry = entries.get(Jid.ofDomain(user.domain()));
        }
        return entry == null ? Affiliation.NONE : entry.affiliation;
    }

    /** The entry of exactly this address, or null. */
    @Nullable Entry entry(Jid jid) {
        return entries.get(jid);
    }

    void put(Entry entry) {
        Entry before = entries.get(entry.jid);
        if (before != null && before.nick != null) {
            reserved.remove(Nicks.key(before.nick));
        }
        if (entry.nick != null && entry.affiliation != Affiliation.NONE) {
            reserved.put(Nicks.key(entry.nick), entry.jid);
        }
        if (entry.affiliation == Affiliation.NONE) {
            entries.remove(entry.jid);
        } else {
            entries.put(entry.jid, entry);
            domains |= !entry.jid.hasLocal();
        }
    }

    Collection<Entry> all() {
        return entries.values();
    }

    /** All entries as they would be after some changes. */
    List<Entry> with(Collection<Entry> changes) {
        Map<Jid, Entry> changed = new LinkedHashMap<>(entries);
        changes.forEach(change -> changed.put(change.jid, change));
        changed.values().removeIf(entry -> entry.affiliation == Affiliation.NONE);
        return List.copyOf(changed.values());
    }

    /** For whom a nick is reserved, or null. */
    @Nullable Jid holder(String nick) {
        return reserved.get(Nicks.key(nick));
    }

    /** Who own a room that has lost its last owner: those who were its admins. Empty while it has an owner. */
    List<Entry> heirs() {
        if (owners() > 0) {
            return List.of();
        }
        return entries.values().stream()
                .filter(entry -> entry.affiliation == Affiliation.ADMIN)
                .map(entry -> new Entry(entry.jid, Affiliation.OWNER, entry.nick, entry.reason))
                .toList();
    }

    long owners() {
        return entries.values().stream().filter(e -> e.affiliation == Affiliation.OWNER).count();
    }
}
