package im.gatehouse.transport;

import im.gatehouse.stanza.Handover;
import im.gatehouse.stanza.Message;
import im.gatehouse.stanza.Stanza;
import im.gatehouse.stream.Connection;
import im.gatehouse.stream.StreamHandler;
import im.gatehouse.stream.StreamHeader;
import im.gatehouse.stream.sasl.ChannelBindings;
import im.gatehouse.xml.Element;
import im.gatehouse.xml.XmlBuffer;
import im.gatehouse.xml.XmlReader;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.concurrent.ScheduledFuture;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One client's connection, whatever its bytes look like: what it is sent is written in order, with one flush for each
 * turn of the loop, and given back when it cannot be written. How a stream is spelled is the transport's own.
 *
 * <p>Everything is confined to the channel's event loop but for the queue in which other threads leave what they send.
 * A client that does not read costs a bounded queue: when that is full the connection ends, and what was not written
 * goes back.
 */
public abstract class StreamChannel extends ChannelInboundHandlerAdapter implements Connection {
    private static final Logger log = LoggerFactory.getLogger(StreamChannel.class);

    /** What is serialised beyond this is handed to the socket without waiting for the end of the loop's turn. */
    private static final int FLUSH_AT = 1 << 16;

    /** A few large stanzas must not cost what many small ones may not. */
    private static final int MOST_UNWRITTEN_BYTES = 1 << 24;

    /** How long a client that sends too fast is not read from: long enough for a flood to come in handfuls. */
    private static final int REST_MILLIS = 2;

    /** How long a client that is told goodbye may take to hear it. */
    private static final int GOODBYE_SECONDS = 5;

    private final InetSocketAddress remoteAddress;
    private final int mostUnwritten;
    private final Function<Connection, StreamHandler> streams;
    private final LoopScratch scratch;
    private final Channel channel;

    /** What other threads send, in the order of their calls, and what they want done in between. */
    private final Queue<Object> fromOthers = new ConcurrentLinkedQueue<>();

    private final AtomicInteger fromOthersSize = new AtomicInteger();

    private @Nullable StreamHandler handler;
    private @Nullable ChannelHandlerContext context;
    private @Nullable ScheduledFuture<?> goodbye;

    /** Serialised and not yet handed to the socket. */
    private @Nullable ByteBuf out;

    /**
     * What waits because the socket takes no more, in order: stanzas, kept stanzas and elements. Empty but for clients
     * that read slowly.
     */
    private final Queue<Object> parked = new ArrayDeque<>(0);

    /** How many of them nobody else bounds. */
    private int parkedHere;

    /** What these come to when they are written. */
    private int parkedBytes;

    /** A stanza that its sender keeps, as it is left for the loop or parked. */
    private record Kept(Stanza stanza) {}

    /** Who wants to know when what is serialised has been written. */
    private final List<Handover> beingWritten = new ArrayList<>(0);

    private boolean dirty;
    private boolean closing;

    /** Whether the stream wants no input for now. */
    private boolean paused;

    /** Whether the client is not read from for a moment because it sends too fast. */
    private boolean resting;

    private volatile boolean secure;
    private volatile ChannelBindings bindings = ChannelBindings.NONE;

    /**
     * @param remoteAddress the client's own address
     * @param mostUnwritten how many stanzas wait for a client that does not read before its connection ends
     * @param streams makes what hears the connection
     */
    protected StreamChannel(
            Channel channel,
            InetSocketAddress remoteAddress,
            LoopScratch scratch,
            int mostUnwritten,
            Function<Connection, StreamHandler> streams) {
        this.channel = channel;
        this.remoteAddress = remoteAddress;
        this.scratch = scratch;
        this.mostUnwritten = mostUnwritten;
        this.streams = streams;
    }

    // --- what the transport says ---

    /** Writes the server's side of the opening of a stream. */
    protected abstract void spell(StreamHeader header, XmlBuffer into);

    /** Writes what is no stanza. */
    protected abstract void spell(Element element, XmlBuffer into);

    /** Writes a stanza. */
    protected abstract void spell(Stanza stanza, XmlBuffer into);

    /** Puts something that is written whole behind what goes to the socket. */
    protected abstract void pack(XmlBuffer whole, ByteBuf out);

    /** Awaits a new stream, after what the handler is being told of. */
    protected abstract void awaitStream();

    /** Sets what the client may send at a time; no bound on elements means that it has signed in. */
    protected abstract void allow(XmlReader.Limits limits);

    /** Whatever else comes is thrown away as it comes. Call {@code super} too. */
    protected void stopReading() {
        closing = true;
    }

    /** Says the last words of a stream, flushes them and has the client's end awaited. */
    protected abstract void endStream();

    // --- for the transport ---

    protected final Channel channel() {
        return channel;
    }

    protected final LoopScratch scratch() {
        return scratch;
    }

    protected final StreamHandler stream() {
        return Objects.requireNonNull(handler, "the stream begins when the handler is added");
    }

    protected final ChannelHandlerContext context() {
        return Objects.requireNonNull(context, "the context is there when the handler is added");
    }

