package im.gatehouse.transport.tls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import im.gatehouse.transport.tls.TlsSettings.Engine;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPublicKey;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SelfSignedCertificateTest {
    private Path certificate;
    private Path key;

    @BeforeEach
    void name(@TempDir Path folder) {
        certificate = folder.resolve("data").resolve("tls.pem");
        key = folder.resolve("data").resolve("tls.key");
    }

    @Test
    void theKeyIsForItsOwnerAlone() throws Exception {
        SelfSignedCertificate.write(certificate, key, List.of("chat.example"));
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(key)));
        assertTrue(Files.readString(key).startsWith("-----BEGIN PRIVATE KEY-----\n"));
        assertTrue(Files.isReadable(certificate));
    }

    @Test
    void nothingElseStaysInTheFolder() throws Exception {
        SelfSignedCertificate.write(certificate, key, List.of("chat.example"));
        try (Stream<Path> left = Files.list(certificate.getParent())) {
            assertEquals(List.of(key, certificate), left.sorted().toList());
        }
    }

    @Test
    void aFileThatExistsIsNeverOverwritten() throws Exception {
        Files.createDirectories(key.getParent());
        Files.writeString(key, "mine");
        assertThrows(FileAlreadyExistsException.class,
                () -> SelfSignedCertificate.write(certificate, key, List.of("chat.example")));
        assertEquals("mine", Files.readString(key));
        assertFalse(Files.exists(certificate));
        Files.move(key, certificate);
        assertThrows(FileAlreadyExistsException.class,
                () -> SelfSignedCertificate.write(certificate, key, List.of("chat.example")));
        assertEquals("mine", Files.readString(certificate));
        assertFalse(Files.exists(key));
    }

    @Test
    void aCertificateThatCannotBeWrittenLeavesNoKeyBehind() throws Exception {
        Path file = key.resolveSibling("file");
        Files.createDirectories(file.getParent());
        Files.writeString(file, "in the way");
        assertThrows(IOException.class,
                () -> SelfSignedCertificate.write(file.resolve("tls.pem"), key, List.of("chat.example")));
        assertFalse(Files.exists(key));
    }

    @Test
    void theCertificateIsForTheHostsAndForThisMachine() throws Exception {
        SelfSignedCertificate.write(certificate, key, List.of("chat.example", "Bücher.example"));
        Identity identity = PemFiles.read(certificate, key);
        assertEquals(List.of("chat.example", "xn--bcher-kva.example", "localhost"), identity.names().toList());
        List<Object> addresses = identity.certificate().getSubjectAlternativeNames().stream()
                .filter(name -> name.getFirst().equals(7)).<Object>map(List::getLast).toList();
        assertEquals(List.of("127.0.0.1", "0:0:0:0:0:0:0:1"), addresses);
    }

    @Test
    void theCertificateIsWhatAllClientsAccept() throws Exception {
        SelfSignedCertificate.write(certificate, key, List.of("chat.example"));
        X509Certificate made = PemFiles.read(certificate, key).certificate();
        made.verify(made.getPublicKey());
        made.checkValidity();
        assertEquals(256, ((ECPublicKey) made.getPublicKey()).getParams().getOrder().bitLength());
        Instant from = made.getNotBefore().toInstant();
        Instant until = made.getNotAfter().toInstant().plusSeconds(1);
        assertEquals(Duration.ofDays(825), Duration.between(from, until));
        assertEquals(List.of("1.3.6.1.5.5.7.3.1"), made.getExtendedKeyUsage());
        assertEquals(-1, made.getBasicConstraints());
    }

    @Test
    void aServerServesIt() throws Exception {
        SelfSignedCertificate.write(certificate, key, List.of("chat.example"));
        TlsSettings settings = new TlsSettings(certificate, key, Map.of(), Engine.preferred());
        try (Tls tls = Tls.load(settings); TestTlsServer server = new TestTlsServer(tls, "chat.example", true)) {
            assertEquals(PemFiles.read(certificate, key).certificate(),
                    new TestTlsClient().certificate(server.address(), "localhost"));
        }
    }
}
