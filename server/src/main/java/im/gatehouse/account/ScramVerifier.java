package im.gatehouse.account;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;

/**
 * What is stored instead of a password (RFC 5802 section 3): enough to check that somebody knows it, not enough to
 * sign in elsewhere. The arrays are not copied: nobody changes them.
 *
 * @param iterations of the key derivation
 * @param storedKey H(ClientKey)
 * @param serverKey with which the server proves that it knows the account, too
 */
public record ScramVerifier(byte[] salt, int iterations, byte[] storedKey, byte[] serverKey) {
    private static final byte[] CLIENT_KEY = "Client Key".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] SERVER_KEY = "Server Key".getBytes(StandardCharsets.US_ASCII);

    /** Makes the verifier from the result of the key derivation. */
    static ScramVerifier of(ScramHash hash, byte[] saltedPassword, byte[] salt, int iterations) {
        byte[] clientKey = hash.hmac(saltedPassword, CLIENT_KEY);
        return new ScramVerifier(salt, iterations, hash.hash(clientKey), hash.hmac(saltedPassword, SERVER_KEY));
    }

    /** Whether this comes from the same salted password, in a time that does not depend on the answer. */
    boolean isOf(ScramHash hash, byte[] saltedPassword) {
        byte[] clientKey = hash.hmac(saltedPassword, CLIENT_KEY);
        return MessageDigest.isEqual(storedKey, hash.hash(clientKey));
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ScramVerifier that
                && iterations == that.iterations
                && Arrays.equals(salt, that.salt)
                && MessageDigest.isEqual(storedKey, that.storedKey)
                && MessageDigest.isEqual(serverKey, that.serverKey);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(salt);
    }

    /** Leaves out the secrets. */
    @Override
    public String toString() {
        return "ScramVerifier[iterations=" + iterations + "]";
    }
}
