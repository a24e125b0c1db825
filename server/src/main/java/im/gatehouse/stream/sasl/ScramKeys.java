package im.gatehouse.stream.sasl;

import im.gatehouse.account.ScramHash;
import im.gatehouse.account.ScramVerifier;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The arithmetic of SCRAM (RFC 5802 §3).
 *
 * @param digest the JCA name of the hash
 * @param hmac the JCA name of its HMAC
 * @param length the bytes of its values
 */
record ScramKeys(String digest, String hmac, int length) {
    static ScramKeys of(ScramHash hash) {
        return switch (hash) {
            case SHA_1 -> new ScramKeys("SHA-1", "HmacSHA1", 20);
            case SHA_512 -> new ScramKeys("SHA-512", "HmacSHA512", 64);
            case SHA_256 -> new ScramKeys("SHA-256", "HmacSHA256", 32);
        };
    }

    /** Whether a proof fits the verifier, in constant time. A proof of the wrong length never does. */
    boolean proves(byte[] proof, ScramVerifier verifier, String authMessage) {
        if (proof.length != length) {
            return false;
        }
        byte[] clientKey = sign(verifier.storedKey(), authMessage);
        for (int i = 0; i < length; i++) {
            clientKey[i] ^= proof[i];
        }
        return MessageDigest.isEqual(hash(clientKey), verifier.storedKey());
    }

    /** The HMAC of a message. */
    byte[] sign(byte[] key, String message) {
        try {
            Mac mac = Mac.getInstance(hmac);
            mac.init(new SecretKeySpec(key, hmac));
            return mac.doFinal(message.getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("This Java has no " + hmac, e);
        }
    }

    private byte[] hash(byte[] bytes) {
        try {
            return MessageDigest.getInstance(digest).digest(bytes);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("This Java has no " + digest, e);
        }
    }
}
