package im.gatehouse.stream.sasl;

import java.util.List;
import java.util.Optional;

/**
 * What makes a client's connection unmistakable, so that a sign-in on it is worth nothing on another (RFC 5056).
 * Whoever owns the TLS connection implements it.
 */
public interface ChannelBindings {
    /** RFC 9266, for TLS 1.3 and what else gives out exported keys. */
    String TLS_EXPORTER = "tls-exporter";

    /** RFC 5929 §4, the hash of the server's certificate. */
    String TLS_SERVER_END_POINT = "tls-server-end-point";

    /** Those of a connection without TLS. */
    ChannelBindings NONE = new ChannelBindings() {
        @Override
        public List<String> types() {
            return List.of();
        }

        @Override
        public Optional<byte[]> data(String type) {
            return Optional.empty();
        }
    };

    /** The types that this connection has, the strongest first; the list that XEP-0440 announces. */
    List<String> types();

    /** Whom the client has shown to be by a certificate that is believed (XEP-0178); nobody when it has shown none. */
    default Certified certified() {
        return Certified.NOBODY;
    }

    /** The bytes of one type; empty when the connection does not have it. The receiver must not change them. */
    Optional<byte[]> data(String type);
}
