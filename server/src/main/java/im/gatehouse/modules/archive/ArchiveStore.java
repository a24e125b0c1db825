package im.gatehouse.modules.archive;

import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.name;
import static org.jooq.impl.DSL.table;

import im.gatehouse.jid.Jid;
import im.gatehouse.modules.archive.Job.Place;
import im.gatehouse.modules.archive.Job.Saying;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Types;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.Query;
import org.jooq.Record;
import org.jooq.Table;
import org.jooq.impl.DSL;
import org.jooq.impl.SQLDataType;
import org.jspecify.annotations.Nullable;

/**
 * The archives' SQL. Every method is part of a unit of work.
 *
 * <p>A message is one body, and one entry for each archive that has it, under the same id. A body knows its entries'
 * owners, so that it goes with the last of them.
 */
final class ArchiveStore {
    static final Table<Record> OWNERS = table(name("archive_owners"));
    static final Table<Record> BODIES = table(name("archive_bodies"));
    static final Table<Record> ENTRIES = table(name("archive_entries"));
    static final Field<Long> ID = field(name("id"), SQLDataType.BIGINT);
    static final Field<Long> OWNER = field(name("owner"), SQLDataType.BIGINT);
    static final Field<Long> SENDER = field(name("sender"), SQLDataType.BIGINT);
    static final Field<Long> RECEIVER = field(name("receiver"), SQLDataType.BIGINT);
    static final Field<String> STANZA = field(name("stanza"), SQLDataType.CLOB);

    private static final Field<String> LSERVER = field(name("lserver"), SQLDataType.VARCHAR);
    private static final Field<String> LUSER = field(name("luser"), SQLDataType.VARCHAR);
    private static final Field<Long> HANDLE = field(name("handle"), SQLDataType.BIGINT);
    private static final Field<String> PEER = field(name("peer"), SQLDataType.VARCHAR);
    private static final Field<String> RESOURCE = field(name("resource"), SQLDataType.VARCHAR);

    private static final String LAST = "last_entries";
    private static final Field<Long> LAST_ID = field(name(LAST, "id"), SQLDataType.BIGINT);
    private static final Field<Long> LAST_HANDLE = field(name(LAST, "handle"), SQLDataType.BIGINT);

    /** Of messages with one handle more are not looked at: they are the same one or nearly so. */
    private static final int MOST_ALIKE = 8;

    private static final Field<Long> ENTRY_ID = field(name("archive_entries", "id"), SQLDataType.BIGINT);
    private static final Field<Long> BODY_ID = field(name("archive_bodies", "id"), SQLDataType.BIGINT);

    /** A message as it is kept. */
    record Kept(long id, String stanza) {}

    /** A message in an archive, with the peer that the entry names. */
    record Entry(long id, String peer, String stanza) {}

    /**
     * Which messages are asked for.
     *
     * @param owner whose archive
     * @param peer only those with this bare address, or null
     * @param resource only those with this resource or nick, or null
     * @param above only larger ids
     * @param below only smaller ids
     * @param ids only these, or null
     */
    record Filter(
            long owner,
            @Nullable String peer,
            @Nullable String resource,
            long above,
            long below,
            @Nullable List<Long> ids) {
        static Filter all(long owner) {
            return new Filter(owner, null, null, -1, Long.MAX_VALUE, null);
        }

        Filter above(long id) {
            return new Filter(owner, peer, resource, Math.max(above, id), below, ids);
        }

        Filter below(long id) {
            return new Filter(owner, peer, resource, above, Math.min(below, id), ids);
        }
    }

    // --- owners ---

    @Nullable Long owner(DSLContext db, Jid owner) {
        return db.select(ID).from(OWNERS).where(of(owner)).fetchOne(ID);
    }

    /** The number of an owner, who gets one if there is none. */
    long ownerOrNew(DSLContext db, Jid owner) {
        Long known = owner(db, owner);
        if (known == null) {
            db.insertInto(OWNERS, LSERVER, LUSER).values(owner.domain(), owner.local()).execute();
            known = owner(db, owner);
        }
        if (known == null) {
            throw new IllegalStateException("An owner was added and is not there");
        }
        return known;
    }

    private static Condition of(Jid owner) {
        return LSERVER.eq(owner.domain()).and(LUSER.eq(owner.local()));
    }

    /** The owners of a domain after that number, in order. */
    List<Long> owners(DSLContext db, @Nullable String domain, long after, int limit) {
        Condition which = ID.gt(after);
        return db.select(ID)
                .from(OWNERS)
                .where(domain == null ? which : which.and(LSERVER.eq(domain)))
                .orderBy(ID)
                .limit(limit)
                .fetch(ID);
    }

    // --- writing ---

    /** The largest id that is in use, 0 when none is. */
    long lastId(DSLContext db) {
        Long last = db.select(DSL.max(ID)).from(BODIES).fetchOne(0, Long.class);
        return last == null ? 0 : last;
    }

