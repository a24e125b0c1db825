package im.gatehouse.modules.muc;

import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.name;
import static org.jooq.impl.DSL.table;

import im.gatehouse.jid.Jid;
import im.gatehouse.stanza.Message;
import im.gatehouse.stanza.Stanza;
import im.gatehouse.xml.XmlBuffer;
import im.gatehouse.xml.XmlException;
import im.gatehouse.xml.XmlReader;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.Record;
import org.jooq.Table;
import org.jooq.impl.SQLDataType;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The rooms in the database. Every method works within the unit of work that it is given. */
final class RoomStore {
    private static final Logger log = LoggerFactory.getLogger(RoomStore.class);

    /**
     * A room as it is stored.
     *
     * @param settings the configuration by the settings' names
     */
    record Stored(
            byte[] salt,
            Map<String, String> settings,
            List<Affiliations.Entry> affiliations,
            Subject subject,
            List<History.Entry> history) {}

    /** What a list of rooms shows of a stored one. */
    record Listed(String room, Map<String, String> settings) {}

    private static final Field<String> LSERVER = field(name("lserver"), SQLDataType.VARCHAR);
    private static final Field<String> ROOM = field(name("room"), SQLDataType.VARCHAR);

    private static final Table<Record> ROOMS = table(name("rooms"));
    private static final Field<byte[]> SALT = field(name("salt"), SQLDataType.VARBINARY);
    private static final Field<Long> CREATED_AT = field(name("created_at"), SQLDataType.BIGINT);
    private static final Field<String> SUBJECT = field(name("subject"), SQLDataType.VARCHAR);
    private static final Field<String> SUBJECT_NICK = field(name("subject_nick"), SQLDataType.VARCHAR);
    private static final Field<Long> SUBJECT_AT = field(name("subject_at"), SQLDataType.BIGINT);

    private static final Table<Record> SETTINGS = table(name("room_settings"));
    private static final Field<String> SETTING = field(name("setting"), SQLDataType.VARCHAR);
    private static final Field<String> CONTENT = field(name("content"), SQLDataType.VARCHAR);

    private static final Table<Record> AFFILIATIONS = table(name("room_affiliations"));
    private static final Field<String> JID = field(name("jid"), SQLDataType.VARCHAR);
    private static final Field<String> AFFILIATION = field(name("affiliation"), SQLDataType.VARCHAR);
    private static final Field<String> NICK = field(name("nick"), SQLDataType.VARCHAR);
    private static final Field<String> REASON = field(name("reason"), SQLDataType.VARCHAR);

    private static final Table<Record> HISTORY = table(name("room_history"));
    private static final Field<Long> SEQ = field(name("seq"), SQLDataType.BIGINT);
    private static final Field<Long> SENT_AT = field(name("sent_at"), SQLDataType.BIGINT);
    private static final Field<String> STANZA = field(name("stanza"), SQLDataType.VARCHAR);

    /** Every table that has something of a room, the rooms themselves last. */
    private static final List<Table<Record>> ALL = List.of(
            HISTORY, AFFILIATIONS, SETTINGS, CardStore.CARDS, HatStore.HATS, HatStore.WEARERS, ROOMS);

    /** A stored message grew by what the room added, so it may be larger than one that a client may send. */
    private static final XmlReader.Limits LIMITS = new XmlReader.Limits(4 << 20, 128, 256, 0);

    private final RoomHooks.Removal removal;

    /**
     * @param removal deletes what others keep of rooms
     */
    RoomStore(RoomHooks.Removal removal) {
        this.removal = removal;
    }

    private static Condition of(Jid room) {
        return LSERVER.eq(room.domain()).and(ROOM.eq(room.local()));
    }

    // --- whole rooms ---

    /** A room, or null where there is none of that name. */
    @Nullable Stored load(DSLContext db, Jid room) {
        Record row = db.select(SALT, SUBJECT, SUBJECT_NICK, SUBJECT_AT).from(ROOMS).where(of(room)).fetchOne();
        if (row == null) {
            return null;
        }
        Map<String, String> settings = new HashMap<>();
        db.select(SETTING, CONTENT)
                .from(SETTINGS)
                .where(of(room))
                .forEach(r -> settings.put(r.get(SETTING), r.get(CONTENT)));
        List<Affiliations.Entry> affiliations = new ArrayList<>();
        db.select(JID, AFFILIATION, NICK, REASON).from(AFFILIATIONS).where(of(room)).forEach(r -> {
            Affiliation affiliation = Affiliation.of(r.get(AFFILIATION));
            if (affiliation != null) {
                affiliations.add(
                        new Affiliations.Entry(Jid.parse(r.get(JID)), affiliation, r.get(NICK), r.get(REASON)));
            }
        });
        return new Stored(row.get(SALT), settings, affiliations, subject(row), history(db, room));
    }

