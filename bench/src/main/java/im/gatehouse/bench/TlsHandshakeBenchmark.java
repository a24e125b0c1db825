package im.gatehouse.bench;

import im.gatehouse.transport.tls.SelfSignedCertificate;
import im.gatehouse.transport.tls.Tls;
import im.gatehouse.transport.tls.TlsSettings;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.handler.ssl.OpenSslContextOption;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import javax.net.ssl.SSLException;

/**
 * Measures what a TLS connection costs the server until it is encrypted: CPU time of the one event loop thread, for
 * each engine, from the first byte to the close, with an ECDSA P-256 certificate. Prints a table.
 *
 * <p>Arguments: handshakes per round (2000), rounds (5; the median is told).
 */
public final class TlsHandshakeBenchmark {
    private final int handshakes;
    private final int rounds;

    private TlsHandshakeBenchmark(int handshakes, int rounds) {
        this.handshakes = handshakes;
        this.rounds = rounds;
    }

    public static void main(String[] args) throws Exception {
        int handshakes = args.length > 0 ? Integer.parseInt(args[0]) : 2000;
        int rounds = args.length > 1 ? Integer.parseInt(args[1]) : 5;
        var benchmark = new TlsHandshakeBenchmark(handshakes, rounds);
        System.out.println("| engine | protocol | key exchange | CPU ms of the server |");
        System.out.println("|---|---|---|---|");
        for (TlsSettings.Engine engine : TlsSettings.Engine.values()) {
            benchmark.run(engine, "TLSv1.3", "x25519", "P-256");
            benchmark.run(engine, "TLSv1.3", "P-256");
            benchmark.run(engine, "TLSv1.2", "x25519", "P-256");
        }
    }

    private void run(TlsSettings.Engine engine, String protocol, String... groups)
            throws Exception {
        Path folder = Files.createTempDirectory("tls");
        Path certificate = folder.resolve("tls.pem");
        Path key = folder.resolve("tls.key");
        SelfSignedCertificate.write(certificate, key, List.of("localhost"));
        EventLoopGroup acceptor = new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
        EventLoopGroup loop = new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
        try (Tls tls = Tls.load(new TlsSettings(certificate, key, Map.of(), engine))) {
            LongAdder greeted = new LongAdder();
            Channel listener = listen(tls, acceptor, loop, greeted);
            InetSocketAddress address = (InetSocketAddress) listener.localAddress();
            long thread = loop.submit(() -> Thread.currentThread().threadId()).get();
            var times = ManagementFactory.getThreadMXBean();
            SslContext clients = clients(protocol, groups);
            shake(address, clients, acceptor);
            double[] costs = new double[rounds];
            for (int round = 0; round < rounds; round++) {
                long before = times.getThreadCpuTime(thread);
                shake(address, clients, acceptor);
                costs[round] = (times.getThreadCpuTime(thread) - before) / 1e6 / handshakes;
            }
            if (greeted.sum() != (rounds + 1L) * handshakes) {
                throw new IllegalStateException("only " + greeted + " handshakes succeeded");
            }
            double median = Arrays.stream(costs).sorted().toArray()[rounds / 2];
            System.out.printf("| %s | %s | %s | %.3f |%n", engine, protocol, groups[0], median);
        } finally {
            loop.shutdownGracefully().sync();
            acceptor.shutdownGracefully().sync();
            Files.delete(certificate);
            Files.delete(key);
            Files.delete(folder);
        }
    }

    private static Channel listen(Tls tls, EventLoopGroup acceptor, EventLoopGroup loop, LongAdder greeted) {
        return new ServerBootstrap().group(acceptor, loop).channel(EpollServerSocketChannel.class)
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        channel.pipeline().addLast(tls.starting("localhost", true), new Greeting(greeted));
                    }
                })
                .bind(InetAddress.getLoopbackAddress(), 0).syncUninterruptibly().channel();
    }

    /** One connection after the other; each waits for the server's byte and closes. */
    private void shake(InetSocketAddress server, SslContext clients, EventLoopGroup loop) throws InterruptedException {
        for (int i = 0; i < handshakes; i++) {
            new Bootstrap().group(loop).channel(EpollSocketChannel.class)
                    .handler(new ChannelInitializer<>() {
                        @Override
                        protected void initChannel(Channel channel) {
                            channel.pipeline().addLast(clients.newHandler(channel.alloc()), new Goodbye());
                        }
                    })
                    .connect(server).sync().channel().closeFuture().sync();
        }
    }

    /** The clients are BoringSSL's, so that they take little of the machine from the server. */
    private static SslContext clients(String protocol, String... groups) throws SSLException {
        return SslContextBuilder.forClient().sslProvider(SslProvider.OPENSSL)
                .protocols(protocol)
                .option(OpenSslContextOption.GROUPS, groups)
                .endpointIdentificationAlgorithm(null)
                .trustManager(InsecureTrustManagerFactory.INSTANCE)
                .build();
    }

    /** Sends one byte when the connection is encrypted, as a server does that has something to say. */
    private static final class Greeting extends ChannelInboundHandlerAdapter {
        private final LongAdder greeted;

        Greeting(LongAdder greeted) {
            this.greeted = greeted;
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
            if (event instanceof SslHandshakeCompletionEvent done && done.isSuccess()) {
                if (!Tls.channelBindings(ctx.pipeline().get(SslHandler.class)).containsKey("tls-server-end-point")) {
                    throw new IllegalStateException("no binding");
                }
                greeted.increment();
                ctx.writeAndFlush(ctx.alloc().buffer(1).writeByte('x'));
            }
        }

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            ((ByteBuf) message).release();
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            ctx.close();
        }
    }

    private static final class Goodbye extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            ((ByteBuf) message).release();
            ctx.close();
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            ctx.close();
        }
    }
}
