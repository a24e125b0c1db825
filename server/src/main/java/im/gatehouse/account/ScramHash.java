package im.gatehouse.account;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import javax.crypto.Mac;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import javax.crypto.spec.SecretKeySpec;

/** The hash functions of the SCRAM mechanisms (RFC 5802, RFC 7677), and what is computed with them. */
public enum ScramHash {
    SHA_1("SHA-1", "SHA1", 20),
    SHA_256("SHA-256", "SHA256", 32),
    SHA_512("SHA-512", "SHA512", 64);

    private final String digest;
    private final String shortName;
    private final int size;

    ScramHash(String digest, String shortName, int size) {
        this.digest = digest;
        this.shortName = shortName;
        this.size = size;
    }

    /** The name in mechanisms, for instance {@code SHA-256} in {@code SCRAM-SHA-256}. */
    public String label() {
        return digest;
    }

    /** The size of its values, in bytes. */
    public int size() {
        return size;
    }

    /** H(data) of RFC 5802. */
    public byte[] hash(byte[] data) {
        try {
            return MessageDigest.getInstance(digest).digest(data);
        } catch (GeneralSecurityException e) {
            throw missing(e);
        }
    }

    /**
     * HMAC(key, data) of RFC 5802.
     *
     * @param key not empty
     */
    public byte[] hmac(byte[] key, byte[] data) {
        try {
            Mac mac = Mac.getInstance("Hmac" + shortName);
            mac.init(new SecretKeySpec(key, mac.getAlgorithm()));
            return mac.doFinal(data);
        } catch (GeneralSecurityException e) {
            throw missing(e);
        }
    }

    /**
     * Hi(password, salt, iterations) of RFC 5802, which takes some 100 ms for 100,000 iterations: never on an event
     * loop or a virtual thread, see {@link KeyDerivation}.
     *
     * @param password as {@link Passwords#prepare} returns it
     * @param salt not empty
     */
    byte[] saltedPassword(String password, byte[] salt, int iterations) {
        PBEKeySpec spec = new PBEKeySpec(password.toCharArray(), salt, iterations, size * Byte.SIZE);
        try {
            return SecretKeyFactory.getInstance("PBKDF2WithHmac" + shortName)
                    .generateSecret(spec)
                    .getEncoded();
        } catch (GeneralSecurityException e) {
            throw missing(e);
        } finally {
            spec.clearPassword();
        }
    }

    private IllegalStateException missing(GeneralSecurityException e) {
        return new IllegalStateException("This Java runtime has no " + digest, e);
    }
}
