package im.gatehouse.transport.tls;

import java.io.IOException;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.cert.X509Certificate;
import java.security.spec.PSSParameterSpec;
import java.util.Locale;
import java.util.Optional;

/** Computes the channel binding {@code tls-server-end-point} from a certificate (RFC 5929 §4.1). */
final class EndPointBinding {
    private EndPointBinding() {
    }

    /** The certificate's hash; empty for signatures without exactly one hash function, for which it is undefined. */
    static Optional<byte[]> of(X509Certificate certificate) {
        try {
            Optional<String> hash = hash(certificate);
            return hash.isEmpty()
                    ? Optional.empty()
                    : Optional.of(MessageDigest.getInstance(hash.get()).digest(certificate.getEncoded()));
        } catch (GeneralSecurityException e) {
            return Optional.empty();
        }
    }

    private static Optional<String> hash(X509Certificate certificate) throws GeneralSecurityException {
        String algorithm = certificate.getSigAlgName().toUpperCase(Locale.ROOT);
        if (algorithm.equals("RSASSA-PSS")) {
            AlgorithmParameters parameters = AlgorithmParameters.getInstance("RSASSA-PSS");
            try {
                parameters.init(certificate.getSigAlgParams());
                return strong(parameters.getParameterSpec(PSSParameterSpec.class).getDigestAlgorithm());
            } catch (IOException e) {
                return Optional.empty();
            }
        }
        int with = algorithm.indexOf("WITH");
        return with < 0 ? Optional.empty() : strong(algorithm.substring(0, with));
    }

    private static Optional<String> strong(String hash) {
        return switch (hash.toUpperCase(Locale.ROOT).replace("-", "")) {
            case "MD5", "SHA1", "SHA256" -> Optional.of("SHA-256");
            case "SHA224" -> Optional.of("SHA-224");
            case "SHA384" -> Optional.of("SHA-384");
            case "SHA512" -> Optional.of("SHA-512");
            case "SHA3256" -> Optional.of("SHA3-256");
            case "SHA3384" -> Optional.of("SHA3-384");
            case "SHA3512" -> Optional.of("SHA3-512");
            default -> Optional.empty();
        };
    }
}
