package im.gatehouse.transport.tls;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.List;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.openssl.PEMEncryptedKeyPair;
import org.bouncycastle.openssl.PEMKeyPair;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.openssl.jcajce.JcaPEMKeyConverter;
import org.bouncycastle.pkcs.PKCS8EncryptedPrivateKeyInfo;

/** Reads an operator's certificate and key files, and says in one line what is wrong with them. */
final class PemFiles {
    private PemFiles() {
    }

    /**
     * Reads a certificate with its issuers and its key.
     *
     * @throws TlsException when they cannot be read or do not belong together
     */
    static Identity read(Path certificate, Path key) throws TlsException {
        List<X509Certificate> chain = certificates(certificate);
        PrivateKey privateKey = privateKey(key);
        if (!matches(privateKey, chain.getFirst().getPublicKey(), key)) {
            throw mismatch(certificate, key, chain, privateKey);
        }
        return new Identity(certificate, chain, privateKey);
    }

    /** The certificates in a PEM file, at least one. */
    static List<X509Certificate> certificates(Path file) throws TlsException {
        String text = text("TLS certificate", file);
        if (!text.contains("-----BEGIN CERTIFICATE-----")) {
            throw new TlsException(text.contains("PRIVATE KEY-----")
                    ? "TLS certificate " + file + " holds a private key. Are certificate and key exchanged?"
                    : "TLS certificate " + file + " is not PEM: no line says BEGIN CERTIFICATE. Convert it, for"
                            + " example with: openssl x509 -inform der -in FILE -out FILE.pem");
        }
        try {
            // From the first certificate on: what other programs write before it is commentary.
            String pem = text.substring(text.indexOf("-----BEGIN CERTIFICATE-----"));
            byte[] bytes = pem.getBytes(StandardCharsets.UTF_8);
            return CertificateFactory.getInstance("X.509").generateCertificates(new ByteArrayInputStream(bytes))
                    .stream().map(X509Certificate.class::cast).toList();
        } catch (CertificateException e) {
            throw new TlsException("TLS certificate " + file + " is damaged (" + oneLine(e)
                    + "). Fetch it again from its issuer.", e);
        }
    }

    private static PrivateKey privateKey(Path file) throws TlsException {
        String text = text("TLS key", file);
        try (PEMParser parser = new PEMParser(new StringReader(text))) {
            for (Object found = parser.readObject(); found != null; found = parser.readObject()) {
                switch (found) {
                    case PrivateKeyInfo info -> {
                        return new JcaPEMKeyConverter().getPrivateKey(info);
                    }
                    case PEMKeyPair pair -> {
                        return new JcaPEMKeyConverter().getPrivateKey(pair.getPrivateKeyInfo());
                    }
                    case PKCS8EncryptedPrivateKeyInfo _, PEMEncryptedKeyPair _ -> throw new TlsException("TLS key "
                            + file + " is encrypted with a passphrase, which the server cannot ask for. Write it"
                            + " without one: openssl pkey -in FILE -out FILE.pem, and make it readable for the"
                            + " server alone.");
                    default -> {
                        // Curve parameters and certificates may stand before the key.
                    }
                }
            }
        } catch (IOException e) {
            throw new TlsException("TLS key " + file + " is damaged or of an unknown kind (" + oneLine(e)
                    + "). Use a PEM file with an ECDSA or RSA key.", e);
        }
        throw new TlsException("TLS key " + file + " is not PEM: no line says BEGIN PRIVATE KEY."
                + " Use the PEM file that belongs to the certificate.");
    }

    private static boolean matches(PrivateKey key, PublicKey certified, Path file) throws TlsException {
        String algorithm = switch (key.getAlgorithm()) {
            case "EC" -> "SHA256withECDSA";
            case "RSA" -> "SHA256withRSA";
            case String other -> throw new TlsException("TLS key " + file + " is of the kind " + other
                    + ", which clients do not share. Use an ECDSA or RSA key.");
        };
        try {
            byte[] probe = "gatehouse".getBytes(StandardCharsets.US_ASCII);
            Signature signature = Signature.getInstance(algorithm);
            signature.initSign(key);
            signature.update(probe);
            byte[] signed = signature.sign();
            signature.initVerify(certified);
            signature.update(probe);
            return signature.verify(signed);
        } catch (GeneralSecurityException e) {
            return false;
        }
    }

    private static TlsException mismatch(Path certificate, Path key, List<X509Certificate> chain, PrivateKey privateKey)
            throws TlsException {
        for (X509Certificate later : chain.subList(1, chain.size())) {
            if (matches(privateKey, later.getPublicKey(), key)) {
                return new TlsException("TLS certificate " + certificate + " has an issuer's certificate first."
                        + " Put the server's own first, then its issuers'.");
            }
        }
        return new TlsException("TLS key " + key + " does not belong to the certificate " + certificate
                + ". Use the key with which that certificate was requested.");
    }

    private static String text(String what, Path file) throws TlsException {
        try {
            // Latin-1 never fails; PEM is ASCII, and what is not will be found out by its content.
            return Files.readString(file, StandardCharsets.ISO_8859_1);
        } catch (NoSuchFileException e) {
            throw new TlsException(
                    what + " " + file + " does not exist. Correct its path in [tls], or put it there.", e);
        } catch (AccessDeniedException e) {
            throw new TlsException(what + " " + file + " is not readable for the user "
                    + System.getProperty("user.name")
                    + ". Grant it to that user alone, for example with chown and chmod 600.", e);
        } catch (IOException e) {
            throw new TlsException(what + " " + file + " cannot be read (" + oneLine(e)
                    + "). It must be a PEM file.", e);
        }
    }

    private static String oneLine(Exception e) {
        String message = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
        return message.lines().findFirst().orElse("").strip();
    }
}
