package im.gatehouse.config;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * {@code [listen]}: where clients and browsers connect.
 *
 * @param c2s the listeners for XMPP over TCP; one without {@code [[listen.c2s]]}, none with {@code c2s = []}
 */
public record ListenConfig(
        List<ClientListener> c2s, HttpListener http, WebSocketListener websocket, ComponentListener component) {
    /** How a connection becomes encrypted. */
    public enum Encryption {
        /** By STARTTLS, and nothing else works before it. */
        REQUIRED,
        /** By STARTTLS, if the client wants. */
        OPTIONAL,
        /** From the first byte (XEP-0368). */
        DIRECT,
        /** Never: for tests, or behind a proxy on the same machine that does TLS. */
        OFF
    }

    /** Whether a WebSocket must be encrypted. */
    public enum WebSocketEncryption {
        /** Unless the client is on this machine. */
        REQUIRED,
        /** It need not be. */
        OPTIONAL
    }

    /** Whether clients are asked for a certificate of their own (SASL EXTERNAL). */
    public enum ClientCertificate {
        NONE,
        OPTIONAL,
        REQUIRED
    }

    /**
     * One {@code [[listen.c2s]]}.
     *
     * @param address an IP address or host name of this machine
     * @param port 0 for any free one
     * @param proxyProtocol whether each connection begins with a PROXY header that tells the client's address
     * @param maxConnectionsPerAddress 0 for no limit
     * @param maxSignIn how long a client may take until it has a session, 1 second to 1 hour
     * @param backwardsCompatibleSession whether it is the session request of RFC 3921, and not the binding of a
     *     resource, that opens the session
     */
    public record ClientListener(
            String address,
            int port,
            Encryption tls,
            boolean proxyProtocol,
            int maxConnectionsPerAddress,
            Duration maxSignIn,
            boolean backwardsCompatibleSession,
            ClientCertificate clientCertificate) {
        static ClientListener read(Section section) {
            return new ClientListener(
                    section.nonEmpty("address", "127.0.0.1"),
                    section.integer("port", 5222, 0, 65535),
                    section.oneOf("tls", Encryption.REQUIRED),
                    section.bool("proxy_protocol", false),
                    section.integer("max_connections_per_address", 0, 0, Integer.MAX_VALUE),
                    Duration.ofSeconds(section.integer("max_sign_in_seconds", 30, 1, 3600)),
                    section.bool("backwards_compatible_session", false),
                    section.oneOf("client_certificate", ClientCertificate.NONE));
        }
    }

    /**
     * {@code [listen.http]}: WebSocket, BOSH, GraphQL, figures and the web page.
     *
     * @param tlsPort where the same is served over TLS, 0 for any free port; empty for nowhere
     * @param trustedProxies who may say in {@code X-Forwarded-For} and {@code X-Forwarded-Proto} for whom they ask
     */
    public record HttpListener(
            String address, int port, OptionalInt tlsPort, List<AddressRange> trustedProxies) {
        static HttpListener read(Section section) {
            return new HttpListener(
                    section.nonEmpty("address", "127.0.0.1"),
                    section.integer("port", 5280, 0, 65535),
                    section.optionalInteger("tls_port", 0, 65535),
                    section.list(
                            "trusted_proxies",
                            List.of(),
                            "an IP address or a range such as \"10.0.0.0/8\"",
                            text -> Optional.of(AddressRange.parse(text))));
        }
    }

    /**
     * {@code [listen.websocket]}: XMPP over WebSocket, at the HTTP listener.
     *
     * @param path where it is, such as {@code /ws}
     * @param publicUrl where it is as clients see it, told by host-meta; empty for what they asked
     * @param origins which pages may connect beside those of the served domains: {@code https://chat.example.com},
     *     {@code "*"} for all
     * @param encryption {@code REQUIRED}: without TLS, here or at a trusted proxy, nobody may sign in but from this
     *     machine; {@code OPTIONAL}: from anywhere
     * @param maxConnectionsPerAddress 0 for no limit
     * @param maxSignIn how long a client may take until it has a session, 1 second to 1 hour
     * @param beat how often a client is asked whether it is there still, 5 seconds to 1 hour
     * @param backwardsCompatibleSession as for {@link ClientListener}
     */
    public record WebSocketListener(
            boolean enabled,
            String path,
            Optional<String> publicUrl,
            List<String> origins,
            WebSocketEncryption encryption,
            int maxConnectionsPerAddress,
            Duration maxSignIn,
            Duration beat,
            boolean backwardsCompatibleSession) {
        private static final String PATH = "/[A-Za-z0-9._~/-]*[A-Za-z0-9._~-]";
        private static final String ORIGIN = "\\*|null|[A-Za-z][A-Za-z0-9+.-]*://[^\\s/]*";

        private static Optional<String> matching(String text, String pattern) {
            return text.matches(pattern) ? Optional.of(text) : Optional.empty();
        }

        static WebSocketListener read(Section section) {
            return new WebSocketListener(
                    section.bool("enabled", true),
                    section.parsed("path", "a path such as \"/ws\"", text -> matching(text, PATH)).orElse("/ws"),
                    section.parsed(
                            "public_url",
                            "a URL such as \"wss://chat.example.org/ws\"",
                            text -> matching(text, "wss?://\\S+")),
                    section.list(
                            "origins",
                            List.of(),
                            "an origin such as \"https://chat.example.org\", without a path, or \"*\"",
                            text -> matching(text, ORIGIN)),
                    section.oneOf("tls", WebSocketEncryption.REQUIRED),
                    section.integer("max_connections_per_address", 0, 0, Integer.MAX_VALUE),
                    Duration.ofSeconds(section.integer("max_sign_in_seconds", 30, 1, 3600)),
                    Duration.ofSeconds(section.integer("ping_seconds", 50, 5, 3600)),
                    section.bool("backwards_compatible_session", false));
        }
    }

    /**
     * {@code [listen.component]}: where external components connect (XEP-0114), if there are any.
     *
     * @param address an IP address or host name of this machine; what is said is not encrypted
     * @param port 0 for any free one
     */
    public record ComponentListener(String address, int port) {
        static ComponentListener read(Section section) {
            return new ComponentListener(
                    section.nonEmpty("address", "127.0.0.1"), section.integer("port", 5347, 0, 65535));
        }
    }

    static ListenConfig read(Section section) {
        List<ClientListener> c2s = section.sections("c2s").stream().map(ClientListener::read).toList();
        boolean usual = !section.has("c2s");
        return new ListenConfig(
                usual ? List.of(ClientListener.read(section.section("c2s"))) : c2s,
                HttpListener.read(section.section("http")),
                WebSocketListener.read(section.section("websocket")),
                ComponentListener.read(section.section("component")));
    }
}
