package im.gatehouse.transport.tls;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import im.gatehouse.transport.tls.TlsSettings.Engine;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.interfaces.ECPrivateKey;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.bouncycastle.asn1.sec.SECObjectIdentifiers;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.openssl.jcajce.JcaPKCS8Generator;
import org.bouncycastle.openssl.jcajce.JceOpenSSLPKCS8EncryptorBuilder;
import org.bouncycastle.util.io.pem.PemObject;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

class TlsFilesTest {
    private TestCertificates files;
    private Path folder;

    @BeforeEach
    void issue(@TempDir Path folder) {
        this.folder = folder;
        files = new TestCertificates(folder);
        files.issue("general", "chat.example");
    }

    @Test
    void aMissingFileIsNamed() throws Exception {
        Files.delete(files.certificate("general"));
        refused("general.pem does not exist");
        files.issue("general", "chat.example");
        Files.delete(files.key("general"));
        refused("general.key does not exist");
    }

    @Test
    void aFolderIsNoCertificate() throws Exception {
        Files.delete(files.certificate("general"));
        Files.createDirectory(files.certificate("general"));
        refused("general.pem cannot be read");
    }

    @Test
    void aCertificateInDerIsNotPem() throws Exception {
        Files.write(files.certificate("general"), new byte[] {0x30, (byte) 0x82, 1, 2, 3});
        refused("is not PEM: no line says BEGIN CERTIFICATE");
    }

    @Test
    void aDamagedCertificateIsToldFromAMissingOne() throws Exception {
        Files.writeString(files.certificate("general"),
                "-----BEGIN CERTIFICATE-----\nMIIBmDCCAT6gAwIBAgIC\n-----END CERTIFICATE-----\n");
        refused("general.pem is damaged");
    }

    @Test
    void exchangedFilesAreRecognised() throws Exception {
        Files.copy(files.key("general"), files.certificate("general"),
                StandardCopyOption.REPLACE_EXISTING);
        refused("Are certificate and key exchanged?");
    }

    @Test
    void aKeyOfAnotherCertificateIsRefused() {
        TestCertificates.write(files.key("general"),
                new PemObject("PRIVATE KEY", TestCertificates.pair("EC").getPrivate().getEncoded()));
        refused("does not belong to the certificate");
        TestCertificates.write(files.key("general"), TestCertificates.pair("RSA").getPrivate());
        refused("does not belong to the certificate");
    }

    @Test
    void aChainInTheWrongOrderIsRecognised() throws Exception {
        files.issue("issuer", "issuer.example");
        Files.writeString(files.certificate("general"),
                Files.readString(files.certificate("issuer")) + Files.readString(files.certificate("general")));
        refused("has an issuer's certificate first");
    }

    @Test
    void anEncryptedKeyIsRefusedWithTheWayOut() throws Exception {
        KeyPair pair = TestCertificates.pair("EC");
        TestCertificates.write(files.key("general"), new JcaPKCS8Generator(pair.getPrivate(),
                new JceOpenSSLPKCS8EncryptorBuilder(JcaPKCS8Generator.AES_256_CBC)
                        .setProvider(new BouncyCastleProvider()).setPassword("secret".toCharArray()).build()));
        refused("is encrypted with a passphrase");
    }

    @Test
    void aKeyThatIsNoKeyIsRefused() throws Exception {
        Files.writeString(files.key("general"), "nothing");
        refused("general.key is not PEM");
        Files.writeString(files.key("general"), "-----BEGIN PRIVATE KEY-----\nMIGH\n-----END PRIVATE KEY-----\n");
        refused("general.key is damaged");
    }

    @Test
    void aKindOfKeyThatClientsDoNotShareIsRefused() {
        files.issue("general", "Ed25519", "Ed25519", Instant.now().plusSeconds(86_400), "chat.example");
        refused("Use an ECDSA or RSA key");
    }

