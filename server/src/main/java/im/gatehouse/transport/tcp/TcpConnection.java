package im.gatehouse.transport.tcp;

import im.gatehouse.stanza.Stanza;
import im.gatehouse.stream.Connection;
import im.gatehouse.stream.StreamHandler;
import im.gatehouse.stream.StreamHeader;
import im.gatehouse.stream.sasl.ChannelBindings;
import im.gatehouse.xml.Element;
import im.gatehouse.xml.Namespaces;
import im.gatehouse.xml.XmlBuffer;
import im.gatehouse.xml.XmlException;
import im.gatehouse.xml.XmlReader;
import im.gatehouse.xml.XmlWriter;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.ScheduledFuture;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One client's TCP connection: bytes in, elements on; stanzas in, bytes out.
 *
 * <p>Everything is confined to the channel's event loop but for the queue in which other threads leave what they send.
 * What is sent within one turn of the loop is written with one flush. A client that does not read costs a bounded queue:
 * when that is full the connection ends, and what was not written goes back.
 */
final class TcpConnection extends ChannelInboundHandlerAdapter implements Connection {
    private static final Logger log = LoggerFactory.getLogger(TcpConnection.class);

    private static final byte[] HEADER_START = XmlBuffer.utf8("<?xml version='1.0'?><stream:stream xmlns='"
            + Namespaces.CLIENT + "' xmlns:stream='" + Namespaces.STREAM + "' version='1.0'");
    private static final byte[] STREAM_END = XmlBuffer.utf8("</stream:stream>");

    /** What is serialised beyond this is handed to the socket without waiting for the end of the loop's turn. */
    private static final int FLUSH_AT = 1 << 16;

    /** A few large stanzas must not cost what many small ones may not. */
    private static final int MOST_UNWRITTEN_BYTES = 1 << 24;

    /** How long a client that is told goodbye may take to hear it. */
    private static final int GOODBYE_SECONDS = 5;

    private final TcpListener.Terms terms;
    private final Function<Connection, StreamHandler> streams;
    private final LoopScratch scratch;
    private final Channel channel;
    private final XmlReader reader;

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

    private int signInBytes;
    private boolean dirty;
    private boolean closing;
    private volatile InetSocketAddress remoteAddress;
    private volatile boolean secure;
    private volatile ChannelBindings bindings = ChannelBindings.NONE;

    TcpConnection(
            Channel channel,
            InetSocketAddress remoteAddress,
            LoopScratch scratch,
            TcpListener.Terms terms,
            Function<Connection, StreamHandler> streams) {
        this.channel = channel;
        this.remoteAddress = remoteAddress;
        this.scratch = scratch;
        this.terms = terms;
        this.streams = streams;
        this.signInBytes = terms.signInBytes().getAsInt();
        this.reader = new XmlReader(XmlReader.Limits.BEFORE_SIGN_IN, new XmlReader.Handler() {
            @Override
            public void streamOpened(Element header, String defaultNamespace) {
                stream().opened(header, defaultNamespace);
            }

            @Override
            public void element(Element child) {
                stream().received(child);
            }

            @Override
            public void streamClosed() {
                stream().closed();
            }
        });
    }

    private StreamHandler stream() {
        return java.util.Objects.requireNonNull(handler, "the stream begins when the handler is added");
    }

    private ChannelHandlerContext context() {
        return java.util.Objects.requireNonNull(context, "the context is there when the handler is added");
    }

