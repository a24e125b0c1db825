package im.gatehouse.modules.invites;

import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.name;
import static org.jooq.impl.DSL.noCondition;
import static org.jooq.impl.DSL.table;

import im.gatehouse.jid.Jid;
import im.gatehouse.modules.invites.Invitation.Kind;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.Record;
import org.jooq.Table;
import org.jooq.impl.SQLDataType;
import org.jspecify.annotations.Nullable;

/** The invitations' SQL. Every method is part of a unit of work. */
final class InviteStore {
    private static final Table<Record> INVITES = table(name("invites"));
    private static final Table<Record> FRIENDSHIPS = table(name("invite_friendships"));

    private static final Field<Long> ID = field(name("id"), SQLDataType.BIGINT);
    private static final Field<String> DIGEST = field(name("digest"), SQLDataType.VARCHAR);
    private static final Field<String> LSERVER = field(name("lserver"), SQLDataType.VARCHAR);
    private static final Field<String> LUSER = field(name("luser"), SQLDataType.VARCHAR);
    private static final Field<String> KIND = field(name("kind"), SQLDataType.VARCHAR);
    private static final Field<String> USERNAME = field(name("username"), SQLDataType.VARCHAR);
    private static final Field<Boolean> BEFRIENDS = field(name("befriends"), SQLDataType.BOOLEAN);
    private static final Field<Long> EXPIRES_AT = field(name("expires_at"), SQLDataType.BIGINT);
    private static final Field<Integer> USES_LEFT = field(name("uses_left"), SQLDataType.INTEGER);
    private static final Field<String> FRIEND = field(name("friend"), SQLDataType.VARCHAR);

    private static final List<Field<?>> INVITATION =
            List.of(ID, LSERVER, LUSER, KIND, USERNAME, BEFRIENDS, EXPIRES_AT, USES_LEFT);

    /** Two accounts that are still to become each other's contacts. */
    record Friendship(Jid newcomer, Jid inviter) {}

    void insert(DSLContext db, String digest, Draft draft, long expiresAt) {
        db.insertInto(INVITES, DIGEST, LSERVER, LUSER, KIND, USERNAME, BEFRIENDS, EXPIRES_AT, USES_LEFT)
                .values(
                        digest,
                        draft.domain(),
                        draft.inviter().map(Jid::local).orElse(""),
                        draft.kind().name(),
                        draft.username(),
                        draft.befriends(),
                        expiresAt,
                        draft.uses())
                .execute();
    }

    /** The invitation of that secret's digest, whether it still holds or not. */
    Optional<Invitation> find(DSLContext db, String digest) {
        return db.select(INVITATION).from(INVITES).where(DIGEST.eq(digest)).fetchOptional(InviteStore::invitation);
    }

    /** Takes one use; false when none is left. */
    boolean use(DSLContext db, long id) {
        return db.update(INVITES)
                        .set(USES_LEFT, USES_LEFT.minus(1))
                        .where(ID.eq(id).and(USES_LEFT.gt(0)))
                        .execute()
                > 0;
    }

    /** How many invitations of somebody hold. */
    int countOpen(DSLContext db, Jid inviter, long now) {
        return db.fetchCount(
                INVITES, LSERVER.eq(inviter.domain()).and(LUSER.eq(inviter.local())).and(open(now)));
    }

    /** Whether an invitation that holds, other than one of that id, keeps a name. */
    boolean isReserved(DSLContext db, Jid account, long now, long exceptId) {
        return db.fetchExists(
                db.selectOne()
                        .from(INVITES)
                        .where(LSERVER.eq(account.domain())
                                .and(USERNAME.eq(account.local()))
                                .and(ID.ne(exceptId))
                                .and(open(now))));
    }

    private static Condition open(long now) {
        return EXPIRES_AT.gt(now).and(USES_LEFT.gt(0));
    }

    /** Invitations that hold, the newest first. */
    List<Invitation> list(DSLContext db, String domain, @Nullable Long before, int limit, long now) {
        return db.select(INVITATION)
                .from(INVITES)
                .where(LSERVER.eq(domain).and(open(now)).and(before == null ? noCondition() : ID.lt(before)))
                .orderBy(ID.desc())
                .limit(limit)
                .fetch(InviteStore::invitation);
    }

    boolean delete(DSLContext db, String domain, long id) {
        return db.deleteFrom(INVITES).where(LSERVER.eq(domain).and(ID.eq(id))).execute() > 0;
    }

    /** Deletes what holds no more since a time, or is used up, some at once; answers how many. */
    int deleteOver(DSLContext db, long before, int limit) {
        List<Long> ids = db.select(ID)
                .from(INVITES)
                .where(EXPIRES_AT.lt(before).or(USES_LEFT.le(0)))
                .orderBy(ID)
                .limit(limit)
                .fetch(ID);
        return ids.isEmpty() ? 0 : db.deleteFrom(INVITES).where(ID.in(ids)).execute();
    }

    void insertFriendship(DSLContext db, Friendship friendship) {
        deleteFriendship(db, friendship);
        db.insertInto(FRIENDSHIPS, LUSER, LSERVER, FRIEND)
                .values(
                        friendship.newcomer().local(),
                        friendship.newcomer().domain(),
                        friendship.inviter().toString())
                .execute();
    }

    void deleteFriendship(DSLContext db, Friendship friendship) {
        db.deleteFrom(FRIENDSHIPS)
                .where(of(friendship.newcomer()).and(FRIEND.eq(friendship.inviter().toString())))
                .execute();
    }

    List<Friendship> friendships(DSLContext db) {
        return db.select(LUSER, LSERVER, FRIEND)
                .from(FRIENDSHIPS)
                .fetch(row -> new Friendship(Jid.of(row.value1(), row.value2()), Jid.parse(row.value3())));
    }

    void removeAccount(DSLContext db, Jid account) {
        db.deleteFrom(INVITES).where(of(account)).execute();
        db.deleteFrom(FRIENDSHIPS).where(of(account).or(FRIEND.eq(account.toString()))).execute();
    }

    void removeDomain(DSLContext db, String domain) {
        db.deleteFrom(INVITES).where(LSERVER.eq(domain)).execute();
        db.deleteFrom(FRIENDSHIPS).where(LSERVER.eq(domain)).execute();
    }

    private static Condition of(Jid account) {
        return LSERVER.eq(account.domain()).and(LUSER.eq(account.local()));
    }

    private static Invitation invitation(Record row) {
        String inviter = row.get(LUSER);
        String domain = row.get(LSERVER);
        return new Invitation(
                row.get(ID),
                domain,
                inviter.isEmpty() ? Optional.empty() : Optional.of(Jid.of(inviter, domain)),
                Kind.valueOf(row.get(KIND)),
                row.get(USERNAME),
                row.get(BEFRIENDS),
                Instant.ofEpochMilli(row.get(EXPIRES_AT)),
                row.get(USES_LEFT));
    }
}
