package im.gatehouse.transport.tls;

import io.netty.handler.ssl.SslHandler;
import java.security.cert.Certificate;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.jspecify.annotations.Nullable;

/** Encrypts one client's connection and remembers what a sign-in on it can be bound to. */
final class ServerTlsHandler extends SslHandler {
    private final ServerContext context;
    private final long pointer;

    /** Set during the handshake, on the connection's event loop, by BoringSSL alone. */
    private volatile byte @Nullable [] exported;

    ServerTlsHandler(SSLEngine engine, ServerContext context, long pointer) {
        super(engine);
        this.context = context;
        this.pointer = pointer;
        setHandshakeTimeout(TlsStart.HANDSHAKE_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
        handshakeFuture().addListener(future -> {
            context.handshakeEnded(this);
            if (future.isSuccess()) {
                refuseRenegotiation();
            }
        });
    }

    /**
     * A client of TLS 1.2 may not demand a second handshake: it costs the server more than the client, and it would
     * change what a sign-in is bound to (RFC 9266 §3). BoringSSL always refuses; the JDK's engine does so when it may
     * not make a session.
     */
    private void refuseRenegotiation() {
        if (!engine().getSession().getProtocol().equals("TLSv1.3") && !context.isNative()) {
            engine().setEnableSessionCreation(false);
        }
    }

    /** Where BoringSSL keeps this connection; 0 for the JDK's engine. */
    long pointer() {
        return pointer;
    }

    /** Forgets a handler that never came into a pipeline. */
    void abandon() {
        context.handshakeEnded(this);
    }

    void exported(byte[] binding) {
        exported = binding;
    }

    /** Whom the client's certificate names; empty when it has shown none, or one that is not believed. */
    Optional<CertifiedNames> certified() {
        if (!handshakeFuture().isSuccess()) {
            return Optional.empty();
        }
        try {
            List<Certificate> chain = List.of(engine().getSession().getPeerCertificates());
            return context.clients().isTrusted(chain)
                    ? Optional.of(CertifiedNames.of((X509Certificate) chain.getFirst()))
                    : Optional.empty();
        } catch (SSLPeerUnverifiedException | CertificateEncodingException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    Map<String, byte[]> channelBindings() {
        if (!handshakeFuture().isSuccess()) {
            return Map.of();
        }
        Map<String, byte[]> bindings = new LinkedHashMap<>();
        byte[] exporter = context.isNative() ? exported : ExporterBinding.of(engine().getSession()).orElse(null);
        if (exporter != null) {
            bindings.put("tls-exporter", exporter.clone());
        }
        context.endPoint().ifPresent(hash -> bindings.put("tls-server-end-point", hash));
        return Collections.unmodifiableMap(bindings);
    }
}
