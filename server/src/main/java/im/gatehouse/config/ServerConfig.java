package im.gatehouse.config;

import im.gatehouse.config.ListenConfig.ClientCertificate;
import im.gatehouse.config.ListenConfig.WebSocketListener;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/**
 * Everything the configuration file says, but for what modules read from their own sections.
 *
 * @param components programs outside the server, by the domains that they stand for
 * @param modules by name, such as {@code mod_muc}, in the order of the file
 */
public record ServerConfig(
        GeneralConfig general,
        StorageConfig storage,
        ListenConfig listen,
        SequencedMap<String, ComponentConfig> components,
        TlsConfig tls,
        AuthConfig auth,
        LimitsConfig limits,
        InstrumentationConfig instrumentation,
        LogConfig log,
        SequencedMap<String, ModuleSection> modules) {
    /** Reads a whole file. Mistakes wait in the file for {@link ConfigFile#finish()}, after the modules have read. */
    public static ServerConfig read(ConfigFile file) {
        Section root = file.root();
        GeneralConfig general = GeneralConfig.read(root.section("general"));
        ListenConfig listen = ListenConfig.read(root.section("listen"));
        Section tlsSection = root.section("tls");
        TlsConfig tls = TlsConfig.read(tlsSection, general.dataDir());
        boolean asksForCertificates =
                listen.c2s().stream().anyMatch(listener -> listener.clientCertificate() != ClientCertificate.NONE);
        if (asksForCertificates && tls.clientAuthorities().isEmpty()) {
            tlsSection.problem("client_authorities", "expected a file, since a listener has a client_certificate");
        }
        return new ServerConfig(
                general,
                StorageConfig.read(root.section("storage"), general.dataDir()),
                listen,
                ComponentConfig.readAll(root, general.hosts()),
                tls,
                AuthConfig.read(root.section("auth"), general.hosts()),
                LimitsConfig.read(root.section("limits")),
                InstrumentationConfig.read(root.section("instrumentation")),
                LogConfig.read(root.section("log")),
                modules(root));
    }

    /**
     * The keys that changed between two readings and that a running server cannot follow. Everything else
     * (certificates, mechanisms, administrators, limits, trusted proxies, the log's level, modules) can be taken over
     * at once.
     */
    public static List<String> needsRestart(ServerConfig old, ServerConfig fresh) {
        Changes changes = new Changes();
        changes.compare("general.hosts", old.general.hosts(), fresh.general.hosts());
        changes.compare("general.data_dir", old.general.dataDir(), fresh.general.dataDir());
        changes.compare("storage.url", old.storage.url(), fresh.storage.url());
        changes.compare("storage.user", old.storage.user(), fresh.storage.user());
        changes.compare("storage.password", old.storage.password(), fresh.storage.password());
        changes.compare("storage.pool_size", old.storage.poolSize(), fresh.storage.poolSize());
        changes.compare("listen.c2s", old.listen.c2s(), fresh.listen.c2s());
        changes.compare("listen.http.address", old.listen.http().address(), fresh.listen.http().address());
        changes.compare("listen.http.port", old.listen.http().port(), fresh.listen.http().port());
        changes.compare("listen.http.tls_port", old.listen.http().tlsPort(), fresh.listen.http().tlsPort());
        WebSocketListener before = old.listen.websocket();
        WebSocketListener now = fresh.listen.websocket();
        changes.compare("listen.websocket.enabled", before.enabled(), now.enabled());
        changes.compare("listen.websocket.path", before.path(), now.path());
        changes.compare(
                "listen.websocket.max_connections_per_address",
                before.maxConnectionsPerAddress(),
                now.maxConnectionsPerAddress());
        changes.compare("listen.websocket.ping_seconds", before.beat(), now.beat());
        changes.compare("auth.anonymous_hosts", old.auth.anonymousHosts(), fresh.auth.anonymousHosts());
        changes.compare("listen.component", old.listen.component(), fresh.listen.component());
        changes.compare("components", old.components, fresh.components);
        changes.compare("auth.scram_iterations", old.auth.scramIterations(), fresh.auth.scramIterations());
        changes.compare("tls.engine", old.tls.engine(), fresh.tls.engine());
        changes.compare(
                "instrumentation.exometer.all_metrics_are_global",
                old.instrumentation.allMetricsAreGlobal(),
                fresh.instrumentation.allMetricsAreGlobal());
        changes.compare(
                "instrumentation.graphite", old.instrumentation.graphite(), fresh.instrumentation.graphite());
        return List.copyOf(changes.keys);
    }

    private static final class Changes {
        private final List<String> keys = new ArrayList<>();

        void compare(String key, Object old, Object fresh) {
            if (!old.equals(fresh)) {
                keys.add(key);
            }
        }
    }

    private static SequencedMap<String, ModuleSection> modules(Section root) {
        SequencedMap<String, ModuleSection> modules = new LinkedHashMap<>();
        root.tables("modules").forEach((name, section) -> modules.put(name, ModuleSection.read(section)));
        return Collections.unmodifiableSequencedMap(modules);
    }
}