    private static Subject subject(Record row) {
        String text = row.get(SUBJECT);
        Long at = row.get(SUBJECT_AT);
        return text == null || at == null || at == 0
                ? Subject.NONE
                : new Subject(Subject.restored(text), row.get(SUBJECT_NICK), Instant.ofEpochMilli(at));
    }

    private static List<History.Entry> history(DSLContext db, Jid room) {
        List<History.Entry> entries = new ArrayList<>();
        db.select(SEQ, SENT_AT, STANZA).from(HISTORY).where(of(room)).orderBy(SEQ).forEach(r -> {
            Message said = message(r.get(STANZA));
            if (said != null) {
                entries.add(new History.Entry(r.get(SEQ), Instant.ofEpochMilli(r.get(SENT_AT)), said));
            }
        });
        return entries;
    }

    private static @Nullable Message message(String xml) {
        try {
            return Stanza.of(XmlReader.parse(XmlBuffer.utf8(xml), LIMITS)) instanceof Message message ? message : null;
        } catch (XmlException e) {
            log.warn("A message in the history of a room cannot be read and is left out: {}", e.getMessage());
            return null;
        }
    }

    /** Stores a room that was not stored before, whole. */
    void create(DSLContext db, Jid room, Stored stored, Instant now) {
        delete(db, room);
        db.insertInto(ROOMS, LSERVER, ROOM, SALT, CREATED_AT)
                .values(room.domain(), room.local(), stored.salt, now.toEpochMilli())
                .execute();
        settings(db, room, stored.settings);
        affiliations(db, room, stored.affiliations);
        subject(db, room, stored.subject);
        addHistory(db, room, stored.history);
    }

    /** Takes a room and all that belongs to it out of the database. */
    void delete(DSLContext db, Jid room) {
        for (Table<Record> each : ALL) {
            db.deleteFrom(each).where(of(room)).execute();
        }
        removal.ofRoom().accept(db, room);
    }

    /** Takes all rooms of a service out of the database. */
    void deleteAll(DSLContext db, String domain) {
        for (Table<Record> each : ALL) {
            db.deleteFrom(each).where(LSERVER.eq(domain)).execute();
        }
        removal.ofDomain().accept(db, domain);
    }

    // --- parts of a room ---

    /** Stores the configuration; what other modules have stored under names not given here stays. */
    void settings(DSLContext db, Jid room, Map<String, String> settings) {
        db.deleteFrom(SETTINGS).where(of(room)).and(SETTING.in(settings.keySet())).execute();
        var insert = db.insertInto(SETTINGS, LSERVER, ROOM, SETTING, CONTENT);
        settings.forEach((setting, content) -> insert.values(room.domain(), room.local(), setting, content));
        insert.execute();
    }

    /** Stores entries of the list of affiliations; one that is none is taken out. */
    void affiliations(DSLContext db, Jid room, List<Affiliations.Entry> entries) {
        for (Affiliations.Entry entry : entries) {
            String jid = entry.jid().toString();
            db.deleteFrom(AFFILIATIONS).where(of(room)).and(JID.eq(jid)).execute();
            if (entry.affiliation() != Affiliation.NONE) {
                db.insertInto(AFFILIATIONS, LSERVER, ROOM, JID, AFFILIATION, NICK, REASON)
                        .values(
                                room.domain(),
                                room.local(),
                                jid,
                                entry.affiliation().wire(),
                                entry.nick(),
                                entry.reason())
                        .execute();
            }
        }
    }

    /**
     * Takes an account out of all lists but those of the banned. Rooms of which it was the only owner are their admins'
     * from now on.
     */
    void forgetAccount(DSLContext db, Jid account) {
        forget(db, JID.eq(account.toString()));
    }

