package im.gatehouse.admin.operations;

import im.gatehouse.storage.Database;
import im.gatehouse.time.Time;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;

/**
 * Knows whether somebody has the password with which {@code admin@DOMAIN} administers a domain over HTTP. Of a password
 * only a derived key is kept (PBKDF2, RFC 8018, with HMAC-SHA-256).
 *
 * <p>All methods may block. Keys are derived one after another on a thread of its own, so that whoever guesses takes no
 * more than one core.
 */
public final class DomainPasswords implements AutoCloseable {
    private static final int SALT_BYTES = 16;
    private static final int KEY_BITS = 256;

    private final DomainPasswordStore store = new DomainPasswordStore();
    private final SecureRandom random = new SecureRandom();
    private final ExecutorService thread = Executors.newSingleThreadExecutor(
            Thread.ofPlatform().daemon().name("domain-passwords").factory());
    private final Database database;
    private final Time time;
    private final int iterations;

    /**
     * @param iterations of the derivation for new passwords, at least 4,096
     */
    public DomainPasswords(Database database, Time time, int iterations) {
        this.database = database;
        this.time = time;
        this.iterations = iterations;
    }

    /** Sets the password of a domain, in place of an earlier one. */
    public void set(String domain, String password) {
        byte[] salt = new byte[SALT_BYTES];
        random.nextBytes(salt);
        DomainPasswordStore.Key key = new DomainPasswordStore.Key(salt, iterations, derive(password, salt, iterations));
        long now = time.now().toEpochMilli();
        database.write(db -> store.put(db, domain, key, now));
    }

    /** Takes the password of a domain away; false when there was none. */
    public boolean delete(String domain) {
        return database.write(db -> store.delete(db, domain));
    }

    /** Whether that is the password of a domain. It takes the same time when the domain has none. */
    public boolean check(String domain, String password) {
        Optional<DomainPasswordStore.Key> key = database.read(db -> store.find(db, domain));
        byte[] salt = key.map(DomainPasswordStore.Key::salt).orElseGet(() -> new byte[SALT_BYTES]);
        byte[] derived = derive(
                password, salt, key.map(DomainPasswordStore.Key::iterations).orElse(iterations));
        return key.isPresent() && MessageDigest.isEqual(derived, key.get().key());
    }

    private byte[] derive(String password, byte[] salt, int rounds) {
        try {
            return CompletableFuture.supplyAsync(() -> pbkdf2(password, salt, rounds), thread)
                    .join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : e;
        }
    }

    private static byte[] pbkdf2(String password, byte[] salt, int rounds) {
        PBEKeySpec spec = new PBEKeySpec(password.toCharArray(), salt, rounds, KEY_BITS);
        try {
            return SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256")
                    .generateSecret(spec)
                    .getEncoded();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("This Java runtime has no PBKDF2", e);
        } finally {
            spec.clearPassword();
        }
    }

    /** Lets go of the thread; the database stays open. */
    @Override
    public void close() {
        thread.shutdown();
    }
}
