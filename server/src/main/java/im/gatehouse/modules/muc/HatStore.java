package im.gatehouse.modules.muc;

import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.name;
import static org.jooq.impl.DSL.table;

import im.gatehouse.jid.Jid;
import im.gatehouse.modules.muc.Hats.Hat;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.Record;
import org.jooq.Table;
import org.jooq.impl.SQLDataType;

/** The rooms' hats in the database. Every method works within the unit of work that it is given. */
final class HatStore {
    static final Table<Record> HATS = table(name("room_hats"));
    static final Table<Record> WEARERS = table(name("room_hat_wearers"));

    private static final Field<String> LSERVER = field(name("lserver"), SQLDataType.VARCHAR);
    private static final Field<String> ROOM = field(name("room"), SQLDataType.VARCHAR);
    private static final Field<String> URI = field(name("uri"), SQLDataType.VARCHAR);
    private static final Field<String> TITLE = field(name("title"), SQLDataType.VARCHAR);
    private static final Field<String> HUE = field(name("hue"), SQLDataType.VARCHAR);
    private static final Field<String> JID = field(name("jid"), SQLDataType.VARCHAR);
    private static final Field<String> URIS = field(name("uris"), SQLDataType.VARCHAR);

    private static Condition of(Jid room) {
        return LSERVER.eq(room.domain()).and(ROOM.eq(room.local()));
    }

    /** Stores a room's hats in place of those that were there. */
    void put(DSLContext db, Jid room, Hats hats) {
        db.deleteFrom(HATS).where(of(room)).execute();
        db.deleteFrom(WEARERS).where(of(room)).execute();
        for (Hat hat : hats.known().values()) {
            db.insertInto(HATS, LSERVER, ROOM, URI, TITLE, HUE)
                    .values(room.domain(), room.local(), hat.uri(), hat.title(), hat.hue())
                    .execute();
        }
        hats.worn().forEach((wearer, uris) -> db.insertInto(WEARERS, LSERVER, ROOM, JID, URIS)
                .values(room.domain(), room.local(), wearer.toString(), String.join("\n", uris))
                .execute());
    }

    /** A room's hats, in the order of their URIs. */
    Hats load(DSLContext db, Jid room) {
        Map<String, Hat> known = new LinkedHashMap<>();
        db.select(URI, TITLE, HUE)
                .from(HATS)
                .where(of(room))
                .orderBy(URI)
                .forEach(row -> known.put(row.get(URI), new Hat(row.get(URI), row.get(TITLE), row.get(HUE))));
        if (known.isEmpty()) {
            return Hats.NONE;
        }
        Map<Jid, List<String>> worn = new LinkedHashMap<>();
        db.select(JID, URIS)
                .from(WEARERS)
                .where(of(room))
                .forEach(row -> worn.put(Jid.parse(row.get(JID)), Arrays.asList(row.get(URIS).split("\n"))));
        return new Hats(known, worn);
    }

    /** Takes the hats off an account that is no more, in all rooms. */
    void forgetAccount(DSLContext db, Jid account) {
        db.deleteFrom(WEARERS).where(JID.eq(account.toString())).execute();
    }

    /** As {@link #forgetAccount}, for all accounts of a domain. */
    void forgetAccounts(DSLContext db, String domain) {
        db.deleteFrom(WEARERS).where(JID.endsWith("@" + domain)).execute();
    }
}
