package im.gatehouse.transport.tls;

import im.gatehouse.transport.tls.TlsSettings.Engine;
import im.gatehouse.transport.tls.TlsSettings.HostCertificate;
import java.io.IOException;
import java.io.StringWriter;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.util.io.pem.PemObject;

/** Issues certificates of all kinds into a folder, as an operator would find them there. */
final class TestCertificates {
    private final Path folder;
    private final AtomicLong serials = new AtomicLong(1000);

    TestCertificates(Path folder) {
        this.folder = folder;
    }

    Path certificate(String name) {
        return folder.resolve(name + ".pem");
    }

    Path key(String name) {
        return folder.resolve(name + ".key");
    }

    HostCertificate host(String name) {
        return new HostCertificate(certificate(name), key(name));
    }

    TlsSettings settings(Engine engine, String general) {
        return settings(engine, general, Map.of());
    }

    TlsSettings settings(Engine engine, String general, Map<String, HostCertificate> hosts) {
        return new TlsSettings(certificate(general), key(general), hosts, engine);
    }

    /** Writes a fresh ECDSA certificate and key under a name; over those that are there. Returns its serial number. */
    BigInteger issue(String name, String... hosts) {
        return issue(name, "EC", "SHA256withECDSA", Instant.now().plusSeconds(90L * 86_400), hosts);
    }

    BigInteger issue(String name, String keyKind, String signature, Instant until, String... hosts) {
        KeyPair pair = pair(keyKind);
        X509CertificateHolder made = sign(pair, signature, until, hosts);
        write(certificate(name), made);
        write(key(name), new PemObject("PRIVATE KEY", pair.getPrivate().getEncoded()));
        return made.getSerialNumber();
    }

    private X509CertificateHolder sign(KeyPair pair, String signature, Instant until, String... hosts) {
        try {
            X500Name self = new X500Name("CN=" + hosts[0]);
            var builder = new JcaX509v3CertificateBuilder(self, BigInteger.valueOf(serials.incrementAndGet()),
                    Date.from(until.minusSeconds(100L * 86_400)), Date.from(until), self, pair.getPublic());
            builder.addExtension(Extension.subjectAlternativeName, false, new GeneralNames(List.of(hosts).stream()
                    .map(host -> new GeneralName(GeneralName.dNSName, host)).toArray(GeneralName[]::new)));
            return builder.build(new JcaContentSignerBuilder(signature).build(pair.getPrivate()));
        } catch (IOException | OperatorCreationException e) {
            throw new AssertionError(e);
        }
    }

    static KeyPair pair(String kind) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance(kind);
            switch (kind) {
                case "EC" -> generator.initialize(256);
                case "RSA" -> generator.initialize(2048);
                default -> { }
            }
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    static void write(Path file, Object... pemObjects) {
        try (StringWriter text = new StringWriter(); JcaPEMWriter pem = new JcaPEMWriter(text)) {
            for (Object object : pemObjects) {
                pem.writeObject(object);
            }
            pem.flush();
            Files.writeString(file, text.toString());
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
