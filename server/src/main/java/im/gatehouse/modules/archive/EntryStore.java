package im.gatehouse.modules.archive;

import static im.gatehouse.modules.archive.ArchiveStore.BODIES;
import static im.gatehouse.modules.archive.ArchiveStore.ENTRIES;
import static im.gatehouse.modules.archive.ArchiveStore.HANDLE;
import static im.gatehouse.modules.archive.ArchiveStore.ID;
import static im.gatehouse.modules.archive.ArchiveStore.OWNER;
import static im.gatehouse.modules.archive.ArchiveStore.PEER;
import static im.gatehouse.modules.archive.ArchiveStore.RESOURCE;
import static im.gatehouse.modules.archive.ArchiveStore.STANZA;
import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.name;

import im.gatehouse.modules.archive.Recent.Note;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.Table;
import org.jooq.impl.SQLDataType;
import org.jspecify.annotations.Nullable;

/**
 * What one archive holds: what is sorted into it and, behind that, what is recent, as one. Part of a unit of work.
 *
 * @param owner whose
 * @param recent taken before the database is asked anything
 */
record EntryStore(DSLContext db, long owner, Recent.View recent) {
    private static final String LAST = "last_entries";
    private static final Field<Long> LAST_ID = field(name(LAST, "id"), SQLDataType.BIGINT);
    private static final Field<Long> LAST_HANDLE = field(name(LAST, "handle"), SQLDataType.BIGINT);

    private static final Field<Long> ENTRY_ID = field(name("archive_entries", "id"), SQLDataType.BIGINT);
    private static final Field<Long> BODY_ID = field(name("archive_bodies", "id"), SQLDataType.BIGINT);

    /** A message as it is kept. */
    record Kept(long id, String stanza) {}

    /** A message in an archive, with the peer that the entry names. */
    record Entry(long id, String peer, String stanza) {}

    /**
     * Which messages are asked for.
     *
     * @param peer only those with this bare address, or null
     * @param resource only those with this resource or nick, or null
     * @param above only larger ids
     * @param below only smaller ids
     * @param ids only these, or null
     */
    record Filter(
            @Nullable String peer, @Nullable String resource, long above, long below, @Nullable List<Long> ids) {
        static final Filter ALL = new Filter(null, null, -1, Long.MAX_VALUE, null);

        Filter above(long id) {
            return new Filter(peer, resource, Math.max(above, id), below, ids);
        }

        Filter below(long id) {
            return new Filter(peer, resource, above, Math.min(below, id), ids);
        }

        private boolean lets(Note note) {
            return (peer == null || peer.equals(note.peer()))
                    && (resource == null || resource.equals(note.resource()))
                    && (ids == null || ids.contains(note.id()))
                    && note.id() > above
                    && note.id() < below;
        }

        private Condition condition() {
            Condition condition = ENTRY_ID.gt(above).and(ENTRY_ID.lt(below));
            condition = peer == null ? condition : condition.and(PEER.eq(peer));
            condition = resource == null ? condition : condition.and(RESOURCE.eq(resource));
            return ids == null ? condition : condition.and(ENTRY_ID.in(ids));
        }
    }

    private Condition sorted(Filter filter) {
        return OWNER.eq(owner).and(ENTRY_ID.le(recent.sorted())).and(filter.condition());
    }

    private List<Note> recent(Filter filter) {
        return recent.notes().stream().filter(filter::lets).toList();
    }

    // --- one after another ---

    /**
     * Messages in the order of their ids.
     *
     * @param backwards whether the last are wanted, and not the first
     * @param skip how many are left out before
     */
    List<Entry> page(Filter filter, boolean backwards, int skip, int limit) {
        return backwards ? last(filter, skip, limit) : first(filter, skip, limit);
    }

    private List<Entry> first(Filter filter, int skip, int limit) {
        List<Entry> page = sorted(filter, false, skip, limit);
        List<Note> behind = page.size() < limit ? recent(filter) : List.of();
        if (!behind.isEmpty()) {
            int skipped = !page.isEmpty() || skip == 0 ? skip : Math.min(skip, countSorted(filter, skip));
            Stream<Note> rest = behind.stream().skip((long) skip - skipped).limit((long) limit - page.size());
            page.addAll(entries(rest.toList()));
        }
        return page;
    }

    private List<Entry> last(Filter filter, int skip, int limit) {
        List<Note> notes = recent(filter);
        int end = Math.max(0, notes.size() - skip);
        List<Note> taken = notes.subList(Math.max(0, end - limit), end);
        int more = limit - taken.size();
        List<Entry> page = more == 0
                ? new ArrayList<>()
                : sorted(filter, true, Math.max(0, skip - notes.size()), more);
        Collections.reverse(page);
        page.addAll(entries(taken));
        return page;
    }

