package im.gatehouse.app;

import im.gatehouse.stream.sasl.TokenMechanism;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The client's side of HT (draft-schmaus-kitten-sasl-ht) with a token of XEP-0484.
 *
 * @param channel what the mechanism binds to, empty for nothing
 */
record TokenClient(TokenMechanism mechanism, String user, String token, byte[] channel) {
    private static final Pattern TOKEN = Pattern.compile("<token [^>]*token='([^']*)'");

    /** The token within a success, empty for none. */
    static String in(String success) {
        Matcher matcher = TOKEN.matcher(success);
        return matcher.find() ? matcher.group(1) : "";
    }

    /**
     * Signs in; the answer is left to be read.
     *
     * @param fast the attributes of {@code <fast/>}
     * @param more what else {@code <authenticate/>} holds, the user agent for instance
     */
    String authenticate(String fast, String more) {
        ByteArrayOutputStream message = new ByteArrayOutputStream();
        message.writeBytes((user + '\0').getBytes(StandardCharsets.UTF_8));
        message.writeBytes(hash("Initiator"));
        return "<authenticate xmlns='urn:xmpp:sasl:2' mechanism='" + mechanism.registered() + "'><initial-response>"
                + Base64.getEncoder().encodeToString(message.toByteArray()) + "</initial-response>" + more
                + "<fast xmlns='urn:xmpp:fast:0'" + fast + "/></authenticate>";
    }

    /** What a server that knows the token says with its success, in base64. */
    String serversProof() {
        return Base64.getEncoder().encodeToString(hash("Responder"));
    }

    private byte[] hash(String who) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(token.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
            mac.update(who.getBytes(StandardCharsets.US_ASCII));
            return mac.doFinal(channel);
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }
}