    // --- in ---

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        this.context = context;
        handler = streams.apply(this);
    }

    /** TLS stands, from the first byte or after STARTTLS. */
    void secured(SslHandler tls) {
        bindings = terms.bindings().apply(tls);
        secure = true;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        ByteBuf bytes = (ByteBuf) message;
        try {
            while (bytes.isReadable() && !closing) {
                int length = Math.min(bytes.readableBytes(), scratch.input.length);
                bytes.readBytes(scratch.input, 0, length);
                read(length);
            }
        } finally {
            bytes.release();
        }
    }

    private void read(int length) {
        try {
            if (signInBytes >= 0) {
                signInBytes -= length;
                if (signInBytes < 0) {
                    throw new XmlException(
                            XmlException.Condition.STANZA_TOO_BIG, "This is too much to say before sign-in");
                }
            }
            reader.feed(scratch.input, 0, length);
        } catch (XmlException e) {
            stopReading();
            stream().failed(e);
        }
    }

    /** Whatever else comes is thrown away as it comes. */
    private void stopReading() {
        reader.discardRest();
        closing = true;
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        // After the goodbye nothing follows: what is still parked then goes back.
        while (goodbye == null && !parked.isEmpty() && channel.isWritable()) {
            switch (parked.remove()) {
                case Kept(Stanza stanza) -> serialise(stanza);
                case Stanza stanza -> noLongerParked(serialise(stanza));
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
    public InetSocketAddress remoteAddress() {
        return remoteAddress;
    }

    @Override
    public String transport() {
        return "tcp";
    }

    @Override
    public boolean isSecure() {
        return secure;
    }

    @Override
    public boolean canStartTls() {
        return terms.startTls() && !secure;
    }

    @Override
    public ChannelBindings channelBindings() {
        return bindings;
    }

    @Override
    public void startTls(Element proceed, String host) {
        inLoop(() -> {
            reader.discardRest();
            reader.reset();
            serialise(proceed);
            flush();
            channel.pipeline().addFirst(terms.tls().apply(host));
        });
    }

    @Override
    public void open(StreamHeader header) {
        inLoop(() -> {
            XmlBuffer buffer = scratch.output().append(HEADER_START);
            XmlWriter.attribute(buffer, "id", header.id());
            optional(buffer, "from", header.from());
            optional(buffer, "to", header.to());
            XmlWriter.attribute(buffer, "xml:lang", header.lang());
            append(buffer.append('>'));
        });
    }

    private static void optional(XmlBuffer buffer, String name, @Nullable String value) {
        if (value != null) {
            XmlWriter.attribute(buffer, name, value);
        }
    }

    @Override
    public void send(Element element) {
        inLoop(() -> write(element));
    }

    @Override
    public void sendKept(Stanza stanza) {
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
    public void send(Stanza stanza) {
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
    public void sendAndRestart(Element element) {
        inLoop(() -> {
            reader.reset();
            serialise(element);
        });
    }

    @Override
    public void limits(XmlReader.Limits limits) {
        inLoop(() -> {
            reader.limits(limits);
            if (limits.maxElements() == 0) {
                signInBytes = -1;
            }
        });
    }

    @Override
    public void pause() {
        inLoop(() -> channel.config().setAutoRead(false));
    }

    @Override
    public void resume() {
        inLoop(() -> channel.config().setAutoRead(true));
    }

    @Override
    public void close() {
        inLoop(() -> sayGoodbye(null));
    }

    @Override
    public void close(Element error) {
        inLoop(() -> sayGoodbye(error));
    }

    // --- out ---

    private void inLoop(Runnable task) {
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
            serialise(stanza);
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

    /** What is no stanza overtakes none, and goes with the connection. */
    private void write(Element element) {
        if (goodbye == null && mustWait()) {
            park(element, length(element));
        } else {
            serialise(element);
        }
    }

    private int length(Element element) {
        XmlBuffer buffer = scratch.output();
        XmlWriter.write(element, Namespaces.CLIENT, buffer);
        return buffer.length();
    }

    private boolean mustWait() {
        return !parked.isEmpty() || !channel.isWritable();
    }

    /** Writes a stanza and says how many bytes that were. */
    private int serialise(Stanza stanza) {
        XmlBuffer buffer = scratch.output();
        stanza.write(buffer, false);
        append(buffer);
        return buffer.length();
    }

    /** Writes an element and says how many bytes that were. */
    private int serialise(Element element) {
        XmlBuffer buffer = scratch.output();
        XmlWriter.write(element, Namespaces.CLIENT, buffer);
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
        stanza.write(buffer, false);
        park(stanza, buffer.length());
    }

    private void park(Object thing, int bytes) {
        parked.add(thing);
        parkedHere++;
        parkedBytes += bytes;
        if (parkedHere > terms.mostUnwritten() || parkedBytes > MOST_UNWRITTEN_BYTES) {
            log.debug("A client does not read what it is sent; its connection ends");
            channel.close();
        }
    }

    private void noLongerParked(int bytes) {
        parkedHere--;
        parkedBytes -= bytes;
    }

    private void append(XmlBuffer buffer) {
        if (!channel.isActive()) {
            return;
        }
        ByteBuf bytes = out;
        if (bytes == null) {
            bytes = channel.alloc().ioBuffer(Math.max(buffer.length(), 512));
            out = bytes;
        }
        bytes.writeBytes(buffer.array(), 0, buffer.length());
        if (bytes.readableBytes() >= FLUSH_AT) {
            flush();
        } else if (!dirty) {
            dirty = true;
            scratch.flusher.add(this);
        }
    }

    /** Hands what is serialised to the socket. */
    void flush() {
        dirty = false;
        ByteBuf bytes = out;
        if (bytes != null) {
            out = null;
            context().writeAndFlush(bytes, context().voidPromise());
        }
    }

    private void release() {
        ByteBuf bytes = out;
        if (bytes != null) {
            out = null;
            bytes.release();
        }
    }

    /**
     * Says the last words, then lets the client hear them: our side is shut, and what still comes is thrown away until
     * the client shuts its own or the time is up. Closing at once would make the system take back what the client has
     * not read.
     */
    private void sayGoodbye(@Nullable Element error) {
        if (goodbye != null || !channel.isActive()) {
            return;
        }
        stopReading();
        channel.config().setAutoRead(true);
        if (error != null) {
            serialise(error);
        }
        append(scratch.output().append(STREAM_END));
        flush();
        goodbye = channel.eventLoop().schedule(() -> channel.close(), GOODBYE_SECONDS, TimeUnit.SECONDS);
        SslHandler tls = channel.pipeline().get(SslHandler.class);
        if (tls != null) {
            tls.closeOutbound();
        }
        context().writeAndFlush(channel.alloc().buffer(0)).addListener(_ -> shutOutput());
    }

    private void shutOutput() {
        if (channel instanceof DuplexChannel duplex && channel.isActive()) {
            duplex.shutdownOutput();
        }
    }
}
