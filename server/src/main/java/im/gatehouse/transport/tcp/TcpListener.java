package im.gatehouse.transport.tcp;

import im.gatehouse.stream.Connection;
import im.gatehouse.stream.StreamHandler;
import im.gatehouse.stream.sasl.ChannelBindings;
import im.gatehouse.transport.LoopScratch;
import im.gatehouse.transport.Loops;
import im.gatehouse.transport.PerAddress;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.handler.codec.haproxy.HAProxyCommand;
import io.netty.handler.codec.haproxy.HAProxyMessage;
import io.netty.handler.codec.haproxy.HAProxyMessageDecoder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Listens for clients on one TCP port (RFC 6120 section 3), with STARTTLS or TLS from the first byte (XEP-0368), alone
 * or behind a proxy that speaks the PROXY protocol, version 1 or 2.
 */
public final class TcpListener implements AutoCloseable {
    /** How TLS stands at a port. */
    public enum Encryption {
        /** Offered by STARTTLS. */
        STARTTLS,
        /** From the first byte. */
        DIRECT,
        /** None. */
        NONE
    }

    /**
     * What holds at this port.
     *
     * @param proxyProtocol whether every connection must begin with a PROXY protocol header
     * @param mostPerAddress how many connections one address may have at a time, 0 for any number
     * @param signInBytes how many bytes a client may send before sign-in; may change
     * @param mostUnwritten how many stanzas wait for a client that does not read before its connection ends
     * @param tls makes the handler that does TLS, given the domain whose certificate is shown to who names none
     * @param bindings what ties a sign-in to a TLS connection
     * @param namespace the default namespace of its streams; those of components have no version (XEP-0114)
     */
    public record Terms(
            Encryption encryption,
            boolean proxyProtocol,
            int mostPerAddress,
            IntSupplier signInBytes,
            int mostUnwritten,
            Function<String, ChannelHandler> tls,
            Function<SslHandler, ChannelBindings> bindings,
            String namespace) {
        boolean startTls() {
            return encryption == Encryption.STARTTLS;
        }
    }

    /** Idle connections are asked after this many seconds; unanswered, they are dead after 90 in all. */
    private static final int KEEP_ALIVE_SECONDS = 45;

    private static final int KEEP_ALIVE_INTERVAL_SECONDS = 15;
    private static final int KEEP_ALIVE_PROBES = 3;

    /** A proxy sends its header at once; who has not sent one after this long is none. */
    private static final int PROXY_HEADER_SECONDS = 10;

    private final Terms terms;
    private final Function<Connection, StreamHandler> streams;
    private final Loops loops;
    private final Map<EventExecutor, LoopScratch> scratch = new ConcurrentHashMap<>();
    private final PerAddress perAddress = new PerAddress();
    private final ChannelGroup connections = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
    private @Nullable Channel listening;

    /**
     * @param streams makes what hears a new connection
     */
    public TcpListener(Loops loops, Terms terms, Function<Connection, StreamHandler> streams) {
        this.loops = loops;
        this.terms = terms;
        this.streams = streams;
    }

