package im.gatehouse.transport.tls;

import java.nio.file.Path;
import java.security.PrivateKey;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.stream.Stream;

/**
 * Who the server claims to be: a certificate with its issuers, and the key that proves it.
 *
 * @param file where the certificate was read
 * @param chain the server's certificate first; never empty
 * @param key belongs to the first certificate
 */
record Identity(Path file, List<X509Certificate> chain, PrivateKey key) {
    private static final int DNS_NAME = 2;

    Identity {
        chain = List.copyOf(chain);
    }

    X509Certificate certificate() {
        return chain.getFirst();
    }

    /** The host names that the certificate is for, in their normal form. */
    Stream<String> names() {
        try {
            var names = certificate().getSubjectAlternativeNames();
            return names == null ? Stream.empty() : names.stream()
                    .filter(name -> name.getFirst().equals(DNS_NAME))
                    .map(name -> HostNames.normal((String) name.get(1)));
        } catch (CertificateParsingException e) {
            return Stream.empty();
        }
    }

    boolean covers(String host) {
        String wildcard = HostNames.wildcard(host);
        return names().anyMatch(name -> name.equals(host) || name.equals(wildcard));
    }
}
