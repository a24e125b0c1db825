package im.gatehouse.account;

import java.security.SecureRandom;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;

/**
 * Computes verifiers on a few threads of its own, as many as there are cores, while the caller's virtual thread waits:
 * each computation takes many milliseconds of a core, and on virtual threads two of them at once would stop everybody
 * else on a machine with two cores. The queue is as long as there are callers, each of whom waits for one thing.
 */
final class KeyDerivation implements AutoCloseable {
    private static final int SALT_BYTES = 16;

    private final SecureRandom random = new SecureRandom();
    private final int iterations;
    private final ExecutorService threads;

    KeyDerivation(int iterations) {
        this.iterations = iterations;
        this.threads = Executors.newFixedThreadPool(
                Runtime.getRuntime().availableProcessors(),
                Thread.ofPlatform().daemon().name("key-derivation-", 1).factory());
    }

    int iterations() {
        return iterations;
    }

    byte[] newSalt() {
        byte[] salt = new byte[SALT_BYTES];
        random.nextBytes(salt);
        return salt;
    }

    /** The verifiers of a prepared password, with a fresh salt for each. */
    Credentials derive(String password) {
        return compute(() -> new Credentials(
                verifier(ScramHash.SHA_1, password),
                verifier(ScramHash.SHA_256, password),
                Optional.of(verifier(ScramHash.SHA_512, password))));
    }

    private ScramVerifier verifier(ScramHash hash, String password) {
        byte[] salt = newSalt();
        return ScramVerifier.of(hash, hash.saltedPassword(password, salt, iterations), salt, iterations);
    }

    /** Whether a prepared password belongs to the verifier. */
    boolean matches(ScramHash hash, ScramVerifier verifier, String password) {
        byte[] salted = compute(() -> hash.saltedPassword(password, verifier.salt(), verifier.iterations()));
        return verifier.isOf(hash, salted);
    }

    private <T> T compute(Supplier<T> computation) {
        try {
            return CompletableFuture.supplyAsync(computation, threads).join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : e;
        }
    }

    @Override
    public void close() {
        threads.shutdown();
    }
}
