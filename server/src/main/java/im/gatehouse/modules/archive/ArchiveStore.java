package im.gatehouse.modules.archive;

import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.name;
import static org.jooq.impl.DSL.table;

import im.gatehouse.jid.Jid;
import im.gatehouse.modules.archive.Job.Place;
import im.gatehouse.modules.archive.Job.Saying;
import im.gatehouse.modules.archive.Recent.Note;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Types;
import java.util.ArrayList;
import java.util.List;
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
 * owners, so that it goes with the last of them, and all that is in them, so that they need not be written with it: it
 * lies behind all others on disk, where its entries lie each with those of its own archive.
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

    private static final Table<Record> SORTED = table(name("archive_sorted"));
    private static final Field<Long> UP_TO = field(name("up_to"), SQLDataType.BIGINT);
    private static final Field<String> SAID_TO = field(name("said_to"), SQLDataType.CLOB);
    private static final Field<String> SAID_BY = field(name("said_by"), SQLDataType.CLOB);
    private static final Field<String> LSERVER = field(name("lserver"), SQLDataType.VARCHAR);
    private static final Field<String> LUSER = field(name("luser"), SQLDataType.VARCHAR);
    static final Field<Long> HANDLE = field(name("handle"), SQLDataType.BIGINT);
    static final Field<String> PEER = field(name("peer"), SQLDataType.VARCHAR);
    static final Field<String> RESOURCE = field(name("resource"), SQLDataType.VARCHAR);

    // --- owners ---

    @Nullable Long owner(DSLContext db, Jid owner) {
        return db.select(ID).from(OWNERS).where(of(owner)).fetchOne(ID);
    }

    /** The number of an owner who has none. */
    long newOwner(DSLContext db, Jid owner) {
        db.insertInto(OWNERS, LSERVER, LUSER).values(owner.domain(), owner.local()).execute();
        Long number = owner(db, owner);
        if (number == null) {
            throw new IllegalStateException("An owner was added and is not there");
        }
        return number;
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

    /** The largest id that is or was in use, 0 when there is none. */
    long lastId(DSLContext db) {
        Long last = db.select(DSL.max(ID)).from(BODIES).fetchOne(0, Long.class);
        return Math.max(sorted(db), last == null ? 0 : last);
    }

    /**
     * A message that is to be added.
     *
     * @param sender the number of the archive in which its sender finds it, or null
     * @param receiver the number of the archive in which its receiver finds it, or null
     */
    record Filed(Saying saying, @Nullable Long sender, @Nullable Long receiver) {
        /** The entries of it. */
        void noteIn(List<Note> notes) {
            note(notes, sender, saying.sender);
            note(notes, receiver, saying.receiver);
        }

        private void note(List<Note> notes, @Nullable Long owner, @Nullable Place place) {
            if (owner != null && place != null) {
                Jid with = place.with();
                notes.add(new Note(owner, saying.id, with.bare().toString(), with.resource(), saying.handle));
            }
        }
    }

    /** Adds messages. Their entries are sorted in later, and can be read from the messages until then. */
    void add(DSLContext db, List<Filed> messages) {
        if (messages.isEmpty()) {
            return;
        }
        Query insert = db.insertInto(BODIES, ID, SENDER, RECEIVER, HANDLE, SAID_TO, SAID_BY, STANZA)
                .values((Long) null, null, null, null, null, null, null);
        db.connection(connection -> {
            try (PreparedStatement bodies = connection.prepareStatement(insert.getSQL())) {
                for (Filed each : messages) {
                    add(bodies, each);
                }
                bodies.executeBatch();
            }
        });
    }

    /** Bound by hand: this is done for every message, and a third of its cost went into binding by type. */
    private static void add(PreparedStatement bodies, Filed each) throws SQLException {
        Saying saying = each.saying;
        bodies.setLong(1, saying.id);
        set(bodies, 2, each.sender);
        set(bodies, 3, each.receiver);
        set(bodies, 4, saying.handle);
        set(bodies, 5, each.sender, saying.sender);
        set(bodies, 6, each.receiver, saying.receiver);
        bodies.setString(7, saying.text);
        bodies.addBatch();
    }

    private static void set(PreparedStatement statement, int index, @Nullable Long value) throws SQLException {
        if (value == null) {
            statement.setNull(index, Types.BIGINT);
        } else {
            statement.setLong(index, value);
        }
    }

    private static void set(PreparedStatement statement, int index, @Nullable Long owner, @Nullable Place place)
            throws SQLException {
        if (owner == null || place == null) {
            statement.setNull(index, Types.VARCHAR);
        } else {
            statement.setString(index, place.with().toString());
        }
    }

    void replace(DSLContext db, long id, String stanza) {
        db.update(BODIES).set(STANZA, stanza).where(ID.eq(id)).execute();
    }

    // --- sorting in ---

    /** Up to which id entries are sorted in. */
    long sorted(DSLContext db) {
        Long upTo = db.select(DSL.max(UP_TO)).from(SORTED).fetchOne(0, Long.class);
        return upTo == null ? 0 : upTo;
    }

    /** Notes up to which id entries are sorted in. */
    boolean sorted(DSLContext db, long upTo) {
        boolean noted = db.update(SORTED).set(UP_TO, upTo).where(DSL.trueCondition()).execute() > 0;
        return noted || db.insertInto(SORTED, UP_TO).values(upTo).execute() > 0;
    }

    /** The entries of messages beyond an id, in the order of their ids. */
    List<Note> beyond(DSLContext db, long id) {
        List<Note> notes = new ArrayList<>();
        db.select(ID, SENDER, RECEIVER, HANDLE, SAID_TO, SAID_BY)
                .from(BODIES)
                .where(ID.gt(id))
                .orderBy(ID)
                .forEach(row -> {
                    note(notes, row.get(SENDER), row.get(ID), row.get(SAID_TO), row.get(HANDLE));
                    note(notes, row.get(RECEIVER), row.get(ID), row.get(SAID_BY), row.get(HANDLE));
                });
        return notes;
    }

    private static void note(
            List<Note> notes, @Nullable Long owner, long id, @Nullable String with, @Nullable Long handle) {
        if (owner != null && with != null) {
            int slash = with.indexOf('/');
            String peer = slash < 0 ? with : with.substring(0, slash);
            notes.add(new Note(owner, id, peer, slash < 0 ? "" : with.substring(slash + 1), handle));
        }
    }

    /** Adds entries, but those that are there already from a time that was cut off. */
    void sortIn(DSLContext db, List<Note> notes) {
        if (notes.isEmpty()) {
            return;
        }
        Query insert = db.insertInto(ENTRIES, OWNER, ID, PEER, RESOURCE, HANDLE)
                .values((Long) null, null, null, null, null)
                .onDuplicateKeyIgnore();
        db.connection(connection -> {
            try (PreparedStatement entries = connection.prepareStatement(insert.getSQL())) {
                for (Note note : notes) {
                    entries.setLong(1, note.owner());
                    entries.setLong(2, note.id());
                    entries.setString(3, note.peer());
                    entries.setString(4, note.resource());
                    set(entries, 5, note.handle());
                    entries.addBatch();
                }
                entries.executeBatch();
            }
        });
    }
}
