package im.gatehouse.session;

import java.net.InetSocketAddress;
import java.time.Instant;

/**
 * What is known of how a session came to be.
 *
 * @param address the client's own address: behind a proxy, the one that the trusted proxy told
 * @param transport {@code tcp}, {@code websocket} or {@code bosh}
 * @param secure whether the stream is encrypted
 * @param mechanism the SASL mechanism by which the user signed in
 * @param since when the session was registered
 */
public record SessionInfo(
        InetSocketAddress address, String transport, boolean secure, String mechanism, Instant since) {
    /** What a login tells of the session that it begins. */
    static SessionInfo of(Login login, boolean secure, Instant since) {
        return new SessionInfo(login.address(), login.transport(), secure, login.mechanism(), since);
    }

    /** Without the address: this may be logged. */
    @Override
    public String toString() {
        return transport + (secure ? " encrypted " : " plain ") + mechanism;
    }
}
