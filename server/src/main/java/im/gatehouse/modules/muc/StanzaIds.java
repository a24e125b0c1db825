package im.gatehouse.modules.muc;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.OptionalLong;

/**
 * The ids that a room gives to messages (XEP-0359): a number, and a mark that is made of it and of the room's salt, so
 * that nobody foresees them. A room knows its own again without having kept them. So a message can be retracted that
 * has left the history, and nobody has a room announce the retraction of something that was never said in it.
 */
final class StanzaIds {
    private static final int MARK_BYTES = 10;
    private static final int CHARACTERS = (Long.BYTES + MARK_BYTES) * 4 / 3;
    private static final Base64.Encoder ENCODER = Base64.getUrlEncoder().withoutPadding();
    private static final Base64.Decoder DECODER = Base64.getUrlDecoder();

    private StanzaIds() {}

    /** The id that the room with that salt makes of a number. */
    static String text(byte[] salt, long number) {
        byte[] id = ByteBuffer.allocate(Long.BYTES + MARK_BYTES)
                .putLong(number)
                .put(mark(salt, number), 0, MARK_BYTES)
                .array();
        return ENCODER.encodeToString(id);
    }

    /** The number of which the room with that salt made the id; empty when it made it of none. */
    static OptionalLong number(byte[] salt, String text) {
        if (text.length() != CHARACTERS) {
            return OptionalLong.empty();
        }
        try {
            long number = ByteBuffer.wrap(DECODER.decode(text)).getLong();
            boolean own = text(salt, number).equals(text);
            return own ? OptionalLong.of(number) : OptionalLong.empty();
        } catch (IllegalArgumentException _) {
            return OptionalLong.empty();
        }
    }

    /** Whether the room with that salt gave the id. */
    static boolean isOf(byte[] salt, String text) {
        return number(salt, text).isPresent();
    }

    private static byte[] mark(byte[] salt, long number) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(salt);
            digest.update((byte) 0); // no address begins like this, so an occupant's id says nothing of a message's
            digest.update(ByteBuffer.allocate(Long.BYTES).putLong(number).flip());
            return digest.digest();
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("Every JDK has SHA-256", e);
        }
    }
}
