package im.gatehouse.modules.muc;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;

/**
 * The ids that a room gives to messages (XEP-0359). A room knows its own again without having kept them: the last six
 * bytes are made of the others and of the room's salt. So a message can be retracted that has left the history, and
 * nobody has a room announce the retraction of something that was never said in it. Safe from any thread.
 */
final class StanzaIds {
    private static final int RANDOM_BYTES = 12;
    private static final int MARK_BYTES = 6;
    private static final int CHARACTERS = (RANDOM_BYTES + MARK_BYTES) * 4 / 3;
    private static final Base64.Encoder ENCODER = Base64.getUrlEncoder().withoutPadding();

    private final SecureRandom random = new SecureRandom();

    /** A new id. */
    String next(byte[] salt) {
        byte[] id = new byte[RANDOM_BYTES + MARK_BYTES];
        random.nextBytes(id);
        System.arraycopy(mark(salt, id), 0, id, RANDOM_BYTES, MARK_BYTES);
        return ENCODER.encodeToString(id);
    }

    /** Whether the room with that salt gave the id. */
    static boolean isOf(byte[] salt, String text) {
        if (text.length() != CHARACTERS) {
            return false;
        }
        try {
            byte[] id = Base64.getUrlDecoder().decode(text.getBytes(StandardCharsets.ISO_8859_1));
            byte[] claimed = Arrays.copyOfRange(id, RANDOM_BYTES, id.length);
            return MessageDigest.isEqual(claimed, Arrays.copyOf(mark(salt, id), MARK_BYTES));
        } catch (IllegalArgumentException _) {
            return false;
        }
    }

    private static byte[] mark(byte[] salt, byte[] id) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(salt);
            digest.update((byte) 0); // no address begins like this, so an occupant's id says nothing of a message's
            digest.update(id, 0, RANDOM_BYTES);
            return digest.digest();
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("Every JDK has SHA-256", e);
        }
    }
}
