package im.gatehouse.transport.websocket;

import im.gatehouse.stream.Connection;
import im.gatehouse.stream.StreamHandler;
import im.gatehouse.stream.sasl.ChannelBindings;
import im.gatehouse.time.Time;
import im.gatehouse.transport.LoopScratch;
import im.gatehouse.transport.PerAddress;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.handler.codec.http.websocketx.WebSocket13FrameDecoder;
import io.netty.handler.codec.http.websocketx.WebSocketDecoderConfig;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/** Lets clients in whose HTTP connection has become a WebSocket (RFC 7395). Safe from any thread. */
public final class WebSocketDoor implements AutoCloseable {
    /**
     * What holds at this door.
     *
     * @param mostPerAddress how many connections one address may have at a time, 0 for any number
     * @param signInBytes how many bytes a client may send before sign-in; may change
     * @param frameBytes how large a frame may be; may change
     * @param mostUnwritten how many stanzas wait for a client that does not read before its connection ends
     * @param beat how often a client is asked whether it is there; one that has not been heard for a whole beat is not
     */
    public record Terms(
            int mostPerAddress, IntSupplier signInBytes, IntSupplier frameBytes, int mostUnwritten, Duration beat) {}

    private final Terms terms;
    private final Function<Connection, StreamHandler> streams;
    private final Map<EventExecutor, LoopScratch> scratch = new ConcurrentHashMap<>();
    private final PerAddress perAddress = new PerAddress();
    private final ChannelGroup channels = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
    private final Set<WebSocketConnection> connections = ConcurrentHashMap.newKeySet();
    private final Time.Timer heart;
    private volatile boolean shut;

    /**
     * @param streams makes what hears a new connection
     */
    public WebSocketDoor(Terms terms, Time time, Function<Connection, StreamHandler> streams) {
        this.terms = terms;
        this.streams = streams;
        this.heart = time.every(terms.beat(), () -> connections.forEach(WebSocketConnection::beat));
    }

    /** Whether nobody is let in any more. */
    public boolean isShut() {
        return shut;
    }

    /**
     * Lets a client in. To be called on the loop of its channel, whose handshake has been written.
     *
     * @param last the handler in the pipeline that has read HTTP; the WebSocket's take its place
     * @param client the client's own address
     * @param bindings what ties a sign-in to the connection; null when it is not encrypted
     */
    public void admit(
            ChannelPipeline pipeline,
            ChannelHandler last,
            InetSocketAddress client,
            @Nullable ChannelBindings bindings) {
        Channel channel = pipeline.channel();
        channels.add(channel);
        if (shut || !perAddress.enter(channel, client.getAddress(), terms.mostPerAddress())) {
            channel.close();
            return;
        }
        LoopScratch shared = scratch.computeIfAbsent(channel.eventLoop(), LoopScratch::new);
        WebSocketConnection connection =
                new WebSocketConnection(channel, client, bindings, shared, terms, streams);
        connections.add(connection);
        channel.closeFuture().addListener(_ -> connections.remove(connection));
        pipeline.addLast(connection);
        pipeline.addAfter(pipeline.context(last).name(), null, frames());
        // What the client has sent behind its request goes to this one.
        pipeline.replace(last, null, connection.new SignInCount());
    }

    private WebSocket13FrameDecoder frames() {
        return new WebSocket13FrameDecoder(WebSocketDecoderConfig.newBuilder()
                .maxFramePayloadLength(terms.frameBytes().getAsInt())
                .expectMaskedFrames(true)
                .allowMaskMismatch(false)
                .allowExtensions(false)
                .closeOnProtocolViolation(false)
                .withUTF8Validator(false)
                .build());
    }

    /** Lets nobody in any more; connections stay. */
    public void shut() {
        shut = true;
    }

    /** Lets nobody in any more and closes every connection that is still there. */
    @Override
    public void close() {
        shut = true;
        heart.cancel();
        channels.close().awaitUninterruptibly();
    }
}
