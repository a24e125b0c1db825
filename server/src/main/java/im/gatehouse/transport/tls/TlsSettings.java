package im.gatehouse.transport.tls;

import io.netty.handler.ssl.OpenSsl;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Which certificates an operator has given to the server and what does its cryptography.
 *
 * @param certificate the PEM file of the general certificate, the server's own first, then its issuers'
 * @param key the PEM file with the private key of that certificate
 * @param hosts certificates of single hosts, by the host's name, earlier ones first where several fit; a name
 *     {@code *.example.org} stands for every name directly below {@code example.org}
 * @param engine what does the cryptography
 * @param clientAuthorities a PEM file of the authorities whose certificates of clients are believed; none for no such
 *     authority
 * @param clientRevocations a PEM file of their lists of revoked certificates, which then must hold one of each; none
 *     for no look at revocation
 */
public record TlsSettings(
        Path certificate,
        Path key,
        Map<String, HostCertificate> hosts,
        Engine engine,
        Optional<Path> clientAuthorities,
        Optional<Path> clientRevocations) {
    /** Settings that believe no certificate of a client. */
    public TlsSettings(Path certificate, Path key, Map<String, HostCertificate> hosts, Engine engine) {
        this(certificate, key, hosts, engine, Optional.empty(), Optional.empty());
    }

    public TlsSettings {
        hosts = Collections.unmodifiableMap(new LinkedHashMap<>(hosts));
    }

    /** The certificate of one host: both are PEM files, as in {@link TlsSettings}. */
    public record HostCertificate(Path certificate, Path key) {
    }

    /** Whether clients are asked for a certificate. */
    public enum ClientCertificate {
        NONE,
        /** Who has one may show it. */
        OPTIONAL,
        /** Who shows none, or one that is not believed, is not let in. */
        REQUIRED
    }

    /** What does the cryptography of TLS. Both offer the same protocols, ciphers and channel bindings. */
    public enum Engine {
        /** The JDK's own, on every system. */
        JDK,
        /** BoringSSL, a native library: cheaper handshakes, for Linux on x86-64 and ARM64. */
        BORINGSSL;

        /** BoringSSL where this system can load it, otherwise the JDK's; the default of the configuration. */
        public static Engine preferred() {
            return OpenSsl.isAvailable() ? BORINGSSL : JDK;
        }
    }
}
