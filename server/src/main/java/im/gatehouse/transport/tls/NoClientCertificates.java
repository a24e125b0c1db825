package im.gatehouse.transport.tls;

import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import javax.net.ssl.X509TrustManager;

/**
 * Trusts no client certificate, since none is asked for. Without it each engine would load the system's authorities
 * for every certificate of the server. Client certificates (SASL EXTERNAL) need another one in its place, together
 * with {@code ClientAuth.OPTIONAL} in {@link ServerContext}.
 */
final class NoClientCertificates implements X509TrustManager {
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        throw new CertificateException("client certificates are not asked for");
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        throw new CertificateException("this is a server");
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return new X509Certificate[0];
    }
}
