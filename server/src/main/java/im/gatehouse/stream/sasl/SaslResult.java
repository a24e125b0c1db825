package im.gatehouse.stream.sasl;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What a mechanism answers to the client's last message. No text of it holds a secret. */
public sealed interface SaslResult {
    /**
     * The client has to say more.
     *
     * @param data what it is told, empty when there is nothing to tell; the receiver must not change it
     */
    record Challenge(byte[] data) implements SaslResult {
        @Override
        public String toString() {
            return "Challenge[" + data.length + " bytes]";
        }
    }

    /**
     * The client is who it says.
     *
     * @param authenticatedUser the account's local part, prepared (RFC 7622 §3.3)
     * @param authorizationId the address that the client asked to act as, which is the account's own bare one; null
     *     when it asked for none
     * @param additionalData what the client still needs to trust the server, empty for nothing; the receiver must not
     *     change it
     */
    record Success(String authenticatedUser, @Nullable String authorizationId, byte[] additionalData)
            implements SaslResult {
        @Override
        public String toString() {
            return "Success[" + authenticatedUser + "]";
        }
    }

    /**
     * The client may not enter. The exchange is over.
     *
     * @param condition the reason for programs
     * @param text the reason for people, in English; null when there is no more to say
     */
    record Failure(SaslCondition condition, @Nullable String text) implements SaslResult {
        public Failure {
            Objects.requireNonNull(condition);
        }

        public Failure(SaslCondition condition) {
            this(condition, null);
        }
    }
}
