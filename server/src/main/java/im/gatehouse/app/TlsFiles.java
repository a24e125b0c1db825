package im.gatehouse.app;

import im.gatehouse.config.ServerConfig;
import im.gatehouse.config.TlsConfig;
import im.gatehouse.transport.tls.SelfSignedCertificate;
import im.gatehouse.transport.tls.TlsSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.util.LinkedHashMap;
import java.util.Map;

/** Which certificates the server shows; makes a self-signed one where none is configured and none was made before. */
final class TlsFiles {
    private TlsFiles() {}

    /**
     * @throws StartException when a certificate has to be made and cannot be written
     */
    static TlsSettings prepare(ServerConfig config) {
        TlsConfig tls = config.tls();
        if (tls.selfSigned() && !Files.exists(tls.main().certificate()) && !Files.exists(tls.main().key())) {
            try {
                SelfSignedCertificate.write(
                        tls.main().certificate(), tls.main().key(), config.general().hosts());
            } catch (IOException e) {
                throw new StartException(
                        "%s cannot be written (%s): set general.data_dir to a folder that the server may write to"
                                .formatted(tls.main().certificate(), Causes.of(e)),
                        e);
            }
        }
        return settings(config);
    }

    static TlsSettings settings(ServerConfig config) {
        TlsConfig tls = config.tls();
        Map<String, TlsSettings.HostCertificate> hosts = new LinkedHashMap<>();
        tls.hosts().forEach((host, files) ->
                hosts.put(host, new TlsSettings.HostCertificate(files.certificate(), files.key())));
        TlsSettings.Engine engine =
                switch (tls.engine()) {
                    case AUTO -> TlsSettings.Engine.preferred();
                    case JDK -> TlsSettings.Engine.JDK;
                    case BORINGSSL -> TlsSettings.Engine.BORINGSSL;
                };
        return new TlsSettings(
                tls.main().certificate(), tls.main().key(), hosts, engine, tls.clientAuthorities(), tls.clientRevocations());
    }
}
