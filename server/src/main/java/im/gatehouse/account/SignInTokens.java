package im.gatehouse.account;

import im.gatehouse.account.SignInToken.TokenClient;
import im.gatehouse.jid.Jid;
import im.gatehouse.storage.Database;
import im.gatehouse.time.Time;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Tokens by which a client signs in without its user's password (XEP-0484). Each belongs to one client of one account
 * and to one mechanism. A new password and the removal of the account revoke them.
 *
 * <p>The database holds no token: it holds a random nonce, and the token is made from that with the server's secret. So
 * nobody can sign in who has only the database.
 *
 * <p>All methods may block, are safe from any number of virtual threads and throw
 * {@link im.gatehouse.storage.StorageException} when the database fails.
 */
public final class SignInTokens {
    private static final int NONCE_BYTES = 32;

    /** How exact the time of the last use is: a sign-in costs no write when a shorter time has passed. */
    private static final Duration USE_EXACTNESS = Duration.ofHours(1);

    /** What came of {@link #use}. */
    public enum Use {
        DONE,
        EXPIRED,
        /** It was used before with the same count or a higher one, or has been revoked meanwhile. */
        REFUSED
    }

    /**
     * A token as its client gets it.
     *
     * @param secret what the client proves that it has
     */
    public record Issued(String secret, Instant expires) {
        @Override
        public String toString() {
            return "Issued[]";
        }
    }

    private final TokenStore store = new TokenStore();
    private final SecureRandom random = new SecureRandom();
    private final Database database;
    private final Accounts accounts;
    private final Time time;
    private final Supplier<TokenSettings> settings;
    private final byte[] secret;

    /**
     * @param settings may change while the server runs; tokens keep the end that they were given
     * @param secret from which tokens are made; the same after every start, at least 16 bytes
     */
    public SignInTokens(
            Database database, Accounts accounts, Time time, Supplier<TokenSettings> settings, byte[] secret) {
        this.database = database;
        this.accounts = accounts;
        this.time = time;
        this.settings = settings;
        this.secret = ScramHash.SHA_256.hmac(secret, "sign-in tokens".getBytes(StandardCharsets.US_ASCII));
        String owner = "tokens";
        accounts.onRemoval(owner, store::removeAll);
        accounts.onDomainRemoval(owner, store::removeDomain);
        accounts.onPasswordChange(owner, store::removeAll);
    }

    /** Forgets tokens that are good for nothing any more. */
    public void prune() {
        Instant now = time.now();
        database.write(db -> {
            store.removeExpired(db, now);
            return 0;
        });
    }

    /**
     * Gives a client a token. One that it has used stays good until it uses this one; one that it has been given and
     * has not used is revoked.
     *
     * @return empty when the account is gone
     */
    public Optional<Issued> issue(Jid account, TokenClient client, String mechanism) {
        TokenSettings now = settings.get();
        byte[] nonce = new byte[NONCE_BYTES];
        random.nextBytes(nonce);
        Instant issued = Instant.ofEpochMilli(time.now().toEpochMilli());
        SignInToken token = new SignInToken(
                account.bare(), client, true, mechanism, nonce, issued, issued.plus(now.lifetime()), issued, 0);
        boolean stored = database.write(db -> {
            if (!accounts.hold(db, token.account())) {
                return false;
            }
            store.put(db, token);
            for (String away : store.clientsBeyond(db, token.account(), now.mostClients())) {
                store.remove(db, token.account(), away);
            }
            return true;
        });
        return stored ? Optional.of(new Issued(secret(token), token.expires())) : Optional.empty();
    }

    /** A client's tokens for a mechanism, expired ones too: two at most, the one that was given last first. */
    public List<SignInToken> find(Jid account, String client, String mechanism) {
        return database.read(db -> store.find(db, account.bare(), client, mechanism));
    }

    /** What the client has of a token. */
    public String secret(SignInToken token) {
        String of = String.join(
                "\0",
                token.account().toString(),
                token.client().id(),
                token.mechanism(),
                HexFormat.of().formatHex(token.nonce()));
        byte[] made = ScramHash.SHA_256.hmac(secret, of.getBytes(StandardCharsets.UTF_8));
        return Base64.getUrlEncoder().withoutPadding().encodeToString(made);
    }

    /**
     * Notes that a client has proved that it has a token; those it was given before are revoked by that.
     *
     * @param count what the client counts: above all it has counted with this token; 0 when it does not count
     */
    public Use use(SignInToken token, long count) {
        Instant now = time.now();
        if (!token.expires().isAfter(now)) {
            return Use.EXPIRED;
        }
        boolean nothingToNote = count == 0 && !token.fresh() && token.used().plus(USE_EXACTNESS).isAfter(now);
        if (nothingToNote) {
            return Use.DONE;
        }
        return database.write(db -> store.use(db, token, count, now)) ? Use.DONE : Use.REFUSED;
    }

    /** Whether a client that has used this token should get another. */
    public boolean isDue(SignInToken token) {
        return !token.issued().plus(settings.get().rotation()).isAfter(time.now());
    }

    /** The tokens of an account that can still be used. */
    public List<SignInToken> list(Jid account) {
        Instant now = time.now();
        List<SignInToken> good = new ArrayList<>(database.read(db -> store.all(db, account.bare())));
        good.removeIf(token -> !token.expires().isAfter(now));
        return good;
    }

    /**
     * Revokes what a client has. Its session stays.
     *
     * @return how many tokens there were
     */
    public int revoke(Jid account, String client) {
        return database.write(db -> store.remove(db, account.bare(), client));
    }

    /**
     * Revokes what all clients of an account have. Their sessions stay.
     *
     * @return how many tokens there were
     */
    public int revokeAll(Jid account) {
        return database.write(db -> store.removeAll(db, account.bare()));
    }
}
