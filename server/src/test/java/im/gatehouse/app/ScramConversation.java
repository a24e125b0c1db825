package im.gatehouse.app;

import im.gatehouse.account.ScramHash;
import im.gatehouse.stream.sasl.MechanismName;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import javax.crypto.spec.SecretKeySpec;

/** The client's side of SCRAM, with and without channel binding (RFC 5802, RFC 7677). */
public final class ScramConversation {
    private static final String NONCE = "fyko+d2lbbFgONRv9qkxdawL";

    private final String password;
    private final String firstBare;
    private final String header;
    private final byte[] channel;
    private final Map<String, byte[]> derived;
    private final String hmac;
    private final String digest;
    private final int bits;

    /**
     * @param channel the channel's {@code tls-server-end-point}, empty without binding
     * @param derived keeps what was derived from the password, by salt: many conversations may share it
     */
    public ScramConversation(
            MechanismName mechanism, byte[] channel, String user, String password, Map<String, byte[]> derived) {
        ScramHash hash = mechanism.hash().orElseThrow();
        this.digest = hash.label();
        this.hmac = "Hmac" + digest.replace("-", "");
        this.bits = hash.size() * Byte.SIZE;
        this.header = mechanism.bindsChannel() ? "p=tls-server-end-point,," : "n,,";
        this.channel = channel.clone();
        this.password = password;
        this.firstBare = "n=" + user + ",r=" + NONCE;
        this.derived = derived;
    }

    public String first() {
        return header + firstBare;
    }

    public String last(String serverFirst) {
        String[] parts = serverFirst.split(",");
        int iterations = Integer.parseInt(parts[2].substring(2));
        byte[] salted = derived.computeIfAbsent(parts[1].substring(2), salt -> derive(salt, iterations));
        ByteArrayOutputStream binding = new ByteArrayOutputStream();
        binding.writeBytes(header.getBytes(StandardCharsets.UTF_8));
        binding.writeBytes(channel);
        String withoutProof = "c=" + Base64.getEncoder().encodeToString(binding.toByteArray()) + ',' + parts[0];
        try {
            byte[] clientKey = hmac(salted, "Client Key");
            byte[] storedKey = MessageDigest.getInstance(digest).digest(clientKey);
            byte[] signature = hmac(storedKey, firstBare + ',' + serverFirst + ',' + withoutProof);
            byte[] proof = new byte[clientKey.length];
            for (int i = 0; i < proof.length; i++) {
                proof[i] = (byte) (clientKey[i] ^ signature[i]);
            }
            return withoutProof + ",p=" + Base64.getEncoder().encodeToString(proof);
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    private byte[] derive(String salt, int iterations) {
        try {
            return SecretKeyFactory.getInstance("PBKDF2With" + hmac)
                    .generateSecret(new PBEKeySpec(
                            password.toCharArray(), Base64.getDecoder().decode(salt), iterations, bits))
                    .getEncoded();
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    private byte[] hmac(byte[] key, String text) throws GeneralSecurityException {
        Mac mac = Mac.getInstance(hmac);
        mac.init(new SecretKeySpec(key, hmac));
        return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
    }
}
