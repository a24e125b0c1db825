package im.gatehouse.modules.muc;

import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.name;
import static org.jooq.impl.DSL.table;

import im.gatehouse.jid.Jid;
import im.gatehouse.xml.StoredXml;
import java.util.Arrays;
import java.util.List;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.Record;
import org.jooq.Table;
import org.jooq.impl.SQLDataType;
import org.jspecify.annotations.Nullable;

/** The rooms' visiting cards in the database. Every method works within the unit of work that it is given. */
final class CardStore {
    static final Table<Record> CARDS = table(name("room_cards"));

    private static final Field<String> LSERVER = field(name("lserver"), SQLDataType.VARCHAR);
    private static final Field<String> ROOM = field(name("room"), SQLDataType.VARCHAR);
    private static final Field<String> HASHES = field(name("hashes"), SQLDataType.VARCHAR);
    private static final Field<String> CARD = field(name("card"), SQLDataType.CLOB);

    private static Condition of(Jid room) {
        return LSERVER.eq(room.domain()).and(ROOM.eq(room.local()));
    }

    /** Stores a room's card; none takes away what was there. */
    void put(DSLContext db, Jid room, @Nullable RoomCard card) {
        db.deleteFrom(CARDS).where(of(room)).execute();
        if (card != null) {
            db.insertInto(CARDS, LSERVER, ROOM, HASHES, CARD)
                    .values(
                            room.domain(),
                            room.local(),
                            String.join(" ", card.hashes()),
                            StoredXml.write(card.card()))
                    .execute();
        }
    }

    /** What the pictures on a room's card hash to, without the card itself. */
    List<String> hashes(DSLContext db, Jid room) {
        String hashes = db.select(HASHES).from(CARDS).where(of(room)).fetchOne(HASHES);
        return hashes == null || hashes.isEmpty() ? List.of() : Arrays.asList(hashes.split(" "));
    }

    /** A room's card, or null. */
    @Nullable RoomCard find(DSLContext db, Jid room) {
        String card = db.select(CARD).from(CARDS).where(of(room)).fetchOne(CARD);
        return card == null ? null : RoomCard.of(StoredXml.read(card));
    }
}
