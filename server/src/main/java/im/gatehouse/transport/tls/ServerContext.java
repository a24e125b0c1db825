package im.gatehouse.transport.tls;

import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.OpenSslSessionContext;
import io.netty.handler.ssl.OpenSslSessionTicketKey;
import io.netty.handler.ssl.ReferenceCountedOpenSslContext;
import io.netty.handler.ssl.ReferenceCountedOpenSslEngine;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.SupportedCipherSuiteFilter;
import io.netty.util.ReferenceCountUtil;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * Serves one certificate to clients: protocols, ciphers and resumption are set here (RFC 9325). Live connections keep
 * the context that they began with, so that a reload does not touch them.
 */
final class ServerContext {
    /** How long a client may resume a session, and how long a ticket key lives (RFC 9325 §3.4: under a week). */
    static final Duration SESSION_LIFE = Duration.ofHours(24);

    /** The name in ALPN of XEP-0368 §3. */
    static final String ALPN = "xmpp-client";

    private static final int CACHED_SESSIONS = 1000;

    /** Those of TLS 1.3, then the forward secret and authenticated ones of TLS 1.2 (RFC 9325 §4.2). */
    private static final List<String> CIPHERS = List.of(
            "TLS_AES_128_GCM_SHA256",
            "TLS_AES_256_GCM_SHA384",
            "TLS_CHACHA20_POLY1305_SHA256",
            "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
            "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
            "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
            "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
            "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
            "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256");

    private final Identity identity;
    private final ClientCertificates clients;
    private final SslContext context;
    private final @Nullable TicketKeys tickets;
    private final byte @Nullable [] endPoint;

    /** Handshakes that BoringSSL is doing, by its pointer to each; empty with the JDK's engine. */
    private final Map<Long, ServerTlsHandler> handshakes = new ConcurrentHashMap<>();

    ServerContext(Identity identity, TlsSettings.Engine engine, ClientCertificates clients) throws TlsException {
        this.identity = identity;
        this.clients = clients;
        this.endPoint = EndPointBinding.of(identity.certificate()).orElse(null);
        this.context = build(identity, engine, clients);
        if (context instanceof ReferenceCountedOpenSslContext boring) {
            KeyLog.listen(boring, this::keyLogged);
            tickets = new TicketKeys(boring.sessionContext());
        } else {
            // The JDK's engine makes and changes its ticket keys itself.
            tickets = null;
        }
    }

    private static SslContext build(Identity identity, TlsSettings.Engine engine, ClientCertificates clients)
            throws TlsException {
        boolean boring = engine == TlsSettings.Engine.BORINGSSL;
        try {
            return SslContextBuilder.forServer(identity.key(), identity.chain().toArray(X509Certificate[]::new))
                    .sslProvider(boring ? SslProvider.OPENSSL_REFCNT : SslProvider.JDK)
                    .protocols("TLSv1.3", "TLSv1.2")
                    .ciphers(CIPHERS, SupportedCipherSuiteFilter.INSTANCE)
                    .applicationProtocolConfig(new ApplicationProtocolConfig(
                            ApplicationProtocolConfig.Protocol.ALPN,
                            ApplicationProtocolConfig.SelectorFailureBehavior.NO_ADVERTISE,
                            ApplicationProtocolConfig.SelectedListenerFailureBehavior.ACCEPT,
                            ALPN))
                    .clientAuth(ClientAuth.NONE)
                    .trustManager(new ClientTrust(clients))
                    .sessionCacheSize(CACHED_SESSIONS)
                    .sessionTimeout(SESSION_LIFE.toSeconds())
                    .build();
        } catch (SSLException | IllegalArgumentException e) {
            throw new TlsException("TLS certificate " + identity.file() + " is refused by the engine " + engine
                    + " (" + e.getMessage() + "). Use an ECDSA P-256 or an RSA certificate of 2048 bits or more.", e);
        }
    }

    Identity identity() {
        return identity;
    }

    ClientCertificates clients() {
        return clients;
    }

    boolean isNative() {
        return tickets != null;
    }

    Optional<byte[]> endPoint() {
        return Optional.ofNullable(endPoint).map(byte[]::clone);
    }

    /**
     * A handler for one new connection.
     *
     * @throws io.netty.util.IllegalReferenceCountException when this context has been released meanwhile
     */
    ServerTlsHandler newHandler(
            ByteBufAllocator allocator, Instant now, TlsSettings.ClientCertificate clientCertificate) {
        ReferenceCountUtil.retain(context);
        try {
            if (tickets != null) {
                tickets.changeWhenOld(now);
            }
            SSLEngine engine = context.newEngine(allocator);
            switch (clientCertificate) {
                case NONE -> {}
                case OPTIONAL -> engine.setWantClientAuth(true);
                case REQUIRED -> engine.setNeedClientAuth(true);
            }
            long pointer = engine instanceof ReferenceCountedOpenSslEngine boring ? boring.sslPointer() : 0;
            ServerTlsHandler handler = new ServerTlsHandler(engine, this, pointer);
            if (pointer != 0) {
                handshakes.put(pointer, handler);
            }
            return handler;
        } finally {
            ReferenceCountUtil.release(context);
        }
    }

    private void keyLogged(long pointer, byte[] line) {
        ServerTlsHandler handler = handshakes.get(pointer);
        if (handler != null) {
            ExporterBinding.of(line).ifPresent(handler::exported);
        }
    }

    void handshakeEnded(ServerTlsHandler handler) {
        handshakes.remove(handler.pointer(), handler);
    }

    /** Gives up the native memory as soon as the last connection has ended. */
    void release() {
        ReferenceCountUtil.release(context);
    }

    /** The keys that encrypt session tickets for BoringSSL, changed so that an old ticket gives nothing away. */
    private static final class TicketKeys {
        private final OpenSslSessionContext sessions;
        private final SecureRandom random = new SecureRandom();
        private final ReentrantLock changing = new ReentrantLock();
        private OpenSslSessionTicketKey current = newKey();
        private volatile Instant changeAt = Instant.MIN;

        TicketKeys(OpenSslSessionContext sessions) {
            this.sessions = sessions;
        }

        /** The key before is still good for reading, so a ticket is honoured for one to two lives of a key. */
        void changeWhenOld(Instant now) {
            if (now.isBefore(changeAt) || !changing.tryLock()) {
                return;
            }
            try {
                OpenSslSessionTicketKey previous = current;
                current = newKey();
                sessions.setTicketKeys(current, previous);
                changeAt = now.plus(SESSION_LIFE);
            } finally {
                changing.unlock();
            }
        }

        private OpenSslSessionTicketKey newKey() {
            return new OpenSslSessionTicketKey(bytes(OpenSslSessionTicketKey.NAME_SIZE),
                    bytes(OpenSslSessionTicketKey.HMAC_KEY_SIZE), bytes(OpenSslSessionTicketKey.AES_KEY_SIZE));
        }

        private byte[] bytes(int length) {
            byte[] bytes = new byte[length];
            random.nextBytes(bytes);
            return bytes;
        }
    }
}
