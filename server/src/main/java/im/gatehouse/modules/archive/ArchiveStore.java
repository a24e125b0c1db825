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
    private static final Field<String> SENDER_PEER = field(name("sender_peer"), SQLDataType.VARCHAR);
    private static final Field<String> SENDER_RESOURCE = field(name("sender_resource"), SQLDataType.VARCHAR);
    private static final Field<String> RECEIVER_PEER = field(name("receiver_peer"), SQLDataType.VARCHAR);
    private static final Field<String> RECEIVER_RESOURCE = field(name("receiver_resource"), SQLDataType.VARCHAR);
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
        Query insert = db.insertInto(
                        BODIES,
                        ID,
                        SENDER,
                        RECEIVER,
                        HANDLE,
                        SENDER_PEER,
                        SENDER_RESOURCE,
                        RECEIVER_PEER,
                        RECEIVER_RESOURCE,
                        STANZA)
                .values((Long) null, null, null, null, null, null, null, null, null);
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
        set(bodies, 7, each.receiver, saying.receiver);
        bodies.setString(9, saying.text);
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
            statement.setNull(index + 1, Types.VARCHAR);
        } else {
            statement.setString(index, place.with().bare().toString());
            statement.setString(index + 1, place.with().resource());
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

    /** The entries of messages beyond an id, in the order of their ids. */
    List<Note> beyond(DSLContext db, long id) {
        List<Note> notes = new ArrayList<>();
        db.select(ID, SENDER, RECEIVER, HANDLE, SENDER_PEER, SENDER_RESOURCE, RECEIVER_PEER, RECEIVER_RESOURCE)
                .from(BODIES)
                .where(ID.gt(id))
                .orderBy(ID)
                .forEach(row -> {
                    note(notes, row, SENDER, SENDER_PEER, SENDER_RESOURCE);
                    note(notes, row, RECEIVER, RECEIVER_PEER, RECEIVER_RESOURCE);
                });
        return notes;
    }

    private static void note(
            List<Note> notes, Record row, Field<Long> owner, Field<String> peer, Field<String> resource) {
        if (row.get(owner) != null) {
            notes.add(new Note(row.get(owner), row.get(ID), row.get(peer), row.get(resource), row.get(HANDLE)));
        }
    }

    /**
     * Writes the entries of messages beyond an id, but for those that are there, and notes up to which they are sorted
     * in then.
     *
     * @param last the largest id
     * @param most messages at once
     * @return up to which id entries are sorted in now
     */
    long sortIn(DSLContext db, long last, int most) {
        long from = sorted(db);
        Long end = db.select(ID)
                .from(BODIES)
                .where(ID.gt(from))
                .and(ID.le(last))
                .orderBy(ID)
                .limit(1)
                .offset(most - 1)
                .fetchOne(ID);
        long upTo = end == null ? last : end;
        Condition those = ID.gt(from).and(ID.le(upTo));
        db.insertInto(ENTRIES, OWNER, ID, PEER, RESOURCE, HANDLE)
                .select(DSL.select(SENDER, ID, SENDER_PEER, SENDER_RESOURCE, HANDLE)
                        .from(BODIES)
                        .where(those.and(SENDER.isNotNull()))
                        .unionAll(DSL.select(RECEIVER, ID, RECEIVER_PEER, RECEIVER_RESOURCE, HANDLE)
                                .from(BODIES)
                                .where(those.and(RECEIVER.isNotNull())))
                        .orderBy(DSL.inline(1), DSL.inline(2)))
                .onConflictDoNothing() // or one that is there, however it came, would keep out all others for good
                .execute();
        boolean noted = db.update(SORTED).set(UP_TO, upTo).where(DSL.trueCondition()).execute() > 0;
        if (!noted) {
            db.insertInto(SORTED, UP_TO).values(upTo).execute();
        }
        return upTo;
    }
}
