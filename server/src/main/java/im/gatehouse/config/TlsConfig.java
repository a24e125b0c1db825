package im.gatehouse.config;

import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Optional;
import java.util.SequencedMap;

/**
 * {@code [tls]}: certificates and who does the cryptography.
 *
 * @param main for every host without its own
 * @param selfSigned whether {@code main} was not configured, so that the server makes it when it is missing
 * @param hosts the certificates of single hosts, by prepared domain
 * @param clientAuthorities whose certificates of clients are believed
 * @param clientRevocations which of those certificates have been revoked
 */
public record TlsConfig(
        CertificateFiles main,
        boolean selfSigned,
        SequencedMap<String, CertificateFiles> hosts,
        Engine engine,
        Optional<Path> clientAuthorities,
        Optional<Path> clientRevocations) {
    /** Who does the cryptography. */
    public enum Engine {
        /** BoringSSL where it runs, else the JDK's. */
        AUTO,
        /** The JDK's own: no native code meets strangers. */
        JDK,
        /** BoringSSL, whose handshakes cost a quarter. */
        BORINGSSL
    }

    /**
     * Where a certificate and its key lie, both in PEM.
     *
     * @param certificate the chain, the server's own certificate first
     */
    public record CertificateFiles(Path certificate, Path key) {
        /** Both, or empty when neither is there; one without the other is a problem. */
        static Optional<CertificateFiles> read(Section section) {
            Optional<Path> certificate = section.optionalPath("certificate");
            Optional<Path> key = section.optionalPath("key");
            if (section.has("certificate") != section.has("key")) {
                boolean keyAlone = section.has("key");
                section.problem(
                        keyAlone ? "key" : "certificate",
                        "expected together with " + (keyAlone ? "certificate" : "key"));
            }
            return certificate.flatMap(file -> key.map(keyFile -> new CertificateFiles(file, keyFile)));
        }
    }

    static TlsConfig read(Section section, Path dataDir) {
        Optional<CertificateFiles> main = CertificateFiles.read(section);
        return new TlsConfig(
                main.orElseGet(() -> new CertificateFiles(dataDir.resolve("tls.crt"), dataDir.resolve("tls.key"))),
                main.isEmpty(),
                hosts(section),
                section.oneOf("engine", Engine.AUTO),
                section.optionalPath("client_authorities"),
                section.optionalPath("client_revocations"));
    }

    private static SequencedMap<String, CertificateFiles> hosts(Section section) {
        SequencedMap<String, CertificateFiles> hosts = new LinkedHashMap<>();
        section.tables("hosts").forEach((name, host) -> {
            if (!host.has("certificate") && !host.has("key")) {
                host.problem("certificate", "expected certificate and key, found neither");
            }
            Optional<CertificateFiles> files = CertificateFiles.read(host);
            domain(section, name).ifPresent(domain -> files.ifPresent(found -> hosts.put(domain, found)));
        });
        return Collections.unmodifiableSequencedMap(hosts);
    }

    private static Optional<String> domain(Section section, String name) {
        Optional<String> domain = Optional.empty();
        try {
            domain = GeneralConfig.domain(name);
        } catch (IllegalArgumentException _) {
            // Said below, as for every other name that is no domain.
        }
        if (domain.isEmpty()) {
            section.section("hosts").problem(name, "expected a domain as the table's name");
        }
        return domain;
    }
}
