package im.gatehouse.stream;

import java.time.Duration;

/**
 * What holds for all who come in at one listener.
 *
 * @param encryptionRequired whether nobody may sign in without TLS
 * @param signIn how long a client may take until a session stands
 * @param sessionByRequest whether it is the session request (RFC 3921 section 3), and not the binding of a resource,
 *     that opens the session
 */
public record Entrance(boolean encryptionRequired, Duration signIn, boolean sessionByRequest) {}
