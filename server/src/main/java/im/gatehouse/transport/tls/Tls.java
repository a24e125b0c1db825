package im.gatehouse.transport.tls;

import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.ChannelHandler;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.IllegalReferenceCountException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Encrypts clients' connections with the operator's certificates: TLS 1.2 and 1.3 (RFC 6120 §5, RFC 7590, RFC 9325),
 * one certificate per host by server name indication, and new files without a restart. Safe for use by many threads.
 */
public final class Tls implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Tls.class);
    private static final Duration EXPIRY_NOTICE = Duration.ofDays(14);

    private final InstantSource clock;
    private final ReentrantLock reloading = new ReentrantLock();
    private TlsSettings settings;
    private volatile Certificates certificates;

    private Tls(TlsSettings settings, InstantSource clock, Certificates certificates) {
        this.settings = settings;
        this.clock = clock;
        this.certificates = certificates;
    }

    /**
     * Reads the certificates by the machine's clock; see {@link #load(TlsSettings, InstantSource)}.
     *
     * @throws TlsException when they cannot be used
     */
    public static Tls load(TlsSettings settings) throws TlsException {
        return load(settings, InstantSource.system());
    }

    /**
     * Reads the certificates. Blocks for the files. Logs a warning for each that has expired or soon will.
     *
     * @param clock says when certificates expire and ticket keys are old
     * @throws TlsException when a file is missing, unreadable or no certificate or key, when a key does not belong to
     *     its certificate, or when this system lacks the engine; the message is one line with what to do
     */
    public static Tls load(TlsSettings settings, InstantSource clock) throws TlsException {
        Certificates certificates = read(settings, clock);
        return new Tls(settings, clock, certificates);
    }

    /**
     * Reads all files again. Connections that begin afterwards get the new certificates; those that live keep theirs.
     * Blocks for the files.
     *
     * @throws TlsException as in {@link #load(TlsSettings, InstantSource)}; then everything stays as it was
     */
    public void reload() throws TlsException {
        reloading.lock();
        try {
            replace(settings);
        } finally {
            reloading.unlock();
        }
    }

    /**
     * Takes new settings and reads their files; see {@link #reload()}.
     *
     * @throws TlsException as in {@link #reload()}
     */
    public void reload(TlsSettings settings) throws TlsException {
        reloading.lock();
        try {
            replace(settings);
            this.settings = settings;
        } finally {
            reloading.unlock();
        }
    }

    private void replace(TlsSettings from) throws TlsException {
        Certificates old = certificates;
        certificates = read(from, clock);
        old.release();
    }

    /**
     * A handler that encrypts one connection from here on: put it first in the channel's pipeline, for STARTTLS right
     * after {@code <proceed/>} was flushed, for direct TLS when the channel opens. It waits for the client's hello,
     * then gives its place to an {@link SslHandler}, which fires
     * {@link io.netty.handler.ssl.SslHandshakeCompletionEvent} when the connection is encrypted or has failed.
     * Failures also come as exceptions, after which the channel is closed. The client has 10 seconds for its hello
     * and 10 for the rest.
     *
     * <p>Whatever came unencrypted before must have been discarded by then (RFC 6120 §5.3.3).
     *
     * @param defaultHost whose certificate a client gets that asks for none or for one that is not here
     * @param alpn true for direct TLS (XEP-0368): a client that offers other protocols than {@code xmpp-client} is
     *     refused; one that offers none is served
     */
    public ChannelHandler starting(String defaultHost, boolean alpn) {
        return starting(defaultHost, alpn, TlsSettings.ClientCertificate.NONE);
    }

    /**
     * As {@link #starting(String, boolean)}, where clients may be asked for a certificate of their own.
     *
     * @param clientCertificate whether they are
     */
    public ChannelHandler starting(
            String defaultHost, boolean alpn, TlsSettings.ClientCertificate clientCertificate) {
        return new TlsStart(this, defaultHost, alpn, clientCertificate);
    }

    ServerTlsHandler newHandler(
            @Nullable String asked,
            String defaultHost,
            ByteBufAllocator allocator,
            TlsSettings.ClientCertificate clientCertificate) {
        while (true) {
            Certificates now = certificates;
            try {
                return now.pick(asked, defaultHost).newHandler(allocator, clock.instant(), clientCertificate);
            } catch (IllegalReferenceCountException e) {
                if (now == certificates) {
                    throw e;
                }
                // A reload came between; there are newer ones.
            }
        }
    }

    /**
     * What a sign-in on a connection can be bound to, by the names of XEP-0440, the strongest first: with TLS 1.3
     * {@code tls-exporter} (RFC 9266), with nearly all certificates {@code tls-server-end-point} (RFC 5929). Empty
     * before the handshake has succeeded, and for handlers that do not come from {@link #starting}. Computed anew at
     * each call, within some ten microseconds.
     */
    public static Map<String, byte[]> channelBindings(SslHandler handler) {
        return handler instanceof ServerTlsHandler ours ? ours.channelBindings() : Map.of();
    }

    /**
     * Whom the client on a connection is by its certificate; empty before the handshake has succeeded, and when it has
     * shown no certificate that is believed. Checks the certificate anew at each call, which costs about a millisecond.
     */
    public static Optional<CertifiedNames> certified(SslHandler handler) {
        return handler instanceof ServerTlsHandler ours ? ours.certified() : Optional.empty();
    }

    /** Ends nothing that lives; no new connection can be encrypted afterwards. */
    @Override
    public void close() {
        reloading.lock();
        try {
            certificates.release();
        } finally {
            reloading.unlock();
        }
    }

    private static Certificates read(TlsSettings settings, InstantSource clock) throws TlsException {
        if (settings.engine() == TlsSettings.Engine.BORINGSSL && !OpenSsl.isAvailable()) {
            throw new TlsException("TLS engine boringssl does not exist for this system ("
                    + System.getProperty("os.name") + " " + System.getProperty("os.arch")
                    + "). Set engine = \"jdk\" in [tls].", OpenSsl.unavailabilityCause());
        }
        Certificates read = Certificates.read(settings, clock);
        warnings(read, clock.instant()).forEach(log::warn);
        return read;
    }

    private static List<String> warnings(Certificates read, Instant now) {
        List<String> warnings = new ArrayList<>();
        expiry(read.general().identity(), now, warnings);
        read.configured().forEach((host, context) -> {
            expiry(context.identity(), now, warnings);
            if (!context.identity().covers(host)) {
                warnings.add("TLS certificate " + context.identity().file() + " is not for " + host
                        + ", so clients will refuse it");
            }
        });
        return warnings;
    }

    private static void expiry(Identity identity, Instant now, List<String> warnings) {
        X509Certificate certificate = identity.certificate();
        Instant end = certificate.getNotAfter().toInstant();
        if (end.isBefore(now)) {
            warnings.add("TLS certificate " + identity.file() + " has expired at " + end
                    + ", so clients will refuse it. Renew it and reload");
        } else if (end.isBefore(now.plus(EXPIRY_NOTICE))) {
            warnings.add("TLS certificate " + identity.file() + " expires at " + end + ". Renew it and reload");
        } else if (certificate.getNotBefore().toInstant().isAfter(now)) {
            warnings.add("TLS certificate " + identity.file() + " is not valid before "
                    + certificate.getNotBefore().toInstant() + ". Is this machine's clock right?");
        }
    }
}
