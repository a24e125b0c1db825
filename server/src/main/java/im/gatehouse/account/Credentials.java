package im.gatehouse.account;

import java.util.Optional;

/**
 * All verifiers of one account, made from one password with the same number of iterations.
 *
 * @param sha512 accounts that were imported, or are older than this verifier, lack it
 */
public record Credentials(ScramVerifier sha1, ScramVerifier sha256, Optional<ScramVerifier> sha512) {
    /** Refuses different numbers of iterations with an {@link IllegalArgumentException}. */
    public Credentials {
        int iterations = sha256.iterations();
        if (sha1.iterations() != iterations
                || sha512.filter(verifier -> verifier.iterations() != iterations).isPresent()) {
            throw new IllegalArgumentException("The verifiers of an account have the same number of iterations");
        }
    }

    public Credentials(ScramVerifier sha1, ScramVerifier sha256) {
        this(sha1, sha256, Optional.empty());
    }

    /** The verifier for a hash, if the account has it. */
    public Optional<ScramVerifier> verifier(ScramHash hash) {
        return switch (hash) {
            case SHA_1 -> Optional.of(sha1);
            case SHA_256 -> Optional.of(sha256);
            case SHA_512 -> sha512;
        };
    }

    public int iterations() {
        return sha256.iterations();
    }
}
