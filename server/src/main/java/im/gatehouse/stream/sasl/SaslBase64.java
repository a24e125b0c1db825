package im.gatehouse.stream.sasl;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;

/** Base64 as sign-in has it: one text for one value, with padding and without anything foreign (RFC 4648 §3, §4). */
public final class SaslBase64 {
    private SaslBase64() {}

    /**
     * Reads the content of an {@code <auth/>} or {@code <response/>} (RFC 6120 §6.4). A lone {@code =} is an empty
     * message.
     *
     * @return the message; empty when the text is no base64, which is to be told as
     *     {@link SaslCondition#INCORRECT_ENCODING}
     */
    public static Optional<byte[]> message(String text) {
        return text.equals("=") ? Optional.of(new byte[0]) : decode(text);
    }

    /** Writes a challenge or what comes with a success (RFC 6120 §6.4). An empty one becomes {@code =}. */
    public static String text(byte[] message) {
        return message.length == 0 ? "=" : encode(message);
    }

    static String encode(byte[] bytes) {
        return Base64.getEncoder().encodeToString(bytes);
    }

    static Optional<byte[]> decode(String text) {
        if (text.length() % 4 != 0) {
            return Optional.empty();
        }
        try {
            byte[] bytes = Base64.getDecoder().decode(text.getBytes(StandardCharsets.UTF_8));
            // The JDK overlooks bits after the last byte; two texts of one value would let a proof be altered unseen.
            return encode(bytes).equals(text) ? Optional.of(bytes) : Optional.empty();
        } catch (IllegalArgumentException _) {
            return Optional.empty();
        }
    }
}
