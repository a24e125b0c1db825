package im.gatehouse.stream.sasl;

import im.gatehouse.account.ScramHash;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** A client that signs in by SCRAM, whose every message a test may spoil. */
final class ScramClient {
    private final ScramMaths maths;
    private final String header;
    private final byte[] channel;
    private final String firstBare;
    private final String password;
    private String serverSignature = "";

    ScramClient(ScramHash hash, String header, byte[] channel, String user, String password) {
        this.maths = ScramMaths.of(hash);
        this.header = header;
        this.channel = channel;
        this.firstBare = "n=" + user + ",r=cGxhaW5seQ";
        this.password = password;
    }

    static ScramClient plainly(String user, String password) {
        return new ScramClient(ScramHash.SHA_256, "n,,", new byte[0], user, password);
    }

    byte[] first() {
        return bytes(header + firstBare);
    }

    byte[] last(SaslResult challenge) {
        return last(challenge, "");
    }

    /** The last message, with extensions such as {@code ,x=y} before the proof. */
    byte[] last(SaslResult challenge, String extensions) {
        String serverFirst = text(((SaslResult.Challenge) challenge).data());
        String[] parts = serverFirst.split(",");
        byte[] salt = Base64.getDecoder().decode(parts[1].substring(2));
        byte[] salted = maths.derive(password, salt, Integer.parseInt(parts[2].substring(2)));
        String withoutProof = "c=" + base64(concat(bytes(header), channel)) + "," + parts[0] + extensions;
        String authMessage = firstBare + "," + serverFirst + "," + withoutProof;
        serverSignature = "v=" + base64(maths.hmac(maths.hmac(salted, "Server Key"), authMessage));
        return bytes(withoutProof + ",p=" + base64(maths.proof(salted, authMessage)));
    }

    /** What a server that knows the account says at the end. */
    String serverSignature() {
        return serverSignature;
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private static String base64(byte[] bytes) {
        return Base64.getEncoder().encodeToString(bytes);
    }

    private static byte[] concat(byte[] a, byte[] b) {
        byte[] both = new byte[a.length + b.length];
        System.arraycopy(a, 0, both, 0, a.length);
        System.arraycopy(b, 0, both, a.length, b.length);
        return both;
    }
}
