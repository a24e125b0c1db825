package im.gatehouse.transport.tls;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.CertIOException;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/**
 * Makes a certificate for a server that has none yet, so that the first start encrypts. Clients show a warning for
 * it until their user accepts it.
 */
public final class SelfSignedCertificate {
    /** Apple's systems refuse longer ones, even when their user trusts them. */
    private static final Duration LIFE = Duration.ofDays(825);

    /** For clients whose clock is behind. */
    private static final Duration BACKDATED = Duration.ofHours(24);

    private SelfSignedCertificate() {
    }

    /**
     * Writes an ECDSA P-256 certificate and its key as PEM files, the key with mode 0600 from its first moment on, and
     * the folders above them. Never overwrites a file. The certificate is for the hosts, {@code localhost} and the
     * loopback addresses, for 825 days. Blocks for the files.
     *
     * @param hosts names of the server, in Unicode or ASCII
     * @throws FileAlreadyExistsException when one of the files exists; then neither was touched
     * @throws IOException when one cannot be written
     */
    public static void write(Path certificate, Path key, List<String> hosts) throws IOException {
        for (Path file : List.of(certificate, key)) {
            if (Files.exists(file)) {
                throw new FileAlreadyExistsException(file.toString());
            }
        }
        KeyPair pair = keyPair();
        X509Certificate made = certificate(pair, hosts, Instant.now());
        try {
            create(key, pem("PRIVATE KEY", pair.getPrivate().getEncoded()), "rw-------");
            try {
                create(certificate, pem("CERTIFICATE", made.getEncoded()), "rw-r--r--");
            } catch (IOException e) {
                // A key alone would be in the way of the next attempt.
                Files.delete(key);
                throw e;
            }
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static KeyPair keyPair() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has P-256", e);
        }
    }

    /** The one thing here that the JDK cannot do. */
    private static X509Certificate certificate(KeyPair pair, List<String> hosts, Instant now) {
        Set<String> names = new LinkedHashSet<>(hosts.stream().map(HostNames::normal).toList());
        names.add("localhost");
        X500Name self = new X500Name("CN=Gatehouse self-signed");
        Instant from = now.minus(BACKDATED);
        // The last second belongs to the certificate's life (RFC 5280 §4.1.2.5).
        Instant until = from.plus(LIFE).minusSeconds(1);
        try {
            BigInteger serial = new BigInteger(127, new SecureRandom()).add(BigInteger.ONE);
            var builder = new JcaX509v3CertificateBuilder(
                    self, serial, Date.from(from), Date.from(until), self, pair.getPublic());
            builder.addExtension(Extension.subjectAlternativeName, false, alternatives(names));
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(false));
            builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature));
            builder.addExtension(Extension.extendedKeyUsage, false,
                    new ExtendedKeyUsage(KeyPurposeId.id_kp_serverAuth));
            builder.addExtension(Extension.subjectKeyIdentifier, false,
                    new JcaX509ExtensionUtils().createSubjectKeyIdentifier(pair.getPublic()));
            return new JcaX509CertificateConverter().getCertificate(
                    builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(pair.getPrivate())));
        } catch (CertIOException | OperatorCreationException | GeneralSecurityException e) {
            throw new IllegalStateException("cannot sign a certificate", e);
        }
    }

    private static GeneralNames alternatives(Set<String> names) {
        return new GeneralNames(Stream.concat(
                names.stream().map(name -> new GeneralName(GeneralName.dNSName, name)),
                Stream.of("127.0.0.1", "::1").map(address -> new GeneralName(GeneralName.iPAddress, address)))
                .toArray(GeneralName[]::new));
    }

    private static String pem(String what, byte[] content) {
        return "-----BEGIN " + what + "-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content)
                + "\n-----END " + what + "-----\n";
    }

    /**
     * Writes a new file whole or not at all: under another name first, which then becomes a second name of it, since
     * that, unlike renaming, fails when the name is taken.
     */
    private static void create(Path file, String text, String mode) throws IOException {
        Path target = file.toAbsolutePath();
        Files.createDirectories(target.getParent());
        String unique = Long.toHexString(new SecureRandom().nextLong());
        Path draft = target.resolveSibling("." + target.getFileName() + "." + unique);
        try {
            try (SeekableByteChannel out = Files.newByteChannel(draft,
                    Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE, StandardOpenOption.DSYNC),
                    mode(target, mode))) {
                ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
                while (bytes.hasRemaining()) {
                    out.write(bytes);
                }
            }
            publish(draft, target);
        } finally {
            Files.deleteIfExists(draft);
        }
    }

    private static void publish(Path draft, Path target) throws IOException {
        try {
            Files.createLink(target, draft);
        } catch (UnsupportedOperationException e) {
            // Without links, as on some network file systems, the check of the name is not one step with its taking.
            Files.move(draft, target);
        }
    }

    private static FileAttribute<?>[] mode(Path target, String mode) {
        boolean posix = target.getFileSystem().supportedFileAttributeViews().contains("posix");
        return posix
                ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(mode))}
                : new FileAttribute<?>[0];
    }
}
