package im.gatehouse.account;

import im.gatehouse.jid.Jid;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What is stored of a token: not the secret itself, which takes the server's own secret as well to be made.
 *
 * @param client which of the account's clients has it
 * @param fresh whether the client has not yet used it, so that its token before this one is still good
 * @param mechanism the one mechanism that it can be used with
 * @param nonce random; with the server's secret it makes the token. Not to be changed
 * @param used when it was last used, to the hour; when it was issued, before that
 * @param count how often the client says it had used it; tells a replay
 */
public record SignInToken(
        Jid account,
        TokenClient client,
        boolean fresh,
        String mechanism,
        byte[] nonce,
        Instant issued,
        Instant expires,
        Instant used,
        long count) {

    /**
     * A client that can have tokens.
     *
     * @param id as the client made it up, 1 to 64 characters
     * @param software its name for people, or null
     * @param device what it runs on, for people, or null
     */
    public record TokenClient(String id, @Nullable String software, @Nullable String device) {
        @Override
        public String toString() {
            return "TokenClient[]";
        }
    }

    @Override
    public String toString() {
        return "SignInToken[" + mechanism + "]";
    }
}