    /**
     * Adds messages.
     *
     * @param owners the numbers of all owners that are named
     */
    void add(DSLContext db, List<Saying> sayings, Map<Jid, Long> owners) {
        if (sayings.isEmpty()) {
            return;
        }
        Query body = db.insertInto(BODIES, ID, SENDER, RECEIVER, STANZA).values((Long) null, null, null, null);
        Query entry = db.insertInto(ENTRIES, OWNER, ID, PEER, RESOURCE, HANDLE)
                .values((Long) null, null, null, null, null);
        db.connection(connection -> {
            try (PreparedStatement bodies = connection.prepareStatement(body.getSQL());
                    PreparedStatement entries = connection.prepareStatement(entry.getSQL())) {
                for (Saying saying : sayings) {
                    Long sender = number(saying.sender, owners);
                    Long receiver = number(saying.receiver, owners);
                    bodies.setLong(1, saying.id);
                    set(bodies, 2, sender);
                    set(bodies, 3, receiver);
                    bodies.setString(4, saying.text);
                    bodies.addBatch();
                    add(entries, sender, saying, saying.sender);
                    add(entries, receiver, saying, saying.receiver);
                }
                bodies.executeBatch();
                entries.executeBatch();
            }
        });
    }

    private static @Nullable Long number(@Nullable Place place, Map<Jid, Long> owners) {
        return place == null ? null : owners.get(place.owner());
    }

    /** Bound by hand: this is done for every message, and a third of its cost went into binding by type. */
    private static void add(PreparedStatement entries, @Nullable Long owner, Saying saying, @Nullable Place place)
            throws SQLException {
        if (owner != null && place != null) {
            entries.setLong(1, owner);
            entries.setLong(2, saying.id);
            entries.setString(3, place.peer().toString());
            entries.setString(4, place.resource());
            set(entries, 5, saying.handle);
            entries.addBatch();
        }
    }

    private static void set(PreparedStatement statement, int index, @Nullable Long value) throws SQLException {
        if (value == null) {
            statement.setNull(index, Types.BIGINT);
        } else {
            statement.setLong(index, value);
        }
    }

    /**
     * The messages with a handle among the last that an archive has with a peer, the newest first. An index of handles
     * would cost every message more than this costs the few that ask.
     *
     * @param depth how many of the last are looked at
     */
    List<Kept> byHandle(DSLContext db, long owner, Jid peer, long handle, int depth) {
        Table<?> last = db.select(ID, HANDLE)
                .from(ENTRIES)
                .where(OWNER.eq(owner))
                .and(PEER.eq(peer.toString()))
                .orderBy(ID.desc())
                .limit(depth)
                .asTable(LAST);
        List<Kept> found = new ArrayList<>();
        db.select(LAST_ID)
                .from(last)
                .where(LAST_HANDLE.eq(handle))
                .orderBy(LAST_ID.desc())
                .limit(MOST_ALIKE)
                .fetch(LAST_ID)
                .forEach(id -> {
                    Kept kept = find(db, owner, id);
                    if (kept != null) {
                        found.add(kept);
                    }
                });
        return found;
    }

    /** The message that an archive has under an id, or null. */
    @Nullable Kept find(DSLContext db, long owner, long id) {
        return db.select(BODY_ID, STANZA)
                .from(ENTRIES)
                .join(BODIES)
                .on(BODY_ID.eq(ENTRY_ID))
                .where(OWNER.eq(owner))
                .and(ENTRY_ID.eq(id))
                .fetchOne(row -> new Kept(row.get(BODY_ID), row.get(STANZA)));
    }

    void replace(DSLContext db, long id, String stanza) {
        db.update(BODIES).set(STANZA, stanza).where(ID.eq(id)).execute();
    }

    // --- reading ---

    /** How many of some ids an archive has. */
    int present(DSLContext db, long owner, Collection<Long> ids) {
        return db.fetchCount(ENTRIES, OWNER.eq(owner).and(ID.in(ids)));
    }

    /**
     * Messages in the order of their ids.
     *
     * @param backwards whether the last are wanted, and not the first
     * @param skip how many are left out before
     */
    List<Entry> page(DSLContext db, Filter filter, boolean backwards, int skip, int limit) {
        List<Entry> page = new ArrayList<>(db.select(ENTRY_ID, PEER, STANZA)
                .from(ENTRIES)
                .join(BODIES)
                .on(BODY_ID.eq(ENTRY_ID))
                .where(matching(filter))
                .orderBy(backwards ? ENTRY_ID.desc() : ENTRY_ID.asc())
                .limit(limit)
                .offset(skip)
                .fetch(row -> new Entry(row.get(ENTRY_ID), row.get(PEER), row.get(STANZA))));
        if (backwards) {
            Collections.reverse(page);
        }
        return page;
    }

    /** How many messages match, counted up to a limit. */
    int count(DSLContext db, Filter filter, int limit) {
        return db.fetchCount(db.select(ENTRY_ID).from(ENTRIES).where(matching(filter)).limit(limit));
    }

    /** The first or the last id that matches, or null where none does. */
    @Nullable Long edge(DSLContext db, Filter filter, boolean last) {
        return db.select(ENTRY_ID)
                .from(ENTRIES)
                .where(matching(filter))
                .orderBy(last ? ENTRY_ID.desc() : ENTRY_ID.asc())
                .limit(1)
                .fetchOne(ENTRY_ID);
    }

    private static Condition matching(Filter filter) {
        Condition condition = OWNER.eq(filter.owner);
        if (filter.peer != null) {
            condition = condition.and(PEER.eq(filter.peer));
        }
        if (filter.resource != null) {
            condition = condition.and(RESOURCE.eq(filter.resource));
        }
        if (filter.ids != null) {
            condition = condition.and(ENTRY_ID.in(filter.ids));
        }
        return condition.and(ENTRY_ID.gt(filter.above)).and(ENTRY_ID.lt(filter.below));
    }
}
