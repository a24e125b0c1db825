package im.gatehouse.modules.streammanagement;

import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.name;
import static org.jooq.impl.DSL.table;

import im.gatehouse.jid.Jid;
import im.gatehouse.modules.roster.StanzaText;
import im.gatehouse.session.SessionInfo;
import im.gatehouse.stanza.Stanza;
import im.gatehouse.stream.SuspendedSession;
import im.gatehouse.stream.SuspendedSession.Waiting;
import im.gatehouse.xml.Element;
import im.gatehouse.xml.StoredXml;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.Record;
import org.jooq.Table;
import org.jooq.impl.SQLDataType;

/** The waiting sessions' SQL. Every method is part of a unit of work. */
final class SuspendedStore {
    private static final Table<Record> SESSIONS = table(name("suspended_sessions"));
    private static final Field<String> ID = field(name("id"), SQLDataType.VARCHAR);
    private static final Field<String> LUSER = field(name("luser"), SQLDataType.VARCHAR);
    private static final Field<String> LSERVER = field(name("lserver"), SQLDataType.VARCHAR);
    private static final Field<String> RESOURCE = field(name("resource"), SQLDataType.VARCHAR);
    private static final Field<String> ADDRESS = field(name("address"), SQLDataType.VARCHAR);
    private static final Field<Integer> PORT = field(name("port"), SQLDataType.INTEGER);
    private static final Field<String> TRANSPORT = field(name("transport"), SQLDataType.VARCHAR);
    private static final Field<Integer> SECURE = field(name("secure"), SQLDataType.INTEGER);
    private static final Field<String> MECHANISM = field(name("mechanism"), SQLDataType.VARCHAR);
    private static final Field<Long> SINCE = field(name("started_at"), SQLDataType.BIGINT);
    private static final Field<Long> PATIENCE = field(name("patience"), SQLDataType.BIGINT);
    private static final Field<Long> UNTIL = field(name("expires_at"), SQLDataType.BIGINT);
    private static final Field<Long> HANDLED = field(name("handled"), SQLDataType.BIGINT);
    private static final Field<Long> ACKNOWLEDGED = field(name("acknowledged"), SQLDataType.BIGINT);
    private static final Field<String> LUGGAGE = field(name("luggage"), SQLDataType.CLOB);

    /** By name: not every database tells the types of what is asked for without. */
    private static final List<Field<?>> SESSION_FIELDS = List.of(
            ID, LUSER, LSERVER, RESOURCE, ADDRESS, PORT, TRANSPORT, SECURE, MECHANISM, SINCE, PATIENCE, UNTIL, HANDLED,
            ACKNOWLEDGED, LUGGAGE);

    private static final Table<Record> STANZAS = table(name("suspended_stanzas"));
    private static final Field<String> SESSION = field(name("session_id"), SQLDataType.VARCHAR);
    private static final Field<Integer> POSITION = field(name("place"), SQLDataType.INTEGER);
    private static final Field<Long> CAME_AT = field(name("came_at"), SQLDataType.BIGINT);
    private static final Field<Long> COPIES = field(name("copies"), SQLDataType.BIGINT);
    private static final Field<String> STANZA = field(name("stanza"), SQLDataType.CLOB);

    /** In what the things of the luggage are wrapped: the name of an attribute, which tells the thing's name, too. */
    private static final String NAME = "name";

    void insert(DSLContext db, SuspendedSession session) {
        SessionInfo info = session.info();
        db.insertInto(SESSIONS)
                .set(ID, session.id())
                .set(LUSER, session.jid().local())
                .set(LSERVER, session.jid().domain())
                .set(RESOURCE, session.jid().resource())
                .set(ADDRESS, literal(info.address()))
                .set(PORT, info.address().getPort())
                .set(TRANSPORT, info.transport())
                .set(SECURE, info.secure() ? 1 : 0)
                .set(MECHANISM, info.mechanism())
                .set(SINCE, info.since().toEpochMilli())
                .set(PATIENCE, session.patience().toMillis())
                .set(UNTIL, session.until().toEpochMilli())
                .set(HANDLED, session.handled())
                .set(ACKNOWLEDGED, session.acknowledged())
                .set(LUGGAGE, packed(session.luggage()))
                .execute();
        int place = 0;
        for (Waiting waiting : session.waiting()) {
            db.insertInto(STANZAS, SESSION, POSITION, CAME_AT, COPIES, STANZA)
                    .values(
                            session.id(),
                            place++,
                            waiting.since().toEpochMilli(),
                            waiting.copies(),
                            StanzaText.write(waiting.stanza()))
                    .execute();
        }
    }

