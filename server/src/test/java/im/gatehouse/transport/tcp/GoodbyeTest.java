package im.gatehouse.transport.tcp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import im.gatehouse.transport.tls.SelfSignedCertificate;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a client over TLS hears at the end. */
class GoodbyeTest {
    private final EmbeddedChannel server = new EmbeddedChannel();
    private final EmbeddedChannel client = new EmbeddedChannel();
    private final TcpConnection connection = DeafServer.connection(server, TcpListener.Encryption.DIRECT);
    private boolean endOfTls;

    /** Notes that the server has ended TLS. */
    private final class AwaitsEnd extends ChannelInboundHandlerAdapter {
        @Override
        public void userEventTriggered(ChannelHandlerContext context, Object event) {
            if (event instanceof SslCloseCompletionEvent completed) {
                endOfTls = completed.isSuccess();
            }
        }
    }

    @BeforeEach
    void connect(@TempDir Path folder) throws IOException {
        Path certificate = folder.resolve("tls.crt");
        Path key = folder.resolve("tls.key");
        SelfSignedCertificate.write(certificate, key, List.of("localhost"));
        SslHandler ours = SslContextBuilder.forServer(certificate.toFile(), key.toFile()).build()
                .newHandler(server.alloc());
        SslHandler theirs = SslContextBuilder.forClient().trustManager(InsecureTrustManagerFactory.INSTANCE).build()
                .newHandler(client.alloc());
        server.freezeTime();
        server.pipeline().addLast(ours, connection);
        client.pipeline().addLast(theirs, new AwaitsEnd());
        exchange();
        assertTrue(ours.handshakeFuture().isSuccess());
    }

    @Test
    void theEndOfTheStreamIsReadByItselfAndTheEndOfTlsLater() {
        connection.close();
        exchange();
        assertEquals("</stream:stream>", heard());
        pass(99);
        assertFalse(endOfTls);
        pass(1);
        assertTrue(endOfTls);
    }

    @Test
    void theEndOfTlsIsSaidThoughTheServerHasNoTimeToWait() {
        connection.close();
        exchange();
        assertFalse(endOfTls);
        server.close();
        carry(server, client);
        assertTrue(endOfTls);
        assertFalse(server.isOpen());
    }

    private void pass(long milliseconds) {
        server.advanceTimeBy(milliseconds, TimeUnit.MILLISECONDS);
        server.runScheduledPendingTasks();
        exchange();
    }

    private String heard() {
        StringBuilder heard = new StringBuilder();
        for (ByteBuf read = client.readInbound(); read != null; read = client.readInbound()) {
            heard.append(read.toString(StandardCharsets.UTF_8));
            read.release();
        }
        return heard.toString();
    }

    /** Carries bytes between the two until neither has more to say. */
    private void exchange() {
        while (carry(server, client) | carry(client, server)) {
            server.runPendingTasks();
            client.runPendingTasks();
        }
    }

    private static boolean carry(EmbeddedChannel from, EmbeddedChannel to) {
        boolean any = false;
        from.runPendingTasks();
        for (ByteBuf written = from.readOutbound(); written != null; written = from.readOutbound()) {
            to.writeInbound(written);
            any = true;
        }
        return any;
    }
}
