package im.gatehouse.transport.tls;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.CRL;
import java.security.cert.CertPathValidator;
import java.security.cert.CertStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.CollectionCertStoreParameters;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.Date;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Decides which certificates of clients are believed: those that lead to an authority of the operator's, are within
 * their time, are made for clients and have not been revoked. Immutable; the clock is asked each time.
 */
final class ClientCertificates {
    private static final String ANY_PURPOSE = "2.5.29.37.0";
    private static final String CLIENT_AUTHENTICATION = "1.3.6.1.5.5.7.3.2";

    private final Set<X509Certificate> authorities;
    private final Collection<? extends CRL> revocations;
    private final boolean checksRevocation;
    private final InstantSource clock;

    private ClientCertificates(
            Set<X509Certificate> authorities,
            Collection<? extends CRL> revocations,
            boolean checksRevocation,
            InstantSource clock) {
        this.authorities = authorities;
        this.revocations = revocations;
        this.checksRevocation = checksRevocation;
        this.clock = clock;
    }

    /**
     * Reads what the operator has configured.
     *
     * @throws TlsException when a file cannot be used
     */
    static ClientCertificates read(TlsSettings settings, InstantSource clock) throws TlsException {
        Set<X509Certificate> authorities = settings.clientAuthorities().isEmpty()
                ? Set.of()
                : Set.copyOf(PemFiles.certificates(settings.clientAuthorities().get()));
        Collection<? extends CRL> revocations = settings.clientRevocations().isEmpty()
                ? List.of()
                : revocations(settings.clientRevocations().get());
        return new ClientCertificates(
                authorities, revocations, settings.clientRevocations().isPresent(), clock);
    }

    private static Collection<? extends CRL> revocations(Path file) throws TlsException {
        try {
            byte[] bytes = Files.readAllBytes(file);
            Collection<? extends CRL> lists =
                    CertificateFactory.getInstance("X.509").generateCRLs(new ByteArrayInputStream(bytes));
            if (lists.isEmpty()) {
                throw new TlsException("The file of revoked certificates " + file + " holds no list. Write at least"
                        + " the authority's into it, even if that names nothing.");
            }
            return lists;
        } catch (IOException | GeneralSecurityException e) {
            throw new TlsException("The file of revoked certificates " + file + " cannot be read (" + e.getMessage()
                    + "). It must hold certificate revocation lists in PEM, one for each authority.", e);
        }
    }

    /** What clients are told to choose their certificate by. */
    X509Certificate[] authorities() {
        return authorities.toArray(X509Certificate[]::new);
    }

    /**
     * Whether a client that has shown these certificates is believed, at this moment.
     *
     * @param chain the client's own first
     */
    boolean isTrusted(List<? extends Certificate> chain) {
        if (authorities.isEmpty() || chain.isEmpty() || !(chain.getFirst() instanceof X509Certificate own)) {
            return false;
        }
        try {
            check(own, chain);
            return true;
        } catch (GeneralSecurityException e) {
            return false;
        }
    }

    private void check(X509Certificate own, List<? extends Certificate> chain) throws GeneralSecurityException {
        if (!isForClients(own)) {
            throw new CertificateException("the certificate is not made for clients");
        }
        PKIXParameters parameters = new PKIXParameters(authorities.stream()
                .map(authority -> new TrustAnchor(authority, null))
                .collect(Collectors.toSet()));
        parameters.setDate(Date.from(Instant.ofEpochMilli(clock.millis())));
        parameters.setRevocationEnabled(checksRevocation);
        parameters.addCertStore(CertStore.getInstance("Collection", new CollectionCertStoreParameters(revocations)));
        List<? extends Certificate> path =
                chain.stream().filter(certificate -> !authorities.contains(certificate)).toList();
        if (path.isEmpty()) {
            throw new CertificateException("an authority's own certificate is nobody's");
        }
        CertPathValidator.getInstance("PKIX")
                .validate(CertificateFactory.getInstance("X.509").generateCertPath(path), parameters);
    }

    private static boolean isForClients(X509Certificate own) throws GeneralSecurityException {
        List<String> purposes = own.getExtendedKeyUsage();
        boolean[] usage = own.getKeyUsage();
        boolean signs = usage == null || usage[0];
        return signs
                && own.getBasicConstraints() < 0
                && (purposes == null
                        || Stream.of(CLIENT_AUTHENTICATION, ANY_PURPOSE).anyMatch(purposes::contains));
    }
}
