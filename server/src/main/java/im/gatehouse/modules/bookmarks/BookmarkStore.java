package im.gatehouse.modules.bookmarks;

import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.name;
import static org.jooq.impl.DSL.table;

import im.gatehouse.jid.Jid;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.Record;
import org.jooq.Table;
import org.jooq.impl.SQLDataType;

/** The table of changes that the other kind of bookmarks may not have followed yet. */
final class BookmarkStore {
    private static final Table<Record> CHANGES = table(name("bookmark_changes"));
    private static final Field<String> LUSER = field(name("luser"), SQLDataType.VARCHAR);
    private static final Field<String> LSERVER = field(name("lserver"), SQLDataType.VARCHAR);
    private static final Field<String> NODE = field(name("node"), SQLDataType.VARCHAR);

    private static Condition is(Jid account) {
        return LSERVER.eq(account.domain()).and(LUSER.eq(account.local()));
    }

    /** A node of an account changes. */
    void note(DSLContext db, Jid account, String node) {
        followed(db, account, node);
        db.insertInto(CHANGES, LUSER, LSERVER, NODE)
                .values(account.local(), account.domain(), node)
                .execute();
    }

    /** The other kind says the same. */
    void followed(DSLContext db, Jid account, String node) {
        db.deleteFrom(CHANGES).where(is(account)).and(NODE.eq(node)).execute();
    }

    /** Which nodes have changed, and the other kind may not have followed. */
    Map<Jid, Set<String>> unfollowed(DSLContext db) {
        Map<Jid, Set<String>> found = new HashMap<>();
        db.select(LUSER, LSERVER, NODE)
                .from(CHANGES)
                .forEach(row -> found.computeIfAbsent(
                                Jid.of(row.get(LUSER), row.get(LSERVER)), _ -> new HashSet<>())
                        .add(row.get(NODE)));
        return found;
    }

    void remove(DSLContext db, Jid account) {
        db.deleteFrom(CHANGES).where(is(account)).execute();
    }

    void removeDomain(DSLContext db, String domain) {
        db.deleteFrom(CHANGES).where(LSERVER.eq(domain)).execute();
    }
}
