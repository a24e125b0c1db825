package im.gatehouse.modules.caps;

import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.name;
import static org.jooq.impl.DSL.table;

import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.Record;
import org.jooq.Table;
import org.jooq.impl.SQLDataType;
import tools.jackson.databind.json.JsonMapper;

/** The table of what hashes stand for, so that after a restart not every client is asked again. */
final class CapsStore {
    /** A hash that has been verified, and the features for which it stands. */
    record Known(String hash, String ver, Set<String> features) {}

    private static final Table<Record> HASHES = table(name("caps_hashes"));
    private static final Field<String> HASH = field(name("hash"), SQLDataType.VARCHAR);
    private static final Field<String> VER = field(name("ver"), SQLDataType.VARCHAR);
    private static final Field<String> FEATURES = field(name("features"), SQLDataType.CLOB);
    private static final Field<Long> LEARNED_AT = field(name("learned_at"), SQLDataType.BIGINT);

    private static final JsonMapper JSON = new JsonMapper();

    /**
     * Stores a hash, and forgets the oldest beyond so many.
     *
     * @param kept how many hashes stay
     */
    void put(DSLContext db, Known known, Instant now, int kept) {
        db.deleteFrom(HASHES)
                .where(HASH.eq(known.hash()))
                .and(VER.eq(known.ver()))
                .execute();
        db.insertInto(HASHES, HASH, VER, FEATURES, LEARNED_AT)
                .values(known.hash(), known.ver(), JSON.writeValueAsString(known.features()), now.toEpochMilli())
                .execute();
        if (db.fetchCount(HASHES) > kept) {
            Long last = db.select(LEARNED_AT)
                    .from(HASHES)
                    .orderBy(LEARNED_AT.desc())
                    .limit(1)
                    .offset(kept)
                    .fetchOne(LEARNED_AT);
            db.deleteFrom(HASHES).where(LEARNED_AT.le(last)).execute();
        }
    }

    /** The hashes that were learnt last, so many of them. */
    List<Known> newest(DSLContext db, int most) {
        return db.select(HASH, VER, FEATURES)
                .from(HASHES)
                .orderBy(LEARNED_AT.desc())
                .limit(most)
                .fetch(row -> new Known(
                        row.get(HASH), row.get(VER), Set.of(JSON.readValue(row.get(FEATURES), String[].class))));
    }
}
