package im.gatehouse.account;

import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.max;
import static org.jooq.impl.DSL.name;
import static org.jooq.impl.DSL.noCondition;
import static org.jooq.impl.DSL.table;
import static org.jooq.impl.DSL.val;

import im.gatehouse.account.SignInToken.TokenClient;
import im.gatehouse.jid.Jid;
import java.time.Instant;
import java.util.List;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.Record;
import org.jooq.Table;
import org.jooq.impl.SQLDataType;

/** The table of tokens: for each client the one that it uses, and the one that it has been given and not yet used. */
final class TokenStore {
    private static final Table<Record> TOKENS = table(name("sign_in_tokens"));
    private static final Field<String> LUSER = field(name("luser"), SQLDataType.VARCHAR);
    private static final Field<String> LSERVER = field(name("lserver"), SQLDataType.VARCHAR);
    private static final Field<String> CLIENT = field(name("client"), SQLDataType.VARCHAR);
    private static final Field<Integer> SLOT = field(name("slot"), SQLDataType.INTEGER);
    private static final Field<String> MECHANISM = field(name("mechanism"), SQLDataType.VARCHAR);
    private static final Field<byte[]> NONCE = field(name("nonce"), SQLDataType.BLOB);
    private static final Field<Long> ISSUED_AT = field(name("issued_at"), SQLDataType.BIGINT);
    private static final Field<Long> EXPIRES_AT = field(name("expires_at"), SQLDataType.BIGINT);
    private static final Field<Long> USED_AT = field(name("used_at"), SQLDataType.BIGINT);
    private static final Field<Long> USED_COUNT = field(name("used_count"), SQLDataType.BIGINT);
    private static final Field<String> SOFTWARE = field(name("software"), SQLDataType.CLOB);
    private static final Field<String> DEVICE = field(name("device"), SQLDataType.CLOB);

    private static final List<Field<?>> COLUMNS = List.of(
            CLIENT, SLOT, MECHANISM, NONCE, ISSUED_AT, EXPIRES_AT, USED_AT, USED_COUNT, SOFTWARE, DEVICE);

    private static final int CURRENT = 0;
    private static final int FRESH = 1;

    private static Condition is(Jid account) {
        return LSERVER.eq(account.domain()).and(LUSER.eq(account.local()));
    }

    private static Condition isOf(SignInToken token) {
        return is(token.account()).and(CLIENT.eq(token.client().id()));
    }

    /** A client's tokens for a mechanism, the fresh one first. */
    List<SignInToken> find(DSLContext db, Jid account, String client, String mechanism) {
        return db.select(COLUMNS)
                .from(TOKENS)
                .where(is(account).and(CLIENT.eq(client)).and(MECHANISM.eq(mechanism)))
                .orderBy(SLOT.desc())
                .fetch(row -> token(account, row));
    }

    /** All tokens of an account, those of the same client together. */
    List<SignInToken> all(DSLContext db, Jid account) {
        return db.select(COLUMNS)
                .from(TOKENS)
                .where(is(account))
                .orderBy(CLIENT, SLOT)
                .fetch(row -> token(account, row));
    }

    private static SignInToken token(Jid account, Record row) {
        return new SignInToken(
                account,
                new TokenClient(row.get(CLIENT), row.get(SOFTWARE), row.get(DEVICE)),
                row.get(SLOT) == FRESH,
                row.get(MECHANISM),
                row.get(NONCE),
                Instant.ofEpochMilli(row.get(ISSUED_AT)),
                Instant.ofEpochMilli(row.get(EXPIRES_AT)),
                Instant.ofEpochMilli(row.get(USED_AT)),
                row.get(USED_COUNT));
    }

    /** Puts a fresh token in the place of the client's fresh one, if it has one. */
    void put(DSLContext db, SignInToken token) {
        Jid account = token.account();
        TokenClient client = token.client();
        db.deleteFrom(TOKENS)
                .where(is(account).and(CLIENT.eq(client.id())).and(SLOT.eq(FRESH)))
                .execute();
        db.insertInto(TOKENS)
                .set(LUSER, account.local())
                .set(LSERVER, account.domain())
                .set(CLIENT, client.id())
                .set(SLOT, FRESH)
                .set(MECHANISM, token.mechanism())
                .set(NONCE, token.nonce())
                .set(ISSUED_AT, token.issued().toEpochMilli())
                .set(EXPIRES_AT, token.expires().toEpochMilli())
                .set(USED_AT, token.used().toEpochMilli())
                .set(USED_COUNT, token.count())
                .set(SOFTWARE, client.software())
                .set(DEVICE, client.device())
                .execute();
    }

    /**
     * Notes that a token was used. A fresh one takes the place of the one before it.
     *
     * @param count what the client counts, above what it counted before; 0 for a client that does not count
     * @return false when the token is gone, or was used with that count or a higher one
     */
    boolean use(DSLContext db, SignInToken token, long count, Instant now) {
        if (token.fresh()) {
            db.deleteFrom(TOKENS) // but not the token itself, which another use at the same time may have put there
                    .where(isOf(token).and(SLOT.eq(CURRENT)).and(NONCE.ne(token.nonce())))
                    .execute();
        }
        return db.update(TOKENS)
                        .set(SLOT, CURRENT)
                        .set(USED_AT, now.toEpochMilli())
                        .set(USED_COUNT, count == 0 ? USED_COUNT : val(count))
                        .where(isOf(token)
                                .and(NONCE.eq(token.nonce()))
                                .and(count == 0 ? noCondition() : USED_COUNT.lt(count)))
                        .execute()
                > 0;
    }

    /** The clients of an account that have been away longest, but for those that were here last. */
    List<String> clientsBeyond(DSLContext db, Jid account, int most) {
        return db.select(CLIENT)
                .from(TOKENS)
                .where(is(account))
                .groupBy(CLIENT)
                .orderBy(max(USED_AT).desc(), CLIENT)
                .offset(most)
                .limit(Integer.MAX_VALUE)
                .fetch(CLIENT);
    }

    int remove(DSLContext db, Jid account, String client) {
        return db.deleteFrom(TOKENS).where(is(account).and(CLIENT.eq(client))).execute();
    }

    int removeAll(DSLContext db, Jid account) {
        return db.deleteFrom(TOKENS).where(is(account)).execute();
    }

    void removeDomain(DSLContext db, String domain) {
        db.deleteFrom(TOKENS).where(LSERVER.eq(domain)).execute();
    }

    void removeExpired(DSLContext db, Instant now) {
        db.deleteFrom(TOKENS).where(EXPIRES_AT.le(now.toEpochMilli())).execute();
    }
}
