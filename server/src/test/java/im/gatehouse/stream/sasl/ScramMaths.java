package im.gatehouse.stream.sasl;

import im.gatehouse.account.ScramHash;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import javax.crypto.Mac;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import javax.crypto.spec.SecretKeySpec;

/** The client's half of SCRAM's arithmetic, written apart from the server's so that both check each other. */
record ScramMaths(String hash, String mac, String derivation, int bits) {
    static ScramMaths of(ScramHash hash) {
        return switch (hash) {
            case SHA_1 -> new ScramMaths("SHA-1", "HmacSHA1", "PBKDF2WithHmacSHA1", 160);
            case SHA_256 -> new ScramMaths("SHA-256", "HmacSHA256", "PBKDF2WithHmacSHA256", 256);
            case SHA_512 -> new ScramMaths("SHA-512", "HmacSHA512", "PBKDF2WithHmacSHA512", 512);
        };
    }

    byte[] derive(String password, byte[] salt, int iterations) {
        try {
            PBEKeySpec key = new PBEKeySpec(password.toCharArray(), salt, iterations, bits);
            return SecretKeyFactory.getInstance(derivation).generateSecret(key).getEncoded();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    byte[] hmac(byte[] key, String text) {
        try {
            Mac instance = Mac.getInstance(mac);
            instance.init(new SecretKeySpec(key, mac));
            return instance.doFinal(text.getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    byte[] storedKey(byte[] salted) {
        try {
            return MessageDigest.getInstance(hash).digest(hmac(salted, "Client Key"));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    byte[] proof(byte[] salted, String authMessage) {
        byte[] proof = hmac(salted, "Client Key");
        byte[] signature = hmac(storedKey(salted), authMessage);
        for (int i = 0; i < proof.length; i++) {
            proof[i] ^= signature[i];
        }
        return proof;
    }
}
