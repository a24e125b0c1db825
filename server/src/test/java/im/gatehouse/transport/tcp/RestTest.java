package im.gatehouse.transport.tcp;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import im.gatehouse.stanza.Stanza;
import im.gatehouse.stream.StreamHandler;
import im.gatehouse.stream.sasl.ChannelBindings;
import im.gatehouse.transport.LoopScratch;
import im.gatehouse.xml.Element;
import im.gatehouse.xml.Namespaces;
import im.gatehouse.xml.XmlException;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** How a client that sends too fast is read. */
class RestTest {
    private final EmbeddedChannel channel = new EmbeddedChannel();
    private final TcpConnection connection = new TcpConnection(
            channel,
            new InetSocketAddress("127.0.0.1", 5222),
            new LoopScratch(channel.eventLoop()),
            new TcpListener.Terms(
                    TcpListener.Encryption.STARTTLS,
                    false,
                    1,
                    () -> 10_000,
                    100,
                    _ -> new ChannelInboundHandlerAdapter(),
                    _ -> ChannelBindings.NONE,
                    Namespaces.CLIENT),
            _ -> new Deaf());

    /** Hears everything and does nothing. */
    private static final class Deaf implements StreamHandler {
        @Override
        public void opened(Element header, String defaultNamespace) {}

        @Override
        public void received(Element element) {}

        @Override
        public void closed() {}

        @Override
        public void failed(XmlException cause) {}

        @Override
        public void disconnected(List<Stanza> undelivered) {}
    }

    @BeforeEach
    void connect() {
        channel.freezeTime();
        channel.pipeline().addLast(connection);
    }

    @Test
    void aClientAtRestIsReadAgainAfterAFewMilliseconds() {
        connection.rest();
        assertFalse(isRead());
        pass(1);
        connection.rest(); // asked again, it rests no longer
        assertFalse(isRead());
        pass(1);
        assertTrue(isRead());
    }

    @Test
    void aClientThatIsPausedIsNotReadWhenItsRestIsOver() {
        connection.rest();
        connection.pause();
        pass(10);
        assertFalse(isRead());
        connection.resume();
        assertTrue(isRead());
    }

    @Test
    void aClientAtRestIsNotReadBecauseItsPauseIsOver() {
        connection.pause();
        connection.rest();
        connection.resume();
        assertFalse(isRead());
        pass(2);
        assertTrue(isRead());
    }

    @Test
    void whatAClientStillSaysAfterTheGoodbyeIsReadWhateverItDidBefore() {
        connection.pause();
        connection.rest();
        connection.close();
        assertTrue(isRead());
        pass(2);
        assertTrue(isRead());
    }

    private boolean isRead() {
        return channel.config().isAutoRead();
    }

    private void pass(long milliseconds) {
        channel.advanceTimeBy(milliseconds, TimeUnit.MILLISECONDS);
        channel.runScheduledPendingTasks();
    }
}
