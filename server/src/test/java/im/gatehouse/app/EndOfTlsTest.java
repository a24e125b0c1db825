package im.gatehouse.app;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What clients over TLS hear when the server stops, whether they say something to it or not. */
@Timeout(120)
class EndOfTlsTest {
    private static final int CLIENTS = 6;
    private static final String LISTENER = """
            [[listen.c2s]]
            port = 0
            tls = "direct"
            max_sign_in_seconds = 3600
            """;
    private static final String HEADER = "<stream:stream to='localhost' version='1.0' xmlns='jabber:client'"
            + " xmlns:stream='http://etherx.jabber.org/streams'>";

    /** A client that opens a stream; every other one answers the server's goodbye. */
    private static final class Client extends SimpleChannelInboundHandler<ByteBuf> {
        final CompletableFuture<Boolean> greeted = new CompletableFuture<>();

        /** Whether TLS was ended before the connection. */
        final CompletableFuture<Boolean> ended = new CompletableFuture<>();

        private final boolean answers;
        private final StringBuilder heard = new StringBuilder();

        Client(boolean answers) {
            this.answers = answers;
        }

        private static void say(ChannelHandlerContext context, String words) {
            context.writeAndFlush(Unpooled.copiedBuffer(words, StandardCharsets.UTF_8));
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext context, Object event) {
            switch (event) {
                case SslHandshakeCompletionEvent handshake when handshake.isSuccess() -> say(context, HEADER);
                case SslCloseCompletionEvent end -> ended.complete(end.isSuccess());
                default -> {}
            }
        }

        @Override
        protected void channelRead0(ChannelHandlerContext context, ByteBuf bytes) {
            heard.append(bytes.toString(StandardCharsets.UTF_8));
            if (heard.indexOf("</stream:features>") >= 0) {
                greeted.complete(true);
            }
            if (answers && heard.indexOf("</stream:stream>") >= 0) {
                say(context, "</stream:stream>");
            }
        }

        @Override
        public void channelInactive(ChannelHandlerContext context) {
            greeted.complete(false);
            ended.complete(false);
        }
    }

    @Test
    void everyClientIsToldTheEndOfTlsWhenTheServerStops(@TempDir Path folder) throws Exception {
        SslContext trusting = SslContextBuilder.forClient()
                .trustManager(InsecureTrustManagerFactory.INSTANCE)
                .build();
        EventLoopGroup loops = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
        List<Client> clients = new ArrayList<>();
        try (RunningServer running = RunningServer.in(folder, LISTENER)) {
            for (int i = 0; i < CLIENTS; i++) {
                Client client = new Client(i % 2 == 0);
                clients.add(client);
                new Bootstrap()
                        .group(loops)
                        .channel(NioSocketChannel.class)
                        .handler(new ChannelInitializer<SocketChannel>() {
                            @Override
                            protected void initChannel(SocketChannel channel) {
                                SslHandler tls = trusting.newHandler(channel.alloc());
                                tls.setHandshakeTimeoutMillis(TimeUnit.MINUTES.toMillis(1));
                                channel.pipeline().addLast(tls, client);
                            }
                        })
                        .connect("127.0.0.1", running.tlsPort())
                        .sync();
                // One after another: the server gives each some seconds for TLS, and all at once would share them.
                assertTrue(client.greeted.get(1, TimeUnit.MINUTES));
            }
            running.close();
            for (Client client : clients) {
                assertTrue(client.ended.get(1, TimeUnit.MINUTES), client.heard::toString);
            }
        } finally {
            loops.shutdownGracefully(0, 2, TimeUnit.SECONDS);
        }
    }
}
