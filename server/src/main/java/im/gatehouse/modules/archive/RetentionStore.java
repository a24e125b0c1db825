package im.gatehouse.modules.archive;

import static im.gatehouse.modules.archive.ArchiveStore.BODIES;
import static im.gatehouse.modules.archive.ArchiveStore.ENTRIES;
import static im.gatehouse.modules.archive.ArchiveStore.ID;
import static im.gatehouse.modules.archive.ArchiveStore.OWNER;
import static im.gatehouse.modules.archive.ArchiveStore.OWNERS;
import static im.gatehouse.modules.archive.ArchiveStore.RECEIVER;
import static im.gatehouse.modules.archive.ArchiveStore.SENDER;
import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.name;
import static org.jooq.impl.DSL.table;

import im.gatehouse.jid.Jid;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.Record;
import org.jooq.Table;
import org.jooq.impl.DSL;
import org.jooq.impl.SQLDataType;
import org.jspecify.annotations.Nullable;

/** The SQL by which archives get smaller. Every method is part of a unit of work. */
final class RetentionStore {
    private static final Table<Record> DROPPED = table(name("archive_dropped"));
    private static final Field<Long> DROPPED_AT = field(name("dropped_at"), SQLDataType.BIGINT);
    private static final Field<String> LSERVER = field(name("lserver"), SQLDataType.VARCHAR);
    private static final Field<String> LUSER = field(name("luser"), SQLDataType.VARCHAR);

    /** A body's owners. */
    private record Owned(long id, @Nullable Long sender, @Nullable Long receiver) {}

    // --- whole archives ---

    /** Lets go of an archive: nobody finds it any more. What is in it is deleted bit by bit afterwards. */
    boolean drop(DSLContext db, Jid owner, long now) {
        return drop(db, LSERVER.eq(owner.domain()).and(LUSER.eq(owner.local())), now) > 0;
    }

    /** Lets go of all archives of a domain. */
    void dropAll(DSLContext db, String domain, long now) {
        drop(db, LSERVER.eq(domain), now);
    }

    private static int drop(DSLContext db, Condition which, long now) {
        int dropped = db.insertInto(DROPPED, OWNER, DROPPED_AT)
                .select(DSL.select(ID, DSL.inline(now)).from(OWNERS).where(which))
                .execute();
        db.deleteFrom(OWNERS).where(which).execute();
        return dropped;
    }

    /** Archives that have been let go of. */
    List<Long> dropped(DSLContext db, int limit) {
        return db.select(OWNER).from(DROPPED).orderBy(OWNER).limit(limit).fetch(OWNER);
    }

    /** Forgets that an archive was let go of before a time: it is empty, and nobody writes to it any more. */
    void forgetDropped(DSLContext db, Collection<Long> owners, long before) {
        db.deleteFrom(DROPPED).where(OWNER.in(owners)).and(DROPPED_AT.lt(before)).execute();
    }

    // --- by count ---

    /**
     * The id of the newest message that is one too many in an archive, or -1.
     *
     * @param upTo larger ids are not looked at
     */
    long firstTooMany(DSLContext db, long owner, int most, long upTo) {
        Long id = db.select(ID)
                .from(ENTRIES)
                .where(OWNER.eq(owner))
                .and(ID.le(upTo))
                .orderBy(ID.desc())
                .limit(1)
                .offset(most)
                .fetchOne(ID);
        return id == null ? -1 : id;
    }

    /** Deletes the oldest messages of an archive up to an id, some at once; answers how many. */
    int deleteFrom(DSLContext db, long owner, long upTo, int limit) {
        List<Long> ids = db.select(ID)
                .from(ENTRIES)
                .where(OWNER.eq(owner))
                .and(ID.le(upTo))
                .orderBy(ID)
                .limit(limit)
                .fetch(ID);
        if (ids.isEmpty()) {
            return 0;
        }
        db.deleteFrom(ENTRIES).where(OWNER.eq(owner)).and(ID.in(ids)).execute();
        Field<Long> nobody = DSL.castNull(SQLDataType.BIGINT);
        db.update(BODIES).set(SENDER, nobody).where(ID.in(ids)).and(SENDER.eq(owner)).execute();
        db.update(BODIES).set(RECEIVER, nobody).where(ID.in(ids)).and(RECEIVER.eq(owner)).execute();
        db.deleteFrom(BODIES)
                .where(ID.in(ids))
                .and(SENDER.isNull())
                .and(RECEIVER.isNull())
                .execute();
        return ids.size();
    }

    // --- by age ---

    /** Deletes the oldest messages of all archives below an id, some at once; answers how many. */
    int deleteBelow(DSLContext db, long below, int limit) {
        List<Owned> oldest = db.select(ID, SENDER, RECEIVER)
                .from(BODIES)
                .where(ID.lt(below))
                .orderBy(ID)
                .limit(limit)
                .fetch(row -> new Owned(row.get(ID), row.get(SENDER), row.get(RECEIVER)));
        if (oldest.isEmpty()) {
            return 0;
        }
        Map<Long, List<Long>> byOwner = new HashMap<>();
        for (Owned body : oldest) {
            note(byOwner, body.sender, body.id);
            note(byOwner, body.receiver, body.id);
        }
        byOwner.forEach((owner, ids) ->
                db.deleteFrom(ENTRIES).where(OWNER.eq(owner)).and(ID.in(ids)).execute());
        db.deleteFrom(BODIES).where(ID.in(oldest.stream().map(Owned::id).toList())).execute();
        return oldest.size();
    }

    private static void note(Map<Long, List<Long>> byOwner, @Nullable Long owner, long id) {
        if (owner != null) {
            byOwner.computeIfAbsent(owner, _ -> new ArrayList<>()).add(id);
        }
    }
}