    /**
     * Opens the port.
     *
     * @param address where to listen; port 0 takes any free one
     * @return where it listens
     * @throws IOException when it cannot
     */
    public InetSocketAddress open(InetSocketAddress address) throws IOException {
        ServerBootstrap bootstrap = new ServerBootstrap()
                .group(loops.group())
                .channel(loops.serverChannel())
                .option(ChannelOption.SO_BACKLOG, 1024)
                .option(ChannelOption.SO_REUSEADDR, true)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(ChannelOption.SO_KEEPALIVE, true)
                .childOption(ChannelOption.ALLOW_HALF_CLOSURE, false)
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        accept(channel);
                    }
                });
        if (loops.isEpoll()) {
            bootstrap.childOption(EpollChannelOption.TCP_KEEPIDLE, KEEP_ALIVE_SECONDS)
                    .childOption(EpollChannelOption.TCP_KEEPINTVL, KEEP_ALIVE_INTERVAL_SECONDS)
                    .childOption(EpollChannelOption.TCP_KEEPCNT, KEEP_ALIVE_PROBES)
                    .childOption(EpollChannelOption.TCP_USER_TIMEOUT, 90_000);
        }
        ChannelFuture bound = bootstrap.bind(address).awaitUninterruptibly();
        if (!bound.isSuccess()) {
            throw new IOException(String.valueOf(bound.cause().getMessage()), bound.cause());
        }
        listening = bound.channel();
        return (InetSocketAddress) bound.channel().localAddress();
    }

    private void accept(Channel channel) {
        connections.add(channel);
        ChannelPipeline pipeline = channel.pipeline();
        if (terms.proxyProtocol()) {
            pipeline.addLast(new HAProxyMessageDecoder());
            pipeline.addLast(new ProxyHeader());
        } else {
            admit(channel, (InetSocketAddress) channel.remoteAddress());
        }
    }

    /** Lets a connection in whose client's own address is known. */
    private void admit(Channel channel, InetSocketAddress client) {
        if (!perAddress.enter(channel, client.getAddress(), terms.mostPerAddress())) {
            channel.close();
            return;
        }
        LoopScratch shared = scratch.computeIfAbsent(channel.eventLoop(), LoopScratch::new);
        TcpConnection connection = new TcpConnection(channel, client, shared, terms, streams);
        if (terms.encryption() == Encryption.DIRECT) {
            channel.pipeline().addLast(terms.tls().apply(""));
        }
        if (terms.encryption() != Encryption.NONE) {
            channel.pipeline().addLast(new Secured(connection));
        }
        channel.pipeline().addLast(connection);
    }

    /** Stops listening; connections stay. */
    public void stopListening() {
        if (listening != null) {
            listening.close().awaitUninterruptibly();
        }
    }

    /** Stops listening and closes every connection that is still there. */
    @Override
    public void close() {
        stopListening();
        connections.close().awaitUninterruptibly();
    }

    /** Waits for the PROXY protocol's header, which tells the client's own address. */
    private final class ProxyHeader extends ChannelInboundHandlerAdapter {
        private @Nullable Future<?> deadline;

        /** The deadline of sign-in runs only from the header on, so that has one of its own. */
        @Override
        public void handlerAdded(ChannelHandlerContext context) {
            deadline = context.executor()
                    .schedule(() -> context.channel().close(), PROXY_HEADER_SECONDS, TimeUnit.SECONDS);
        }

        @Override
        public void handlerRemoved(ChannelHandlerContext context) {
            if (deadline != null) {
                deadline.cancel(false);
            }
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            if (message instanceof HAProxyMessage header) {
                InetSocketAddress client;
                try {
                    client = told(header, context.channel());
                } finally {
                    header.release();
                }
                context.pipeline().remove(this);
                admit(context.channel(), client);
            } else {
                context.fireChannelRead(message);
            }
        }

        /** The client of the header; the proxy itself where it speaks for itself, as for a health check. */
        private static InetSocketAddress told(HAProxyMessage header, Channel channel) {
            String source = header.sourceAddress();
            if (header.command() == HAProxyCommand.LOCAL || source == null) {
                return (InetSocketAddress) channel.remoteAddress();
            }
            return new InetSocketAddress(InetAddress.ofLiteral(source), header.sourcePort());
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            context.close();
        }
    }

    /** Tells the connection when TLS stands. */
    private static final class Secured extends ChannelInboundHandlerAdapter {
        private final TcpConnection connection;

        Secured(TcpConnection connection) {
            this.connection = connection;
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext context, Object event) {
            if (event instanceof SslHandshakeCompletionEvent completed) {
                SslHandler tls = context.pipeline().get(SslHandler.class);
                if (completed.isSuccess() && tls != null) {
                    connection.secured(tls);
                    context.pipeline().remove(this);
                }
            }
            context.fireUserEventTriggered(event);
        }
    }
}
