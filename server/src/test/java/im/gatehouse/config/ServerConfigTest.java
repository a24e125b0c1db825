package im.gatehouse.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import im.gatehouse.config.ListenConfig.ClientListener;
import im.gatehouse.config.ListenConfig.ComponentListener;
import im.gatehouse.config.ListenConfig.Encryption;
import im.gatehouse.config.ListenConfig.HttpListener;
import im.gatehouse.config.ListenConfig.WebSocketEncryption;
import im.gatehouse.config.ListenConfig.WebSocketListener;
import im.gatehouse.config.TlsConfig.CertificateFiles;
import im.gatehouse.jid.Jid;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ServerConfigTest {
    private static final Path NAME = Path.of("/etc/gatehouse/gatehouse.toml");
    private static final Path FOLDER = Path.of("/etc/gatehouse");

    private static ServerConfig read(String text) {
        ConfigFile file = ConfigFile.parse(text, NAME);
        ServerConfig config = ServerConfig.read(file);
        config.modules().values().forEach(module -> module.section().skip());
        file.finish();
        return config;
    }

    private static List<String> mistakes(String text) {
        ConfigException e = assertThrows(ConfigException.class, () -> read(text));
        return e.problems().stream()
                .map(problem -> problem.toString().replace(NAME + ":", ""))
                .toList();
    }

    private static String template() throws IOException {
        try (InputStream in = Objects.requireNonNull(ServerConfig.class.getResourceAsStream("gatehouse.toml"))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @Test
    void anEmptyFileGivesTheDefaults() {
        Path data = FOLDER.resolve("data");
        ServerConfig expected = new ServerConfig(
                new GeneralConfig(List.of("localhost"), List.of(), data),
                new StorageConfig(
                        "jdbc:sqlite:" + data.resolve("gatehouse.sqlite"), Optional.empty(), Optional.empty(), 10),
                new ListenConfig(
                        List.of(new ClientListener(
                                "127.0.0.1", 5222, Encryption.REQUIRED, false, 0, Duration.ofSeconds(30), false,
                                ListenConfig.ClientCertificate.NONE)),
                        new HttpListener("127.0.0.1", 5280, OptionalInt.empty(), List.of()),
                        new WebSocketListener(
                                true,
                                "/ws",
                                Optional.empty(),
                                List.of(),
                                WebSocketEncryption.REQUIRED,
                                0,
                                Duration.ofSeconds(30),
                                Duration.ofSeconds(50),
                                false),
                        new ComponentListener("127.0.0.1", 5347)),
                new LinkedHashMap<>(),
                new TlsConfig(
                        new CertificateFiles(data.resolve("tls.crt"), data.resolve("tls.key")),
                        true,
                        new LinkedHashMap<>(),
                        TlsConfig.Engine.AUTO,
                        Optional.empty(),
                        Optional.empty()),
                new AuthConfig(
                        List.of("EXTERNAL", "SCRAM-SHA-256-PLUS", "SCRAM-SHA-256", "SCRAM-SHA-1-PLUS", "SCRAM-SHA-1"),
                        100_000,
                        AuthConfig.ResourceConflict.REPLACE,
                        false,
                        true,
                        false,
                        false,
                        List.of(),
                        false,
                        new AuthConfig.Tokens(true, Duration.ofDays(30), Duration.ofDays(1), 32)),
                new LimitsConfig(262_144, 64, 128, 8192, 32, 8, 32),
                new InstrumentationConfig(false, Optional.empty()),
                new LogConfig(LogConfig.Level.INFO),
                new LinkedHashMap<>());
        assertEquals(expected, read(""));
    }

    @Test
    void everyKeyIsTakenOver() {
        ServerConfig config = read(
                """
                [general]
                hosts = ["example.org", "Example.NET"]
                admins = ["admin@example.org"]
                data_dir = "/var/lib/gatehouse"
                [storage]
                url = "jdbc:postgresql://db/gatehouse"
                user = "gate"
                password = "hush"
                pool_size = 1000
                [[listen.c2s]]
                address = "0.0.0.0"
                port = 0
                tls = "optional"
                proxy_protocol = true
                max_connections_per_address = 12
                max_sign_in_seconds = 3600
                backwards_compatible_session = true
                client_certificate = "required"
                [[listen.c2s]]
                port = 5223
                tls = "direct"
                [listen.http]
                address = "::"
                port = 80
                tls_port = 443
                trusted_proxies = ["127.0.0.1", "10.0.0.0/8"]
                [listen.websocket]
                enabled = false
                path = "/xmpp-websocket"
                public_url = "wss://chat.example.org/xmpp-websocket"
                origins = ["https://chat.example.com", "*"]
                tls = "optional"
                max_connections_per_address = 12
                max_sign_in_seconds = 3600
                ping_seconds = 5
                backwards_compatible_session = true
                [listen.component]
                address = "::1"
                port = 8888
                [components."IRC.example.org"]
                secret = "quiet"
                name = "IRC"
                listed = false
                [tls]
                certificate = "cert.pem"
                key = "/keys/key.pem"
                engine = "boringssl"
                client_authorities = "clients.pem"
                client_revocations = "revoked.pem"
                [tls.hosts."Example.NET"]
                certificate = "net.crt"
                key = "net.key"
                [auth]
                mechanisms = ["PLAIN", "SCRAM-SHA-1"]
                scram_iterations = 4096
                resource_conflict = "rename"
                strict_channel_binding = true
                downgrade_protection = false
                sasl2_without_tls = true
                certificate_common_names = true
                anonymous_hosts = ["Example.NET"]
                guests_may_leave = true
                [auth.tokens]
                enabled = false
                lifetime = "1h"
                rotation = "1m"
                clients_per_account = 1
                [limits]
                stanza_bytes = 10000
                depth = 8
                attributes = 16
                sign_in_bytes = 4096
                sign_in_elements = 9
                sign_in_depth = 4
                sessions_per_account = 1
                [instrumentation.exometer]
                all_metrics_are_global = true
                [instrumentation.graphite]
                host = "graphite.example.org"
                port = 2004
                prefix = "gate"
                interval_seconds = 1
                [log]
                level = "debug"
                [modules.mod_muc]
                host = "conference.@HOST@"
                [modules.mod_blocklist]
                enabled = false
                """);
        assertEquals(
                new GeneralConfig(
                        List.of("example.org", "example.net"),
                        List.of(Jid.parse("admin@example.org")),
                        Path.of("/var/lib/gatehouse")),
                config.general());
        assertEquals(
                new StorageConfig("jdbc:postgresql://db/gatehouse", Optional.of("gate"), Optional.of("hush"), 1000),
                config.storage());
        assertEquals(
                List.of(
                        new ClientListener("0.0.0.0", 0, Encryption.OPTIONAL, true, 12, Duration.ofHours(1), true,
                                ListenConfig.ClientCertificate.REQUIRED),
                        new ClientListener(
                                "127.0.0.1", 5223, Encryption.DIRECT, false, 0, Duration.ofSeconds(30), false,
                                ListenConfig.ClientCertificate.NONE)),
                config.listen().c2s());
        assertEquals(
                new HttpListener(
                        "::",
                        80,
                        OptionalInt.of(443),
                        List.of(AddressRange.parse("127.0.0.1"), AddressRange.parse("10.0.0.0/8"))),
                config.listen().http());
        assertEquals(
                new WebSocketListener(
                        false,
                        "/xmpp-websocket",
                        Optional.of("wss://chat.example.org/xmpp-websocket"),
                        List.of("https://chat.example.com", "*"),
                        WebSocketEncryption.OPTIONAL,
                        12,
                        Duration.ofHours(1),
                        Duration.ofSeconds(5),
                        true),
                config.listen().websocket());
        assertEquals(new ComponentListener("::1", 8888), config.listen().component());
        assertEquals(
                Map.of("irc.example.org", new ComponentConfig("quiet", Optional.of("IRC"), false)),
                config.components());
        assertEquals(
                new CertificateFiles(FOLDER.resolve("cert.pem"), Path.of("/keys/key.pem")), config.tls().main());
        assertFalse(config.tls().selfSigned());
        assertEquals(TlsConfig.Engine.BORINGSSL, config.tls().engine());
        assertEquals(Optional.of(FOLDER.resolve("clients.pem")), config.tls().clientAuthorities());
        assertEquals(Optional.of(FOLDER.resolve("revoked.pem")), config.tls().clientRevocations());
        assertEquals(
                Map.of("example.net", new CertificateFiles(FOLDER.resolve("net.crt"), FOLDER.resolve("net.key"))),
                config.tls().hosts());
        assertEquals(
                new AuthConfig(
                        List.of("PLAIN", "SCRAM-SHA-1"),
                        4096,
                        AuthConfig.ResourceConflict.RENAME,
                        true,
                        false,
                        true,
                        true,
                        List.of("example.net"),
                        true,
                        new AuthConfig.Tokens(false, Duration.ofHours(1), Duration.ofMinutes(1), 1)),
                config.auth());
        assertEquals(new LimitsConfig(10_000, 8, 16, 4096, 9, 4, 1), config.limits());
        assertEquals(
                new InstrumentationConfig(
                        true,
                        Optional.of(new InstrumentationConfig.Graphite(
                                "graphite.example.org", 2004, "gate", Duration.ofSeconds(1)))),
                config.instrumentation());
        assertEquals(LogConfig.Level.DEBUG, config.log().level());
        assertEquals(List.of("mod_muc", "mod_blocklist"), new ArrayList<>(config.modules().keySet()));
        assertTrue(config.modules().get("mod_muc").enabled());
        assertFalse(config.modules().get("mod_blocklist").enabled());
    }

    @ParameterizedTest
    @CsvSource({
        "storage, pool_size, 1, 1000",
        "listen.http, port, 0, 65535",
        "auth, scram_iterations, 4096, 10000000",
        "limits, stanza_bytes, 10000, 16777216",
        "limits, depth, 8, 1000",
        "limits, attributes, 16, 4096",
        "limits, sign_in_bytes, 4096, 1048576",
        "limits, sign_in_elements, 8, 1000",
        "limits, sign_in_depth, 4, 64",
        "limits, sessions_per_account, 1, 10000",
        "instrumentation.graphite, port, 1, 65535",
        "instrumentation.graphite, interval_seconds, 1, 86400",
        "[listen.c2s], port, 0, 65535",
        "[listen.c2s], max_sign_in_seconds, 1, 3600",
    })
    void boundsAreKept(String table, String key, long min, long max) {
        String text = "[" + table + "]\n" + key + " = ";
        read(text + min);
        read(text + max);
        String name = table.replace("[", "").replace("]", "") + "." + key;
        String expected = "2: " + name + ": expected a whole number from " + min + " to " + max + ", found ";
        assertEquals(List.of(expected + (min - 1)), mistakes(text + (min - 1)));
        assertEquals(List.of(expected + (max + 1)), mistakes(text + (max + 1)));
    }

    @Test
    void anEmptyArrayOfListenersMeansNone() {
        assertEquals(List.of(), read("[listen]\nc2s = []\n").listen().c2s());
    }

    @Test
    void aListenerWrittenAsOneTableIsExplained() {
        assertEquals(
                List.of("1: listen.c2s: expected an array of tables, written [[listen.c2s]], found a table"),
                mistakes("[listen.c2s]\nport = 1\nprt = 2\n"));
    }

    @Test
    void mistakesOfAllSectionsAreToldTogether() {
        assertEquals(
                List.of(
                        "2: general.hosts: expected at least one domain",
                        "3: general.admins: expected a bare JID such as \"admin@example.org\", found \"example.org\"",
                        "5: storage.url: expected a JDBC URL that begins with jdbc:sqlite:, jdbc:postgresql:,"
                                + " jdbc:mariadb:, jdbc:mysql:",
                        "7: tls.key: expected together with certificate",
                        "8: tls.hosts.\"a@b\": expected a domain as the table's name",
                        "8: tls.hosts.\"a@b\".certificate: expected certificate and key, found neither",
                        "10: auth.mechanisms: expected one of \"EXTERNAL\", \"SCRAM-SHA-256-PLUS\", \"SCRAM-SHA-256\","
                                + " \"SCRAM-SHA-1-PLUS\", \"SCRAM-SHA-1\", \"PLAIN\", found \"SCRAM-SHA256\";"
                                + " did you mean \"SCRAM-SHA-256\"?",
                        "12: listen.http.trusted_proxies: expected an IP address or a range such as \"10.0.0.0/8\","
                                + " found \"proxy\" (not an IP address: proxy)",
                        "13: module: unknown key; did you mean \"modules\"?"),
                mistakes(
                        """
                        [general]
                        hosts = []
                        admins = ["example.org"]
                        [storage]
                        url = "postgresql://user:hush@db/gatehouse"
                        [tls]
                        key = "key.pem"
                        [tls.hosts."a@b"]
                        [auth]
                        mechanisms = ["SCRAM-SHA256"]
                        [listen.http]
                        trusted_proxies = ["proxy"]
                        [module.mod_muc]
                        """));
    }

    @Test
    void aRelativeSqliteFileStartsFromTheFolderOfTheConfiguration() {
        assertEquals("jdbc:sqlite:/etc/gatehouse/x.db", read("[storage]\nurl = \"jdbc:sqlite:x.db\"").storage().url());
        assertEquals(
                "jdbc:sqlite::memory:", read("[storage]\nurl = \"jdbc:sqlite::memory:\"").storage().url());
    }

    @Test
    void thePasswordIsNotInTheStorageConfigAsText() {
        String text = new StorageConfig(
                        "jdbc:postgresql://u:hush@db/g?password=hush", Optional.of("u"), Optional.of("hush"), 1)
                .toString();
        assertEquals("StorageConfig[url=jdbc:postgresql://db/g, poolSize=1]", text);
    }

    @Test
    void onlyWhatCannotChangeWhileRunningNeedsARestart() {
        ServerConfig old = read("");
        ServerConfig reloadable = read(
                """
                [general]
                admins = ["admin@localhost"]
                [listen.http]
                trusted_proxies = ["10.0.0.0/8"]
                [tls]
                certificate = "c"
                key = "k"
                [auth]
                mechanisms = ["PLAIN"]
                [limits]
                depth = 10
                [log]
                level = "warn"
                [modules.mod_muc]
                """);
        assertEquals(List.of(), ServerConfig.needsRestart(old, reloadable));
        ServerConfig fixed = read(
                """
                [general]
                hosts = ["example.org"]
                data_dir = "elsewhere"
                [storage]
                user = "u"
                password = "p"
                pool_size = 3
                [listen]
                c2s = []
                [listen.http]
                address = "::"
                port = 1
                [tls]
                engine = "boringssl"
                [auth]
                scram_iterations = 5000
                [instrumentation]
                exometer.all_metrics_are_global = true
                graphite.host = "g"
                """);
        assertEquals(
                List.of(
                        "general.hosts",
                        "general.data_dir",
                        "storage.url",
                        "storage.user",
                        "storage.password",
                        "storage.pool_size",
                        "listen.c2s",
                        "listen.http.address",
                        "listen.http.port",
                        "auth.scram_iterations",
                        "tls.engine",
                        "instrumentation.exometer.all_metrics_are_global",
                        "instrumentation.graphite"),
                ServerConfig.needsRestart(old, fixed));
    }

    @Test
    void theCommentedFileGivesTheDefaults() throws IOException {
        assertEquals(read(""), read(template()));
    }

    @Test
    void everyCommentedKeyOfTheFileIsKnownAndRight() throws IOException {
        ServerConfig config = read(template().replaceAll("(?m)^#(?=[a-z\\[])", ""));
        assertEquals(read("").listen().c2s(), config.listen().c2s());
        assertEquals(read("").listen().websocket().origins(), config.listen().websocket().origins());
        assertEquals(OptionalInt.of(5443), config.listen().http().tlsPort());
        assertEquals(read("").limits(), config.limits());
        assertEquals(read("").auth(), config.auth());
        assertEquals(read("").general(), config.general());
        assertEquals(read("").storage().url(), config.storage().url());
        assertEquals(read("").tls().main(), config.tls().main());
        assertTrue(config.tls().hosts().containsKey("example.org"));
        assertTrue(config.modules().containsKey("mod_blocklist"));
    }

    @Test
    void everyKeyThatIsReadStandsInTheCommentedFile() throws IOException {
        ConfigFile file = ConfigFile.parse("", NAME);
        ServerConfig.read(file);
        Set<String> asked = new TreeSet<>();
        file.root().collectAsked(asked);
        String text = template();
        asked.removeIf(key -> text.matches("(?s).*\n#?\\[*" + key + "[\\].].*")
                || text.matches("(?s).*\n#?" + key.replaceAll(".*\\.", "") + " = .*"));
        assertEquals(Set.of(), asked);
    }
}
