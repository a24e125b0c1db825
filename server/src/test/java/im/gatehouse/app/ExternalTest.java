package im.gatehouse.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import im.gatehouse.app.ClientAuthority.Issued;
import im.gatehouse.time.SystemTime;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.EnumMap;
import java.util.Map;
import javax.net.ssl.KeyManager;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Sign-in by a client's certificate, with both engines and both profiles of SASL. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ExternalTest {
    enum Engine {
        JDK,
        BORINGSSL
    }

    private static final KeyManager[] NO_CERTIFICATE = {};
    private static final String SUCCESS = "<success xmlns='urn:ietf:params:xml:ns:xmpp-sasl'";

    private final ClientAuthority authority = new ClientAuthority("Verona");
    private final Issued juliet = authority.issue("Juliet", "juliet@localhost");
    private final Issued revoked = authority.issue("Juliet", "juliet@localhost");
    private final Map<Engine, RunningServer> servers = new EnumMap<>(Engine.class);

    @BeforeAll
    void start(@TempDir Path folder) {
        authority.write(folder.resolve("clients.pem"));
        authority.writeRevoked(folder.resolve("revoked.crl"), revoked);
        for (Engine engine : Engine.values()) {
            Path own = folder.resolve(engine.name());
            own.toFile().mkdirs();
            RunningServer server = RunningServer.withConfig(own, """
                    [general]
                    hosts = ["localhost", "second.test"]
                    [[listen.c2s]]
                    port = 0
                    max_sign_in_seconds = 3600
                    tls = "direct"
                    client_certificate = "optional"
                    [[listen.c2s]]
                    port = 0
                    max_sign_in_seconds = 3600
                    tls = "direct"
                    client_certificate = "required"
                    [[listen.c2s]]
                    port = 0
                    max_sign_in_seconds = 3600
                    tls = "direct"
                    [listen.http]
                    port = 0
                    [tls]
                    engine = "%s"
                    client_authorities = "../clients.pem"
                    client_revocations = "../revoked.crl"
                    [auth]
                    scram_iterations = 4096
                    certificate_common_names = true
                    """.formatted(engine.name().toLowerCase(java.util.Locale.ROOT)), new SystemTime());
            server.account("juliet@localhost").account("romeo@localhost").account("juliet@second.test");
            servers.put(engine, server);
        }
    }

    @AfterAll
    void stop() {
        servers.values().forEach(RunningServer::close);
    }

    private RawClient client(Engine engine, int listener, KeyManager[] managers) throws IOException {
        return new RawClient(servers.get(engine).server().clientAddresses().get(listener).getPort())
                .encrypt(managers);
    }

    private RawClient offered(Engine engine, Issued issued) throws IOException {
        RawClient client = client(engine, 0, issued.managers());
        String features = client.features("localhost");
        assertTrue(features.contains("<mechanism>EXTERNAL</mechanism>"), features);
        return client;
    }

    private void assertNotOffered(Engine engine, KeyManager[] managers) throws IOException {
        try (RawClient client = client(engine, 0, managers)) {
            String features = client.features("localhost");
            assertFalse(features.contains("EXTERNAL"), features);
            assertTrue(features.contains("SCRAM-SHA-256"), features);
            String answer = client.send(auth("=")).readElement();
            assertTrue(answer.contains("<invalid-mechanism/>"), answer);
        }
    }

    private static String auth(String message) {
        return "<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='EXTERNAL'>" + message + "</auth>";
    }

    private static String as(String address) {
        return auth(Base64.getEncoder().encodeToString(address.getBytes(StandardCharsets.UTF_8)));
    }

    @ParameterizedTest
    @EnumSource
    void theOneAddressOfTheCertificateIsWhoComesIn(Engine engine) throws IOException {
        try (RawClient client = offered(engine, juliet)) {
            assertTrue(client.send(auth("=")).readElement().startsWith(SUCCESS));
            client.open("localhost");
            client.send("<iq type='set' id='b'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></iq>");
            assertTrue(client.readUntil("</iq>").contains("<jid>juliet@localhost/"));
        }
        try (RawClient client = offered(engine, juliet)) {
            assertTrue(client.send(as("juliet@localhost")).readElement().startsWith(SUCCESS));
        }
        try (RawClient client = offered(engine, juliet)) {
            client.send("<authenticate xmlns='urn:xmpp:sasl:2' mechanism='EXTERNAL'><initial-response/>"
                    + "<bind xmlns='urn:xmpp:bind:0'/></authenticate>");
            String success = client.readElement();
            assertTrue(success.contains("<authorization-identifier>juliet@localhost/"), success);
        }
    }

    @ParameterizedTest
    @EnumSource
    void nobodyActsAsSomebodyElse(Engine engine) throws IOException {
        try (RawClient client = offered(engine, juliet)) {
            for (String other : new String[] {"romeo@localhost", "juliet@second.test", "juliet@localhost/here", "x"}) {
                String answer = client.send(as(other)).readElement();
                assertTrue(answer.contains("<invalid-authzid/>"), other + ": " + answer);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void whoHasSeveralAddressesSaysWhich(Engine engine) throws IOException {
        Issued both = authority.issue("Both", "juliet@localhost", "romeo@localhost", "juliet@second.test");
        try (RawClient client = offered(engine, both)) {
            assertTrue(client.send(auth("=")).readElement().contains("<invalid-authzid/>"));
            assertTrue(client.send(as("romeo@localhost")).readElement().startsWith(SUCCESS));
        }
    }

    @ParameterizedTest
    @EnumSource
    void anAddressWithoutAnAccountIsNotAuthorized(Engine engine) throws IOException {
        try (RawClient client = offered(engine, authority.issue("Nobody", "nobody@localhost"))) {
            assertTrue(client.send(auth("=")).readElement().contains("<not-authorized/>"));
        }
    }

    @ParameterizedTest
    @EnumSource
    void theCommonNameCountsWhereThereIsNoAddress(Engine engine) throws IOException {
        try (RawClient client = offered(engine, authority.issue("romeo"))) {
            assertTrue(client.send(auth("=")).readElement().startsWith(SUCCESS));
        }
        try (RawClient client = offered(engine, authority.issue("romeo", "juliet@localhost"))) {
            assertTrue(client.send(as("romeo@localhost")).readElement().contains("<invalid-authzid/>"));
        }
    }

    @ParameterizedTest
    @EnumSource
    void whatIsNotBelievedIsNotOffered(Engine engine) throws IOException {
        assertNotOffered(engine, NO_CERTIFICATE);
        assertNotOffered(engine, revoked.managers());
        assertNotOffered(
                engine,
                authority.issue(
                                "Old",
                                Instant.now().minus(Duration.ofHours(1)),
                                KeyPurposeId.id_kp_clientAuth,
                                "juliet@localhost")
                        .managers());
        assertNotOffered(
                engine,
                authority.issue(
                                "Server",
                                Instant.now().plus(Duration.ofHours(1)),
                                KeyPurposeId.id_kp_serverAuth,
                                "juliet@localhost")
                        .managers());
        assertNotOffered(engine, authority.issue("Elsewhere", "juliet@elsewhere.test").managers());
        Issued forged = new ClientAuthority("Verona").issue("Juliet", "juliet@localhost");
        assertNotOffered(engine, forged.managers());
    }

    @ParameterizedTest
    @EnumSource
    void whereACertificateIsRequiredNobodyComesInWithoutOne(Engine engine) throws IOException {
        try (RawClient client = client(engine, 1, juliet.managers())) {
            assertTrue(client.features("localhost").contains("EXTERNAL"));
        }
        for (KeyManager[] managers : new KeyManager[][] {NO_CERTIFICATE, revoked.managers()}) {
            IOException end = assertThrows(IOException.class, () -> {
                try (RawClient client = client(engine, 1, managers)) {
                    client.features("localhost");
                }
            });
            assertFalse(end instanceof SocketTimeoutException, "the connection has not ended");
        }
    }

    @ParameterizedTest
    @EnumSource
    void whereNoCertificateIsAskedForNoneCounts(Engine engine) throws IOException {
        try (RawClient client = client(engine, 2, juliet.managers())) {
            assertFalse(client.features("localhost").contains("EXTERNAL"));
        }
    }

    @ParameterizedTest
    @EnumSource
    void aBlockedUserDoesNotComeInByCertificate(Engine engine) throws IOException {
        Administrator administrator = new Administrator(servers.get(engine));
        administrator.change("blocklist { addUser(user: \"juliet@second.test\", reason: \"Spam\") }");
        Issued other = authority.issue("Other", "juliet@second.test");
        String sasl2 = "<authenticate xmlns='urn:xmpp:sasl:2' mechanism='EXTERNAL'><initial-response/>"
                + "<bind xmlns='urn:xmpp:bind:0'/></authenticate>";
        for (String knock : new String[] {auth("="), sasl2}) {
            try (RawClient client = client(engine, 0, other.managers())) {
                client.open("second.test");
                assertTrue(client.send(knock).readElement().contains("<account-disabled"));
            }
        }
        administrator.change("blocklist { removeUser(user: \"juliet@second.test\") }");
        administrator.close();
    }
}
