package im.gatehouse.bench;

import im.gatehouse.transport.tls.SelfSignedCertificate;
import im.gatehouse.transport.tls.Tls;
import im.gatehouse.transport.tls.TlsSettings;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import java.io.BufferedReader;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * Measures what an idle encrypted connection keeps: the server's live heap and its resident memory for each. The
 * clients are another process, which this one starts. Each connection sends and receives one message before it rests.
 *
 * <p>Arguments: {@code jdk}, {@code boringssl} or {@code none}; connections (2000). Run it with a fixed heap
 * ({@code -Xms512m -Xmx512m -XX:+AlwaysPreTouch}), so that resident memory grows by native memory alone.
 */
public final class TlsMemoryBenchmark {
    private TlsMemoryBenchmark() {
    }

    public static void main(String[] args) throws Exception {
        int connections = args.length > 1 ? Integer.parseInt(args[1]) : 2000;
        if (args[0].equals("client")) {
            client(Integer.parseInt(args[2]), connections, args[3].equals("none"));
        } else {
            server(args[0], connections);
        }
    }

    private static void server(String engine, int connections) throws Exception {
        Path folder = Files.createTempDirectory("tls");
        Path certificate = folder.resolve("tls.pem");
        Path key = folder.resolve("tls.key");
        SelfSignedCertificate.write(certificate, key, List.of("localhost"));
        TlsSettings.Engine kind = engine.equals("jdk") ? TlsSettings.Engine.JDK : TlsSettings.Engine.BORINGSSL;
        EventLoopGroup loop = new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
        try (Tls tls = Tls.load(new TlsSettings(certificate, key, Map.of(), kind))) {
            InetSocketAddress address = (InetSocketAddress) new ServerBootstrap().group(loop)
                    .channel(EpollServerSocketChannel.class)
                    .childHandler(new ChannelInitializer<>() {
                        @Override
                        protected void initChannel(Channel channel) {
                            if (!engine.equals("none")) {
                                channel.pipeline().addLast(tls.starting("localhost", true));
                            }
                            channel.pipeline().addLast(new Echo());
                        }
                    })
                    .bind(InetAddress.getLoopbackAddress(), 0).sync().channel().localAddress();
            // The first ones load classes and begin pools. Few, so that what they leave is not what later ones take.
            clients(50, address, engine).close();
            long heap = liveHeap();
            long resident = resident();
            Clients clients = clients(connections, address, engine);
            System.out.printf("%s: heap %.1f KiB, resident %.1f KiB for each of %d idle connections%n", engine,
                    (liveHeap() - heap) / 1024.0 / connections, (resident() - resident) / 1024.0 / connections,
                    connections);
            clients.close();
        } finally {
            loop.shutdownGracefully().sync();
            Files.delete(certificate);
            Files.delete(key);
            Files.delete(folder);
        }
    }

    private record Clients(Process process) {
        void close() throws IOException, InterruptedException {
            process.getOutputStream().close();
            process.waitFor();
        }
    }

    private static Clients clients(int connections, InetSocketAddress address, String engine) throws IOException {
        Process process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow",
                "-cp", System.getProperty("java.class.path"), TlsMemoryBenchmark.class.getName(),
                "client", Integer.toString(connections), Integer.toString(address.getPort()), engine)
                .redirectError(ProcessBuilder.Redirect.INHERIT).start();
        BufferedReader out = process.inputReader();
        for (String line = out.readLine(); line != null; line = out.readLine()) {
            if (line.equals("ready")) {
                return new Clients(process);
            }
        }
        throw new IOException("the clients could not connect");
    }

    private static void client(int port, int connections, boolean plain) throws Exception {
        EventLoopGroup loop = new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
        SslContext context = SslContextBuilder.forClient().sslProvider(SslProvider.OPENSSL)
                .endpointIdentificationAlgorithm(null)
                .trustManager(InsecureTrustManagerFactory.INSTANCE).build();
        try {
            connect(loop, context, port, connections, plain);
            System.out.println("ready");
            System.in.readAllBytes();
        } finally {
            loop.shutdownGracefully().sync();
        }
    }

    private static void connect(EventLoopGroup loop, SslContext context, int port, int connections, boolean plain)
            throws InterruptedException {
        for (int i = 0; i < connections; i++) {
            Channel channel = new Bootstrap().group(loop).channel(EpollSocketChannel.class)
                    .handler(new ChannelInitializer<>() {
                        @Override
                        protected void initChannel(Channel channel) {
                            if (!plain) {
                                channel.pipeline().addLast(context.newHandler(channel.alloc()));
                            }
                        }
                    })
                    .connect(InetAddress.getLoopbackAddress(), port).sync().channel();
            if (!plain) {
                channel.pipeline().get(SslHandler.class).handshakeFuture().sync();
            }
            channel.writeAndFlush(channel.alloc().buffer(200).writeZero(200)).sync();
        }
    }

    private static long liveHeap() throws InterruptedException {
        for (int i = 0; i < 4; i++) {
            System.gc();
            Thread.sleep(200);
        }
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }

    private static long resident() throws IOException {
        return Files.readAllLines(Path.of("/proc/self/status")).stream().filter(line -> line.startsWith("VmRSS:"))
                .mapToLong(line -> 1024 * Long.parseLong(line.replaceAll("\\D", ""))).findFirst().orElseThrow();
    }

    private static final class Echo extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            ctx.writeAndFlush(message);
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            ctx.close();
        }
    }
}
