package im.gatehouse.stream;

import im.gatehouse.router.Router;
import im.gatehouse.session.Sessions;
import im.gatehouse.time.Time;
import im.gatehouse.xml.XmlReader;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Supplier;

/**
 * What all streams of a server share.
 *
 * @param features what is settled on a stream, in the order in which it is offered and asked; may change while the
 *     server runs
 * @param limitsBeforeSignIn what a stranger may send; may change while the server runs
 * @param limitsAfterSignIn what a user may send; may change while the server runs
 * @param resourceConflict what happens when a resource is in use; may change while the server runs
 * @param random makes ids that cannot be guessed
 * @param name the domain in whose name a client is answered that asks for none of ours
 */
public record StreamContext(
        Router router,
        Sessions sessions,
        Time time,
        Supplier<List<StreamFeature>> features,
        Supplier<XmlReader.Limits> limitsBeforeSignIn,
        Supplier<XmlReader.Limits> limitsAfterSignIn,
        Supplier<Sessions.Conflict> resourceConflict,
        SecureRandom random,
        String name) {
    /** A new stream's id: 128 random bits (RFC 6120 section 4.7.3). */
    String streamId() {
        byte[] bytes = new byte[16];
        random.nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }
}
