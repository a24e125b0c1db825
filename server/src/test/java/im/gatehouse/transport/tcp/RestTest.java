package im.gatehouse.transport.tcp;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.channel.embedded.EmbeddedChannel;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** How a client that sends too fast is read. */
class RestTest {
    private final EmbeddedChannel channel = new EmbeddedChannel();
    private final TcpConnection connection = DeafServer.connection(channel, TcpListener.Encryption.STARTTLS);

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
