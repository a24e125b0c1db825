package im.gatehouse.modules.visitors;

import im.gatehouse.jid.Jid;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The key of one month: who has it can tell whether a user was counted in that month, and who has not learns nothing
 * from the digests. Does not change; safe from any thread.
 */
final class MonthKey {
    static final int BYTES = 32;

    private static final String ALGORITHM = "HmacSHA256";

    /** With a million users the chance that two of them have the same digest is one in 10²⁶. */
    private static final int DIGEST_BYTES = 16;

    /** No address begins with a NUL, so this is nobody's digest. */
    private static final String FINGERPRINT_OF = "\0fingerprint";

    private final String month;
    private final SecretKeySpec secret;

    MonthKey(String month, byte[] secret) {
        this.month = month;
        this.secret = new SecretKeySpec(secret, ALGORITHM);
    }

    /** For instance {@code 2018-05}. */
    String month() {
        return month;
    }

    /** What stands for a user among those who were counted. */
    String digest(Jid account) {
        return mac(account.bare().toString());
    }

    /** By which the key is told from others. */
    String fingerprint() {
        return mac(FINGERPRINT_OF);
    }

    private String mac(String text) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(secret);
            byte[] whole = mac.doFinal((month + '\0' + text).getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(Arrays.copyOf(whole, DIGEST_BYTES));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Every Java has HMAC-SHA256", e);
        }
    }
}
