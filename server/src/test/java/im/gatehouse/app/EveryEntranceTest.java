package im.gatehouse.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import im.gatehouse.config.ListenConfig.Encryption;
import im.gatehouse.stream.sasl.MechanismName;
import im.gatehouse.time.SystemTime;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A blocked user gets in at no listener, by no mechanism: every kind of listener that can be configured times every
 * mechanism that there is times every way to put it into XML. A new mechanism does not compile until
 * {@link RawClient#authenticate} knows it, a new kind of listener not until {@link #knock} does; a new kind of transport
 * is told by {@link EntrancesTest}. Tokens, certificates and guests have tests of their own: {@link FastTest},
 * {@link ExternalTest}, {@link AnonymousTest}.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class EveryEntranceTest {
    /** A way to reach the server: XMPP over TCP, or over WebSocket. */
    record Door(Encryption tls, boolean proxy, boolean web) {
        static final List<Door> TCP = Arrays.stream(Encryption.values())
                .flatMap(tls -> Stream.of(new Door(tls, false, false), new Door(tls, true, false)))
                .toList();

        /** Clear, clear from a proxy that encrypts, and encrypted. */
        static final List<Door> WEB = List.of(
                new Door(Encryption.OFF, false, true),
                new Door(Encryption.OFF, true, true),
                new Door(Encryption.DIRECT, false, true));

        static final List<Door> ALL = Stream.concat(TCP.stream(), WEB.stream()).toList();

        boolean encrypts() {
            return tls != Encryption.OFF || web && proxy;
        }

        boolean binds() {
            return tls != Encryption.OFF;
        }

        @Override
        public String toString() {
            return (web ? "web, " : "") + "tls " + tls + (proxy ? " behind a proxy" : "");
        }
    }

    /** How the sign-in and what follows are put into XML. */
    enum Way {
        /** RFC 6120. */
        SASL,
        /** XEP-0388, and binding as in RFC 6120. */
        SASL2,
        /** XEP-0388 and XEP-0386. */
        SASL2_BIND2;

        /** A sign-in does not see a proxy, and binding does not see the mechanism. */
        boolean isWorthIt(Door door, MechanismName mechanism) {
            return switch (this) {
                case SASL -> true;
                case SASL2 -> !door.proxy && mechanism == MechanismName.SCRAM_SHA_256;
                case SASL2_BIND2 -> !door.proxy;
            };
        }

        RawClient.Profile profile() {
            return this == SASL ? RawClient.Profile.SASL : RawClient.Profile.SASL2;
        }

        String more() {
            return this == SASL2_BIND2 ? "<bind xmlns='urn:xmpp:bind:0'><tag>here</tag></bind>" : "";
        }
    }

    /** Where a blocked user is turned away. */
    enum Turned {
        AT_SIGN_IN("auth", false),
        AT_BIND("session", false),
        AT_SESSION_REQUEST("session", true);

        private final String denyAt;
        private final boolean sessionByRequest;

        Turned(String denyAt, boolean sessionByRequest) {
            this.denyAt = denyAt;
            this.sessionByRequest = sessionByRequest;
        }
    }

    private static final String PROXY_HEADER = "PROXY TCP4 192.0.2.7 127.0.0.1 40000 5222\r\n";
    private static final String LOCKED_OUT = "<error type='cancel' code='405'>"
            + "<not-allowed xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></iq>";

    private final Map<Turned, RunningServer> servers = new EnumMap<>(Turned.class);
    private final Map<Turned, Administrator> administrators = new EnumMap<>(Turned.class);

    @BeforeAll
    void start(@TempDir Path folder) throws IOException {
        for (Turned turned : Turned.values()) {
            Path own = Files.createDirectory(folder.resolve(turned.name()));
            RunningServer server = RunningServer.withConfig(own, config(turned), new SystemTime());
            servers.put(turned, server);
            administrators.put(turned, new Administrator(server));
        }
    }

    @AfterAll
    void stop() {
        administrators.values().forEach(Administrator::close);
        servers.values().forEach(RunningServer::close);
    }

    private static String config(Turned turned) {
        String listeners = Door.TCP.stream()
                .map(door -> """
                        [[listen.c2s]]
                        port = 0
                        tls = "%s"
                        proxy_protocol = %s
                        max_sign_in_seconds = 3600
                        backwards_compatible_session = %s
                        """.formatted(
                                door.tls.name().toLowerCase(Locale.ROOT), door.proxy, turned.sessionByRequest))
                .collect(Collectors.joining());
        String mechanisms = Arrays.stream(MechanismName.values())
                .filter(name -> name != MechanismName.ANONYMOUS) // for hosts without accounts
                .map(name -> '"' + name.registered() + '"')
                .collect(Collectors.joining(", "));
        return listeners + """
                [listen.http]
                port = 0
                tls_port = 0
                trusted_proxies = ["127.0.0.1"]
                [listen.websocket]
                max_sign_in_seconds = 3600
                backwards_compatible_session = %s
                [auth]
                scram_iterations = 4096
                sasl2_without_tls = true
                mechanisms = [%s]
                [modules.mod_blocklist]
                deny_at = "%s"
                """.formatted(turned.sessionByRequest, mechanisms, turned.denyAt);
    }

    static Stream<Arguments> everyWayIn() {
        return Arrays.stream(Turned.values())
                .flatMap(turned -> Door.ALL.stream()
                        .flatMap(door -> Arrays.stream(MechanismName.values())
                                .filter(mechanism -> fits(mechanism, door))
                                .flatMap(mechanism -> Arrays.stream(Way.values())
                                        .filter(way -> way.isWorthIt(door, mechanism))
                                        .map(way -> Arguments.of(turned, door, mechanism, way)))));
    }

    private static boolean fits(MechanismName mechanism, Door door) {
        return switch (mechanism) {
            case EXTERNAL -> false; // nobody shows a certificate here: ExternalTest knocks
            case ANONYMOUS -> false; // not where there are accounts: AnonymousTest knocks
            case PLAIN -> door.encrypts();
            default -> !mechanism.bindsChannel() || door.binds();
        };
    }

    @ParameterizedTest
    @MethodSource("everyWayIn")
    void aBlockedUserIsTurnedAwayAndCountedOnce(Turned turned, Door door, MechanismName mechanism, Way way)
            throws Exception {
        RunningServer server = servers.get(turned);
        String user = "u" + Door.ALL.indexOf(door) + mechanism.ordinal() + way.ordinal();
        server.account(user + "@localhost");
        Administrator administrator = administrators.get(turned);
        administrator.change("blocklist { addUser(user: \"%s@localhost\", reason: \"Spam\") }".formatted(user));
        long before = denied(administrator);

        try (RawClient client = knock(server, door)) {
            String answer = client.authenticate(way.profile(), mechanism, user, "wrong", way.more())
                    .readElement();
            assertTrue(answer.startsWith("<failure ") && answer.contains("<not-authorized"), answer);
        }
        assertEquals(before, denied(administrator), "a wrong password tells nothing of the list and is not counted");

        try (RawClient client = knock(server, door)) {
            turnedAway(turned, door, client, mechanism, user, way);
        }
        assertEquals(before + 1, denied(administrator));

        administrator.change("blocklist { removeUser(user: \"%s@localhost\") }".formatted(user));
        try (RawClient client = knock(server, door)) {
            comesIn(turned, client, mechanism, user, way);
        }
        assertEquals(before + 1, denied(administrator));
    }

    private static String end(Door door) {
        return door.web ? "<close xmlns='urn:ietf:params:xml:ns:xmpp-framing'/>" : "</stream:stream>";
    }

    private static void turnedAway(
            Turned turned, Door door, RawClient client, MechanismName mechanism, String user, Way way)
            throws IOException {
        String answer = client.authenticate(way.profile(), mechanism, user, "secret", way.more())
                .readElement();
        if (turned == Turned.AT_SIGN_IN) {
            assertEquals(
                    way == Way.SASL
                            ? "<failure xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><account-disabled/>"
                                    + "<text xml:lang='en'>Spam</text></failure>"
                            : "<failure xmlns='urn:xmpp:sasl:2'>"
                                    + "<account-disabled xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>"
                                    + "<text xml:lang='en'>Spam</text></failure>",
                    answer);
            return;
        }
        assertTrue(answer.startsWith("<success "), answer);
        if (way == Way.SASL2_BIND2) {
            assertTrue(answer.contains("<failed xmlns='urn:xmpp:bind:0'>"), answer);
            assertFalse(answer.contains("<bound"), answer);
            assertEquals(end(door), client.readToEnd());
            return;
        }
        String features = featuresBehindSuccess(client, way);
        assertTrue(features.contains("<bind "), features);
        client.stanza(bind());
        if (turned == Turned.AT_SESSION_REQUEST) {
            String bound = client.readElement();
            assertTrue(bound.contains("<jid>" + user + "@localhost/here</jid>"), bound);
            client.stanza(sessionRequest());
        }
        String refusal = client.readToEnd();
        assertTrue(refusal.startsWith("<iq ") && refusal.endsWith(LOCKED_OUT + end(door)), refusal);
        assertFalse(refusal.contains("stream:error"), refusal);
    }

    private static String featuresBehindSuccess(RawClient client, Way way) throws IOException {
        return way == Way.SASL ? client.features("localhost") : client.readElement();
    }

    private static void comesIn(Turned turned, RawClient client, MechanismName mechanism, String user, Way way)
            throws IOException {
        String answer = client.authenticate(way.profile(), mechanism, user, "secret", way.more())
                .readElement();
        assertTrue(answer.startsWith("<success "), answer);
        String features = featuresBehindSuccess(client, way);
        if (way == Way.SASL2_BIND2) {
            assertTrue(answer.contains(user + "@localhost/here/") && answer.contains("<bound "), answer);
            assertPongs(client);
            return;
        }
        String session = "<session xmlns='urn:ietf:params:xml:ns:xmpp-session'";
        assertTrue(
                features.contains(session + (turned.sessionByRequest ? "/>" : "><optional/></session>")), features);
        client.stanza(bind());
        String bound = client.readElement();
        assertTrue(bound.contains("<jid>" + user + "@localhost/here</jid>"), bound);
        client.stanza(sessionRequest());
        String begun = client.readElement();
        assertTrue(begun.startsWith("<iq ") && begun.contains(" id='s' type='result'"), begun);
        assertPongs(client);
    }

    private static void assertPongs(RawClient client) throws IOException {
        client.stanza("<iq type='get' id='p' to='localhost'><ping xmlns='urn:xmpp:ping'/></iq>");
        String pong = client.readElement();
        assertTrue(pong.contains("id='p'") && pong.contains("type='result'"), pong);
    }

    private static String bind() {
        return "<iq type='set' id='b'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'>"
                + "<resource>here</resource></bind></iq>";
    }

    private static String sessionRequest() {
        return "<iq type='set' id='s'><session xmlns='urn:ietf:params:xml:ns:xmpp-session'/></iq>";
    }

    /** Reaches the server as the listener wants it, with a stream on which to sign in. */
    private static RawClient knock(RunningServer server, Door door) throws IOException {
        RawClient client = door.web ? web(server, door) : tcp(server, door);
        String features = client.features("localhost");
        for (MechanismName mechanism : MechanismName.values()) {
            boolean offered = features.contains("<mechanism>" + mechanism.registered() + "</mechanism>");
            assertEquals(fits(mechanism, door), offered, features);
        }
        return client;
    }

    private static RawClient web(RunningServer server, Door door) throws IOException {
        if (door.tls == Encryption.DIRECT) {
            String url = server.server().httpsUrl().orElseThrow();
            return new RawClient(WebSocketWire.openEncrypted(URI.create(url).getPort()));
        }
        Map<String, String> told = door.proxy
                ? Map.of("X-Forwarded-For", "192.0.2.7", "X-Forwarded-Proto", "https")
                : Map.of();
        return new RawClient(WebSocketWire.open(URI.create(server.server().httpUrl()).getPort(), told));
    }

    private static RawClient tcp(RunningServer server, Door door) throws IOException {
        int port = server.server().clientAddresses().get(Door.ALL.indexOf(door)).getPort();
        RawClient client = new RawClient(port);
        if (door.proxy) {
            client.send(PROXY_HEADER);
        }
        switch (door.tls) {
            case REQUIRED, OPTIONAL -> {
                client.open("localhost").send("<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>");
                client.readElement();
                client.encrypt();
            }
            case DIRECT -> client.encrypt();
            case OFF -> {}
        }
        return client;
    }

    private static long denied(Administrator administrator) {
        return administrator.counter("mod_blocklist_denied_count{host_type=\"localhost\"}");
    }
}
