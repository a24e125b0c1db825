package im.gatehouse.transport.tls;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.ssl.AbstractSniHandler;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.List;
import javax.net.ssl.SSLHandshakeException;
import org.jspecify.annotations.Nullable;

/** Waits for a client's hello, picks its certificate and gives its place to the handler that encrypts. */
final class TlsStart extends AbstractSniHandler<ServerTlsHandler> {
    /** How long a client has for its hello, and then again for the rest of the handshake. */
    static final Duration HANDSHAKE_TIMEOUT = Duration.ofSeconds(10);

    /** Room for the longest hello with post-quantum key shares and many tickets, and no more. */
    private static final int MAX_HELLO_BYTES = 16 * 1024;

    /** The fatal alert {@code no_application_protocol} (RFC 7301 §3.2). */
    private static final byte[] NO_APPLICATION_PROTOCOL = {21, 3, 3, 0, 2, 2, 120};

    private final Tls tls;
    private final String defaultHost;
    private final boolean alpn;
    private final TlsSettings.ClientCertificate clientCertificate;

    TlsStart(Tls tls, String defaultHost, boolean alpn, TlsSettings.ClientCertificate clientCertificate) {
        super(MAX_HELLO_BYTES, HANDSHAKE_TIMEOUT.toMillis());
        this.tls = tls;
        this.defaultHost = defaultHost;
        this.alpn = alpn;
        this.clientCertificate = clientCertificate;
    }

    /**
     * Refuses a client that wants to talk something else, so that nobody can lead, say, a browser's request here and
     * pass off the answer as that of a web server of the same name (RFC 7301 §3.2, RFC 9325 §3.8).
     */
    @Override
    protected Future<ServerTlsHandler> lookup(ChannelHandlerContext ctx, @Nullable ByteBuf hello) throws Exception {
        if (alpn && hello != null) {
            List<String> offered = ClientHello.protocols(hello);
            if (!offered.isEmpty() && !offered.contains(ServerContext.ALPN)) {
                ctx.writeAndFlush(Unpooled.wrappedBuffer(NO_APPLICATION_PROTOCOL))
                        .addListener(ChannelFutureListener.CLOSE);
                return ctx.executor().newFailedFuture(
                        new SSLHandshakeException("the client offers other protocols than " + ServerContext.ALPN));
            }
        }
        return super.lookup(ctx, hello);
    }

    @Override
    protected Future<ServerTlsHandler> lookup(ChannelHandlerContext ctx, @Nullable String hostname) {
        return ctx.executor()
                .newSucceededFuture(tls.newHandler(hostname, defaultHost, ctx.alloc(), clientCertificate));
    }

    @Override
    protected void onLookupComplete(ChannelHandlerContext ctx, @Nullable String hostname,
            Future<ServerTlsHandler> future) {
        if (!future.isSuccess()) {
            throw new DecoderException(future.cause());
        }
        ServerTlsHandler handler = future.getNow();
        boolean placed = false;
        try {
            ctx.pipeline().replace(this, SslHandler.class.getName(), handler);
            placed = true;
        } finally {
            if (!placed) {
                handler.abandon();
                ReferenceCountUtil.release(handler.engine());
            }
        }
    }
}