    /** Whether nothing more is taken from the client. */
    protected final boolean isClosing() {
        return closing;
    }

    /** Whether the client has been told goodbye. */
    protected final boolean hasSaidGoodbye() {
        return goodbye != null;
    }

    /** TLS stands, as far as this server or a proxy that it trusts. */
    protected final void secured(ChannelBindings found) {
        bindings = found;
        secure = true;
    }

    // --- in ---

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        this.context = context;
        handler = streams.apply(this);
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        // After the goodbye nothing follows: what is still parked then goes back.
        while (goodbye == null && !parked.isEmpty() && channel.isWritable()) {
            switch (parked.remove()) {
                case Kept(Stanza stanza) -> serialise(stanza);
                case Stanza stanza -> noLongerParked(serialiseForGood(stanza));
                case Object element -> noLongerParked(serialise((Element) element));
            }
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        closing = true;
        if (goodbye != null) {
            goodbye.cancel(false);
        }
        release();
        List<Stanza> undelivered = takeParked();
        for (Object left = fromOthers.poll(); left != null; left = fromOthers.poll()) {
            if (left instanceof Stanza stanza) {
                undelivered.add(stanza);
            }
        }
        stream().disconnected(undelivered);
    }

    /** The one place where a connection's faults are told: the peer's at debug, ours as a warning. */
    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        if (cause instanceof java.io.IOException || cause instanceof io.netty.handler.codec.DecoderException) {
            log.debug("A connection broke: {}", cause.toString());
        } else {
            log.warn("A connection failed", cause);
        }
        channel.close();
    }

    // --- what the stream asks ---

    @Override
    public final InetSocketAddress remoteAddress() {
        return remoteAddress;
    }

    @Override
    public final boolean isSecure() {
        return secure;
    }

    @Override
    public final ChannelBindings channelBindings() {
        return bindings;
    }

    @Override
    public final void open(StreamHeader header) {
        inLoop(() -> {
            XmlBuffer buffer = scratch.output();
            spell(header, buffer);
            append(buffer);
        });
    }

    @Override
    public final void send(Element element) {
        inLoop(() -> write(element));
    }

    @Override
    public final void sendKept(Stanza stanza) {
        if (channel.eventLoop().inEventLoop()) {
            if (!fromOthers.isEmpty()) {
                takeFromOthers();
            }
            writeKept(stanza);
        } else {
            leave(new Kept(stanza));
        }
    }

    @Override
    public final void send(Stanza stanza) {
        if (channel.eventLoop().inEventLoop()) {
            if (!fromOthers.isEmpty()) {
                takeFromOthers();
            }
            write(stanza);
        } else {
            leave(stanza);
        }
    }

    @Override
    public final void sendAndRestart(Element element) {
        inLoop(() -> {
            awaitStream();
            serialise(element);
        });
    }

    @Override
    public final void limits(XmlReader.Limits limits) {
        inLoop(() -> allow(limits));
    }

    @Override
    public final void pause() {
        inLoop(() -> {
            paused = true;
            readOrNot();
        });
    }

    @Override
    public final void resume() {
        inLoop(() -> {
            paused = false;
            readOrNot();
        });
    }

    @Override
    public final void rest() {
        inLoop(() -> {
            if (!resting && !closing) {
                resting = true;
                readOrNot();
                channel.eventLoop().schedule(this::rested, REST_MILLIS, TimeUnit.MILLISECONDS);
            }
        });
    }

    private void rested() {
        resting = false;
        readOrNot();
    }

    private void readOrNot() {
        channel.config().setAutoRead(closing || !paused && !resting);
    }

    @Override
    public final void close() {
        inLoop(() -> sayGoodbye(null));
    }

    @Override
    public final void close(Element error) {
        inLoop(() -> sayGoodbye(error));
    }

    // --- out ---

    /** Does something on the loop, after all that was sent before. */
    protected final void inLoop(Runnable task) {
        if (channel.eventLoop().inEventLoop()) {
            if (!fromOthers.isEmpty()) {
                takeFromOthers();
            }
            task.run();
        } else {
            leave(task);
        }
    }

    /** Leaves a stanza or a task for the loop. The first to leave something wakes the loop. */
    private void leave(Object thing) {
        fromOthers.add(thing);
        if (fromOthersSize.getAndIncrement() == 0) {
            channel.eventLoop().execute(this::takeFromOthers);
        }
    }

    private void takeFromOthers() {
        int taken = 0;
        for (Object thing = fromOthers.poll(); thing != null; thing = fromOthers.poll()) {
            taken++;
            switch (thing) {
                case Stanza stanza -> write(stanza);
                case Kept(Stanza stanza) -> writeKept(stanza);
                default -> ((Runnable) thing).run();
            }
        }
        if (taken > 0 && fromOthersSize.addAndGet(-taken) > 0) {
            channel.eventLoop().execute(this::takeFromOthers);
        }
    }

    private void write(Stanza stanza) {
        if (closing && goodbye != null || !channel.isActive()) {
            parked.add(stanza);
            if (!channel.isActive()) {
                giveBackParked();
            }
        } else if (mustWait()) {
            park(stanza);
        } else {
            serialiseForGood(stanza);
        }
    }

    /** As a stanza, but what its sender keeps is forgotten here when it can no longer be written. */
    private void writeKept(Stanza stanza) {
        if (closing && goodbye != null || !channel.isActive()) {
            return;
        }
        if (mustWait()) {
            parked.add(new Kept(stanza));
        } else {
            serialise(stanza);
        }
    }

    /** What is no stanza overtakes none, and goes with the connection: nothing follows the goodbye. */
    private void write(Element element) {
        if (goodbye != null) {
            return;
        }
        if (mustWait()) {
            park(element, length(element));
        } else {
            serialise(element);
        }
    }

    private int length(Element element) {
        XmlBuffer buffer = scratch.output();
        spell(element, buffer);
        return buffer.length();
    }

    private boolean mustWait() {
        return !parked.isEmpty() || !channel.isWritable();
    }

    /** Writes a stanza that nobody keeps, and says how many bytes that were. Whoever asked hears when it is written. */
    private int serialiseForGood(Stanza stanza) {
        if (stanza instanceof Message message && message.handover() != null) {
            beingWritten.add(message.handover()); // first, for what is large is flushed in here
        }
        return serialise(stanza);
    }

    /** Writes a stanza and says how many bytes that were. */
    private int serialise(Stanza stanza) {
        XmlBuffer buffer = scratch.output();
        spell(stanza, buffer);
        append(buffer);
        return buffer.length();
    }

    /** Writes what is no stanza, at once, and says how many bytes that were. Call it on the loop. */
    protected final int serialise(Element element) {
        XmlBuffer buffer = scratch.output();
        spell(element, buffer);
        append(buffer);
        return buffer.length();
    }

    private void giveBackParked() {
        stream().disconnected(takeParked());
    }

    private List<Stanza> takeParked() {
        List<Stanza> undelivered = new ArrayList<>();
        for (Object waiting : parked) {
            if (waiting instanceof Stanza stanza) {
                undelivered.add(stanza);
            }
        }
        parked.clear();
        parkedHere = 0;
        parkedBytes = 0;
        return undelivered;
    }

    private void park(Stanza stanza) {
        XmlBuffer buffer = scratch.output();
        spell(stanza, buffer);
        park(stanza, buffer.length());
    }

    private void park(Object thing, int bytes) {
        parked.add(thing);
        parkedHere++;
        parkedBytes += bytes;
        if (parkedHere > mostUnwritten || parkedBytes > MOST_UNWRITTEN_BYTES) {
            log.debug("A client does not read what it is sent; its connection ends");
            channel.close();
        }
    }

    private void noLongerParked(int bytes) {
        parkedHere--;
        parkedBytes -= bytes;
    }

    /** Puts something behind what is written in this turn of the loop. Call it on the loop. */
    protected final void append(XmlBuffer whole) {
        ByteBuf bytes = output(whole.length());
        if (bytes != null) {
            pack(whole, bytes);
            written(bytes);
        }
    }

    /** Puts bytes behind what is written in this turn of the loop, as they are. Call it on the loop. */
    protected final void appendRaw(byte[] raw) {
        ByteBuf bytes = output(raw.length);
        if (bytes != null) {
            bytes.writeBytes(raw);
            written(bytes);
        }
    }

    private @Nullable ByteBuf output(int expected) {
        if (!channel.isActive()) {
            return null;
        }
        ByteBuf bytes = out;
        if (bytes == null) {
            bytes = channel.alloc().ioBuffer(Math.max(expected + 16, 512));
            out = bytes;
        }
        return bytes;
    }

    private void written(ByteBuf bytes) {
        if (bytes.readableBytes() >= FLUSH_AT) {
            flush();
        } else if (!dirty) {
            dirty = true;
            scratch.flusher.add(this);
        }
    }

    /** Hands what is serialised to the socket. */
    protected final void flush() {
        dirty = false;
        ByteBuf bytes = out;
        if (bytes == null) {
            return;
        }
        out = null;
        if (beingWritten.isEmpty()) {
            context().writeAndFlush(bytes, context().voidPromise());
            return;
        }
        List<Handover> written = List.copyOf(beingWritten);
        beingWritten.clear();
        context().writeAndFlush(bytes).addListener(result -> {
            if (result.isSuccess()) {
                written.forEach(Handover::arrived);
            }
        });
    }

    private void release() {
        ByteBuf bytes = out;
        if (bytes != null) {
            out = null;
            bytes.release();
        }
    }

    /**
     * Says the last words, then lets the client hear them: what still comes is thrown away until the client goes or the
     * time is up. Closing at once would make the system take back what the client has not read.
     */
    private void sayGoodbye(@Nullable Element error) {
        if (goodbye != null || !channel.isActive()) {
            return;
        }
        stopReading();
        readOrNot(); // what still comes is thrown away
        if (error != null) {
            serialise(error);
        }
        goodbye = channel.eventLoop().schedule(() -> channel.close(), GOODBYE_SECONDS, TimeUnit.SECONDS);
        endStream();
    }
}
