package im.gatehouse.stream.sasl;

import java.util.List;
import java.util.Optional;

/** Knows the tokens of one client. Its methods may block, and may throw when the tokens cannot be read. */
public interface TokenSource {
    /**
     * A token that may be proved.
     */
    interface Token {
        /** What the client has, too. */
        String secret();

        /**
         * Notes that the client has proved that it has the token.
         *
         * @return what the client is told instead of success: {@link SaslCondition#CREDENTIALS_EXPIRED} or another
         */
        Optional<SaslCondition> use();
    }

    /** The tokens that the client may have, by the prepared name of its user; few, and none for who does not exist. */
    List<Token> tokens(String user);
}