    private List<Entry> sorted(Filter filter, boolean backwards, int skip, int limit) {
        return new ArrayList<>(db.select(ENTRY_ID, PEER, STANZA)
                .from(ENTRIES)
                .join(BODIES)
                .on(BODY_ID.eq(ENTRY_ID))
                .where(sorted(filter))
                .orderBy(backwards ? ENTRY_ID.desc() : ENTRY_ID.asc())
                .limit(limit)
                .offset(skip)
                .fetch(row -> new Entry(row.get(ENTRY_ID), row.get(PEER), row.get(STANZA))));
    }

    private List<Entry> entries(List<Note> notes) {
        Map<Long, String> stanzas = stanzas(notes.stream().map(Note::id).toList());
        return notes.stream()
                .filter(note -> stanzas.containsKey(note.id()))
                .map(note -> new Entry(note.id(), note.peer(), stanzas.get(note.id())))
                .toList();
    }

    private Map<Long, String> stanzas(Collection<Long> ids) {
        return ids.isEmpty()
                ? Map.of()
                : db.select(ID, STANZA).from(BODIES).where(ID.in(ids)).fetchMap(ID, STANZA);
    }

    // --- how many, and which ---

    /** How many messages match, counted up to a limit. */
    int count(Filter filter, int limit) {
        int most = Math.min(limit, countSorted(filter, limit));
        return (int) Math.min(limit, (long) most + recent(filter).size());
    }

    private int countSorted(Filter filter, int limit) {
        return db.fetchCount(db.select(ENTRY_ID).from(ENTRIES).where(sorted(filter)).limit(limit));
    }

    /** How many of some ids there are. */
    int present(Collection<Long> ids) {
        int sorted = db.fetchCount(ENTRIES, OWNER.eq(owner).and(ID.le(recent.sorted())).and(ID.in(ids)));
        long more = recent.notes().stream().filter(note -> ids.contains(note.id())).count();
        return sorted + (int) more;
    }

    /** The first or the last id, or null where there is none. */
    @Nullable Long edge(boolean last) {
        List<Note> notes = recent.notes();
        if (last && !notes.isEmpty()) {
            return notes.getLast().id();
        }
        Long sorted = db.select(ENTRY_ID)
                .from(ENTRIES)
                .where(sorted(Filter.ALL))
                .orderBy(last ? ENTRY_ID.desc() : ENTRY_ID.asc())
                .limit(1)
                .fetchOne(ENTRY_ID);
        return sorted == null && !notes.isEmpty() ? Long.valueOf(notes.getFirst().id()) : sorted;
    }

    // --- one ---

    /** The message under an id, or null. */
    @Nullable Kept find(long id) {
        if (present(List.of(id)) == 0) {
            return null;
        }
        String stanza = stanzas(List.of(id)).get(id);
        return stanza == null ? null : new Kept(id, stanza);
    }

    /**
     * The messages with a handle among the last with a peer, the newest first. An index of handles would cost every
     * message more than this costs the few that ask.
     *
     * @param search has looked at what is recent
     * @param sorted up to which id the database was sorted then
     */
    static List<Kept> byHandle(DSLContext db, Search search, long sorted) {
        EntryStore entries = new EntryStore(db, search.owner(), new Recent.View(sorted, List.of()));
        List<Long> ids = new ArrayList<>(search.found());
        if (!search.isOver()) {
            ids.addAll(entries.sortedByHandle(search));
        }
        return entries.kept(ids);
    }

    private List<Kept> kept(List<Long> ids) {
        Map<Long, String> stanzas = stanzas(ids);
        return ids.stream()
                .filter(stanzas::containsKey)
                .map(id -> new Kept(id, stanzas.get(id)))
                .toList();
    }

    private List<Long> sortedByHandle(Search search) {
        Table<?> last = db.select(ID, HANDLE)
                .from(ENTRIES)
                .where(OWNER.eq(owner))
                .and(PEER.eq(search.peer()))
                .and(ID.le(recent.sorted()))
                .orderBy(ID.desc())
                .limit(search.left())
                .asTable(LAST);
        return db.select(LAST_ID)
                .from(last)
                .where(LAST_HANDLE.eq(search.handle()))
                .orderBy(LAST_ID.desc())
                .limit(search.wanted())
                .fetch(LAST_ID);
    }
}