    @Test
    void anEcKeyAsOpensslOnceWroteItIsRead() throws Exception {
        ECPrivateKey key = (ECPrivateKey) PemFiles.read(files.certificate("general"), files.key("general")).key();
        TestCertificates.write(files.key("general"),
                new PemObject("EC PARAMETERS", SECObjectIdentifiers.secp256r1.getEncoded()),
                new PemObject("EC PRIVATE KEY", new org.bouncycastle.asn1.sec.ECPrivateKey(
                        256, key.getS(), SECObjectIdentifiers.secp256r1).getEncoded()));
        ECPrivateKey read = (ECPrivateKey) PemFiles.read(files.certificate("general"), files.key("general")).key();
        assertEquals(key.getS(), read.getS());
    }

    @Test
    void anRsaKeyAsOpensslOnceWroteItIsRead() throws Exception {
        files.issue("general", "RSA", "SHA256withRSA", Instant.now().plusSeconds(86_400L * 90), "chat.example");
        PrivateKey key = PemFiles.read(files.certificate("general"), files.key("general")).key();
        TestCertificates.write(files.key("general"), key);
        assertTrue(Files.readString(files.key("general")).startsWith("-----BEGIN RSA PRIVATE KEY-----"));
        assertEquals(key, PemFiles.read(files.certificate("general"), files.key("general")).key());
    }

    @Test
    void textBeforeTheCertificateIsSkipped() throws Exception {
        Files.writeString(files.certificate("general"),
                "Subject: CN=Müller\n" + Files.readString(files.certificate("general")));
        assertDoesNotThrow(() -> Tls.load(files.settings(Engine.JDK, "general")).close());
    }

    @Test
    void oneBrokenHostRefusesAll() throws Exception {
        files.issue("alpha", "alpha.example");
        Files.delete(files.key("alpha"));
        TlsException refused = assertThrows(TlsException.class, () ->
                Tls.load(files.settings(Engine.JDK, "general", Map.of("alpha.example", files.host("alpha")))));
        assertTrue(refused.getMessage().contains("alpha.key does not exist"), refused.getMessage());
    }

    @Test
    void anExpiredCertificateIsServedWithAWarning() throws Exception {
        files.issue("general", "EC", "SHA256withECDSA", Instant.now().minusSeconds(86_400), "chat.example");
        files.issue("soon", "EC", "SHA256withECDSA", Instant.now().plusSeconds(86_400), "soon.example");
        files.issue("wrong", "right.example");
        List<String> warnings = warningsOf(() -> Tls.load(files.settings(Engine.JDK, "general",
                Map.of("soon.example", files.host("soon"), "wrong.example", files.host("wrong")))).close());
        assertEquals(3, warnings.size(), warnings.toString());
        assertTrue(warnings.getFirst().contains("general.pem has expired at"), warnings.toString());
        assertTrue(warnings.stream().anyMatch(line -> line.contains("soon.pem expires at")), warnings.toString());
        assertTrue(warnings.stream().anyMatch(line -> line.contains("wrong.pem is not for wrong.example")),
                warnings.toString());
    }

    private interface Loading {
        void run() throws TlsException;
    }

    private static List<String> warningsOf(Loading loading) throws TlsException {
        Logger logger = (Logger) LoggerFactory.getLogger(Tls.class);
        ListAppender<ILoggingEvent> appender = new ListAppender<>();
        appender.start();
        logger.addAppender(appender);
        try {
            loading.run();
        } finally {
            logger.detachAppender(appender);
        }
        return appender.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
    }

    private void refused(String why) {
        TlsException refused = assertThrows(TlsException.class,
                () -> Tls.load(files.settings(Engine.preferred(), "general")));
        assertTrue(refused.getMessage().contains(why), refused.getMessage());
        assertEquals(1, refused.getMessage().lines().count(), refused.getMessage());
        assertTrue(refused.getMessage().contains(folder.toString()), refused.getMessage());
    }
}