    /** As {@link #forgetAccount}, for all accounts of a domain. */
    void forgetAccounts(DSLContext db, String domain) {
        forget(db, JID.endsWith("@" + domain));
    }

    private static void forget(DSLContext db, Condition accounts) {
        List<Jid> owned = db.selectDistinct(LSERVER, ROOM)
                .from(AFFILIATIONS)
                .where(accounts)
                .and(AFFILIATION.eq(Affiliation.OWNER.wire()))
                .fetch(row -> Jid.of(row.get(ROOM), row.get(LSERVER)));
        db.deleteFrom(AFFILIATIONS)
                .where(accounts)
                .and(AFFILIATION.ne(Affiliation.OUTCAST.wire()))
                .execute();
        owned.forEach(room -> mustHaveOwners(db, room));
    }

    private static void mustHaveOwners(DSLContext db, Jid room) {
        Condition owners = of(room).and(AFFILIATION.eq(Affiliation.OWNER.wire()));
        if (!db.fetchExists(db.selectOne().from(AFFILIATIONS).where(owners))) {
            db.update(AFFILIATIONS)
                    .set(AFFILIATION, Affiliation.OWNER.wire())
                    .where(of(room))
                    .and(AFFILIATION.eq(Affiliation.ADMIN.wire()))
                    .execute();
        }
    }

    void subject(DSLContext db, Jid room, Subject subject) {
        db.update(ROOMS)
                .set(SUBJECT, subject.stored())
                .set(SUBJECT_NICK, subject.nick())
                .set(SUBJECT_AT, subject.since().toEpochMilli())
                .where(of(room))
                .execute();
    }

    void addHistory(DSLContext db, Jid room, List<History.Entry> entries) {
        if (entries.isEmpty()) {
            return;
        }
        var insert = db.insertInto(HISTORY, LSERVER, ROOM, SEQ, SENT_AT, STANZA);
        entries.forEach(entry -> insert.values(
                room.domain(), room.local(), entry.seq, entry.at.toEpochMilli(), entry.said.toString()));
        insert.execute();
    }

    /** Puts another message in the place of the one with the same number. */
    void replaceHistory(DSLContext db, Jid room, History.Entry entry) {
        db.update(HISTORY)
                .set(STANZA, entry.said.toString())
                .where(of(room))
                .and(SEQ.eq(entry.seq))
                .execute();
    }

    /** Forgets the messages of a room up to that number. */
    void forgetHistory(DSLContext db, Jid room, long upTo) {
        db.deleteFrom(HISTORY).where(of(room)).and(SEQ.le(upTo)).execute();
    }

    /** Whether the room is stored. */
    boolean exists(DSLContext db, Jid room) {
        return db.fetchExists(db.selectOne().from(ROOMS).where(of(room)));
    }

    // --- lists ---

    /** How many stored rooms an account owns, all services together. */
    int countOwned(DSLContext db, Jid user) {
        return db.fetchCount(db.selectOne()
                .from(AFFILIATIONS)
                .where(JID.eq(user.toString()))
                .and(AFFILIATION.eq(Affiliation.OWNER.wire())));
    }

    /** How many rooms are stored, all services together. */
    int count(DSLContext db) {
        return db.fetchCount(ROOMS);
    }

    /**
     * The stored rooms of a service in the order of their names.
     *
     * @param names the settings of which the values are wanted
     */
    List<Listed> list(DSLContext db, String domain, List<String> names) {
        Map<String, Map<String, String>> rooms = new LinkedHashMap<>();
        db.select(ROOM)
                .from(ROOMS)
                .where(LSERVER.eq(domain))
                .orderBy(ROOM)
                .forEach(row -> rooms.put(row.get(ROOM), new HashMap<>()));
        db.select(ROOM, SETTING, CONTENT)
                .from(SETTINGS)
                .where(LSERVER.eq(domain))
                .and(SETTING.in(names))
                .forEach(row -> {
                    Map<String, String> settings = rooms.get(row.get(ROOM));
                    if (settings != null) {
                        settings.put(row.get(SETTING), row.get(CONTENT));
                    }
                });
        List<Listed> listed = new ArrayList<>(rooms.size());
        rooms.forEach((room, settings) -> listed.add(new Listed(room, settings)));
        return listed;
    }
}
