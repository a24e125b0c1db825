package im.gatehouse.app;

import java.io.IOException;
import java.io.StringWriter;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DERUTF8String;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.CRLReason;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.asn1.x509.OtherName;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v2CRLBuilder;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.operator.ContentSigner;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** Issues certificates to clients, and takes them back. */
final class ClientAuthority {
    private static final ASN1ObjectIdentifier XMPP_ADDRESS = new ASN1ObjectIdentifier("1.3.6.1.5.5.7.8.5");
    private static final Duration YEAR = Duration.ofDays(365);

    /** A client's certificate with its key. */
    record Issued(X509Certificate certificate, KeyPair keys) {
        KeyManager[] managers() {
            try {
                KeyStore store = KeyStore.getInstance("PKCS12");
                store.load(null, null);
                store.setKeyEntry("client", keys.getPrivate(), new char[0], new X509Certificate[] {certificate});
                KeyManagerFactory factory = KeyManagerFactory.getInstance("PKIX");
                factory.init(store, new char[0]);
                return factory.getKeyManagers();
            } catch (GeneralSecurityException | IOException e) {
                throw new AssertionError(e);
            }
        }
    }

    private final AtomicLong serials = new AtomicLong(1);
    private final KeyPair keys = pair();
    private final X500Name name;
    private final X509Certificate own;

    ClientAuthority(String name) {
        this.name = new X500Name("CN=" + name);
        try {
            Instant now = Instant.now();
            var builder = new JcaX509v3CertificateBuilder(
                    this.name,
                    BigInteger.valueOf(serials.getAndIncrement()),
                    Date.from(now.minus(YEAR)),
                    Date.from(now.plus(YEAR)),
                    this.name,
                    keys.getPublic());
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(true));
            builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign));
            own = new JcaX509CertificateConverter().getCertificate(builder.build(signer()));
        } catch (IOException | GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    private static KeyPair pair() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(256);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    private ContentSigner signer() {
        try {
            return new JcaContentSignerBuilder("SHA256withECDSA").build(keys.getPrivate());
        } catch (OperatorCreationException e) {
            throw new AssertionError(e);
        }
    }

    /** A certificate for the bearer of a name and of addresses, good from an hour ago. */
    Issued issue(String commonName, Instant until, KeyPurposeId purpose, String... addresses) {
        KeyPair pair = pair();
        try {
            var builder = new JcaX509v3CertificateBuilder(
                    name,
                    BigInteger.valueOf(serials.getAndIncrement()),
                    Date.from(Instant.now().minus(Duration.ofDays(2))),
                    Date.from(until),
                    new X500Name("CN=" + commonName),
                    pair.getPublic());
            builder.addExtension(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(purpose));
            if (addresses.length > 0) {
                builder.addExtension(
                        Extension.subjectAlternativeName,
                        false,
                        new GeneralNames(List.of(addresses).stream()
                                .map(address -> new GeneralName(
                                        GeneralName.otherName,
                                        new OtherName(XMPP_ADDRESS, new DERUTF8String(address))))
                                .toArray(GeneralName[]::new)));
            }
            return new Issued(new JcaX509CertificateConverter().getCertificate(builder.build(signer())), pair);
        } catch (IOException | GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    Issued issue(String commonName, String... addresses) {
        return issue(commonName, Instant.now().plus(YEAR), KeyPurposeId.id_kp_clientAuth, addresses);
    }

    /** Writes the authority's own certificate. */
    void write(Path file) {
        write(file, own);
    }

    /** Writes the list of what has been revoked. */
    void writeRevoked(Path file, Issued... revoked) {
        Instant now = Instant.now();
        var list = new JcaX509v2CRLBuilder(own, Date.from(now.minus(Duration.ofDays(1))));
        list.setNextUpdate(Date.from(now.plus(YEAR)));
        for (Issued one : revoked) {
            list.addCRLEntry(
                    one.certificate().getSerialNumber(),
                    Date.from(now.minus(Duration.ofHours(2))),
                    CRLReason.keyCompromise);
        }
        write(file, list.build(signer()));
    }

    private static void write(Path file, Object object) {
        try (StringWriter text = new StringWriter();
                JcaPEMWriter pem = new JcaPEMWriter(text)) {
            pem.writeObject(object);
            pem.flush();
            Files.writeString(file, text.toString());
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
