package im.gatehouse.stream;

import java.time.Duration;

/**
 * What holds for all who come in at one listener.
 *
 * @param encryptionRequired whether nobody may sign in without TLS
 * @param signIn how long a client may take until a session stands
 */
public record Entrance(boolean encryptionRequired, Duration signIn) {}
