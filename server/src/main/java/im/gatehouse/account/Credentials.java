package im.gatehouse.account;

/** All verifiers of one account, made from one password with the same number of iterations. */
public record Credentials(ScramVerifier sha1, ScramVerifier sha256) {
    /** Refuses different numbers of iterations with an {@link IllegalArgumentException}. */
    public Credentials {
        if (sha1.iterations() != sha256.iterations()) {
            throw new IllegalArgumentException("The verifiers of an account have the same number of iterations");
        }
    }

    public ScramVerifier verifier(ScramHash hash) {
        return switch (hash) {
            case SHA_1 -> sha1;
            case SHA_256 -> sha256;
        };
    }

    public int iterations() {
        return sha256.iterations();
    }
}
