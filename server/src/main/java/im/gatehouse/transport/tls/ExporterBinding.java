package im.gatehouse.transport.tls;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Optional;
import javax.crypto.KDF;
import javax.crypto.spec.HKDFParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SSLKeyException;
import javax.net.ssl.SSLSession;

/**
 * Computes the channel binding {@code tls-exporter} (RFC 9266). It exists here for TLS 1.3 alone: below that the
 * RFC demands an extended master secret and the absence of renegotiation, and no engine says whether it has both.
 */
final class ExporterBinding {
    private static final String LABEL = "EXPORTER-Channel-Binding";
    private static final int LENGTH = 32;
    private static final byte[] SECRET_LINE = "EXPORTER_SECRET ".getBytes(StandardCharsets.US_ASCII);

    private ExporterBinding() {
    }

    /** From a session of the JDK's engine; empty when it is not TLS 1.3. */
    static Optional<byte[]> of(SSLSession session) {
        if (!session.getProtocol().equals("TLSv1.3") || !(session instanceof ExtendedSSLSession extended)) {
            return Optional.empty();
        }
        try {
            return Optional.of(extended.exportKeyingMaterialData(LABEL, new byte[0], LENGTH));
        } catch (SSLKeyException | UnsupportedOperationException | IllegalStateException e) {
            return Optional.empty();
        }
    }

    /**
     * From a line that BoringSSL writes during a handshake in the format of SSLKEYLOGFILE
     * ({@code EXPORTER_SECRET client-random secret}); empty for all other lines.
     */
    static Optional<byte[]> of(byte[] line) {
        if (line.length < SECRET_LINE.length
                || !ByteBuffer.wrap(line, 0, SECRET_LINE.length).equals(ByteBuffer.wrap(SECRET_LINE))) {
            return Optional.empty();
        }
        String text = new String(line, StandardCharsets.US_ASCII).strip();
        byte[] secret = HexFormat.of().parseHex(text, text.lastIndexOf(' ') + 1, text.length());
        try {
            return Optional.of(export(secret));
        } catch (GeneralSecurityException e) {
            return Optional.empty();
        }
    }

    /** TLS-Exporter of RFC 8446 §7.5 with an empty context; the secret is as long as the hash of the cipher suite. */
    private static byte[] export(byte[] secret) throws GeneralSecurityException {
        String bits = secret.length == 48 ? "384" : "256";
        byte[] emptyHash = MessageDigest.getInstance("SHA-" + bits).digest();
        KDF hkdf = KDF.getInstance("HKDF-SHA" + bits);
        byte[] derived = expand(hkdf, secret, LABEL, emptyHash, secret.length);
        return expand(hkdf, derived, "exporter", emptyHash, LENGTH);
    }

    private static byte[] expand(KDF hkdf, byte[] secret, String label, byte[] context, int length)
            throws GeneralSecurityException {
        byte[] name = ("tls13 " + label).getBytes(StandardCharsets.US_ASCII);
        byte[] info = ByteBuffer.allocate(4 + name.length + context.length)
                .putShort((short) length)
                .put((byte) name.length).put(name)
                .put((byte) context.length).put(context)
                .array();
        return hkdf.deriveData(HKDFParameterSpec.expandOnly(new SecretKeySpec(secret, "Generic"), info, length));
    }
}