    List<SuspendedSession> all(DSLContext db) {
        Map<String, List<Waiting>> waiting = new LinkedHashMap<>();
        db.select(SESSION, CAME_AT, COPIES, STANZA)
                .from(STANZAS)
                .orderBy(SESSION, POSITION)
                .forEach(row -> waiting(row).forEach(
                        one -> waiting.computeIfAbsent(row.get(SESSION), _ -> new ArrayList<>()).add(one)));
        return db.select(SESSION_FIELDS)
                .from(SESSIONS)
                .orderBy(UNTIL)
                .fetch(row -> session(row, waiting.getOrDefault(row.get(ID), List.of())));
    }

    /** A stanza that somebody has spoilt in the database is left out. */
    private static Stream<Waiting> waiting(Record row) {
        return StanzaText.read(row.get(STANZA), Stanza.class).stream()
                .map(stanza -> new Waiting(stanza, Instant.ofEpochMilli(row.get(CAME_AT)), row.get(COPIES)));
    }

    private static SuspendedSession session(Record row, List<Waiting> waiting) {
        SessionInfo info = new SessionInfo(
                new InetSocketAddress(InetAddress.ofLiteral(row.get(ADDRESS)), row.get(PORT)),
                row.get(TRANSPORT),
                row.get(SECURE) != 0,
                row.get(MECHANISM),
                Instant.ofEpochMilli(row.get(SINCE)));
        return new SuspendedSession(
                row.get(ID),
                Jid.of(row.get(LUSER), row.get(LSERVER), row.get(RESOURCE)),
                info,
                Duration.ofMillis(row.get(PATIENCE)),
                Instant.ofEpochMilli(row.get(UNTIL)),
                row.get(HANDLED),
                row.get(ACKNOWLEDGED),
                waiting,
                unpacked(row.get(LUGGAGE)));
    }

    /** The address in digits, without the name of a network card of ours. */
    private static String literal(InetSocketAddress address) {
        String digits = address.getAddress().getHostAddress();
        int scope = digits.indexOf('%');
        return scope < 0 ? digits : digits.substring(0, scope);
    }

    private static String packed(Map<String, Element> things) {
        Element.Builder all = Element.builder("luggage", "");
        things.forEach((name, thing) -> all.child(Element.builder("thing", "")
                .attribute(NAME, name)
                .child(thing)
                .build()));
        return StoredXml.write(all.build());
    }

    private static Map<String, Element> unpacked(String text) {
        Map<String, Element> things = new LinkedHashMap<>();
        for (Element thing : StoredXml.read(text).children()) {
            Element content = thing.firstChild();
            if (content != null) {
                things.put(thing.attributeOr(NAME, ""), content);
            }
        }
        return things;
    }

    /** Has a session count as one that has waited long enough. */
    void end(DSLContext db, String id) {
        db.update(SESSIONS).set(UNTIL, 0L).where(ID.eq(id)).execute();
    }

    void delete(DSLContext db, String id) {
        db.deleteFrom(STANZAS).where(SESSION.eq(id)).execute();
        db.deleteFrom(SESSIONS).where(ID.eq(id)).execute();
    }

    void removeAccount(DSLContext db, Jid account) {
        remove(db, LSERVER.eq(account.domain()).and(LUSER.eq(account.local())));
    }

    void removeDomain(DSLContext db, String domain) {
        remove(db, LSERVER.eq(domain));
    }

    private static void remove(DSLContext db, Condition which) {
        db.deleteFrom(STANZAS)
                .where(SESSION.in(db.select(ID).from(SESSIONS).where(which)))
                .execute();
        db.deleteFrom(SESSIONS).where(which).execute();
    }
}
