package im.gatehouse.transport.websocket;

import im.gatehouse.stanza.Stanza;
import im.gatehouse.stream.Connection;
import im.gatehouse.stream.StreamHandler;
import im.gatehouse.stream.StreamHeader;
import im.gatehouse.stream.sasl.ChannelBindings;
import im.gatehouse.transport.LoopScratch;
import im.gatehouse.transport.StreamChannel;
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
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.ContinuationWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CorruptedWebSocketFrameException;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.netty.util.ReferenceCountUtil;
import java.net.InetSocketAddress;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One client's WebSocket: each message is one element, each stanza one message (RFC 7395). Frames come decoded; what
 * goes out is framed here. Confined to its event loop.
 */
final class WebSocketConnection extends StreamChannel {
    private static final String FRAMING = "urn:ietf:params:xml:ns:xmpp-framing";
    private static final byte[] OPEN = XmlBuffer.utf8("<open xmlns='" + FRAMING + "' version='1.0'");
    private static final byte[] CLOSE = XmlBuffer.utf8("<close xmlns='" + FRAMING + "'/>");

    private static final int FINAL_TEXT = 0x81;
    private static final int FINAL_CLOSE = 0x88;
    private static final int FINAL_PING = 0x89;
    private static final int FINAL_PONG = 0x8A;
    private static final byte[] PING = {(byte) FINAL_PING, 0};

    private XmlReader.Limits limits = XmlReader.Limits.BEFORE_SIGN_IN;

    /** Whether the next element opens a stream. */
    private boolean awaitingOpen = true;

    /** What has come of a message that comes in several frames. */
    private @Nullable XmlBuffer partial;

    /** Whether anything has come since the last beat. */
    private boolean heard = true;

    /** What may still come before sign-in; negative when that was exceeded. */
    private int signInBytes;

    private int closeCode = WebSocketCloseStatus.NORMAL_CLOSURE.code();

    /**
     * @param bindings what ties a sign-in to the connection; null when it is not encrypted
     */
    WebSocketConnection(
            Channel channel,
            InetSocketAddress remoteAddress,
            @Nullable ChannelBindings bindings,
            LoopScratch scratch,
            WebSocketDoor.Terms terms,
            Function<Connection, StreamHandler> streams) {
        super(channel, remoteAddress, scratch, terms.mostUnwritten(), streams);
        signInBytes = terms.signInBytes().getAsInt();
        if (bindings != null) {
            secured(bindings);
        }
    }

    // --- in ---

    /** Counts all that comes before sign-in, before a frame of it is kept; goes when the client has signed in. */
    final class SignInCount extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            if (signInBytes >= 0 && message instanceof ByteBuf bytes) {
                signInBytes -= bytes.readableBytes();
                if (signInBytes < 0) {
                    refuse(XmlException.Condition.STANZA_TOO_BIG, "This is too much to say before sign-in");
                }
            }
            if (signInBytes < 0) {
                ReferenceCountUtil.release(message);
            } else {
                context.fireChannelRead(message);
            }
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        heard = true;
        try {
            if (message instanceof CloseWebSocketFrame) {
                leave();
            } else if (message instanceof WebSocketFrame frame && !isClosing()) {
                read(frame);
            }
        } finally {
            ReferenceCountUtil.release(message);
        }
    }

    private void read(WebSocketFrame frame) {
        switch (frame) {
            case TextWebSocketFrame text when text.isFinalFragment() -> whole(text.content());
            case TextWebSocketFrame text -> {
                partial = new XmlBuffer();
                add(text.content());
            }
            case ContinuationWebSocketFrame more -> {
                add(more.content());
                if (more.isFinalFragment()) {
                    complete();
                }
            }
            case BinaryWebSocketFrame _ -> {
                closeCode = WebSocketCloseStatus.INVALID_MESSAGE_TYPE.code();
                refuse(XmlException.Condition.BAD_FORMAT, "Elements come in text messages");
            }
            case PingWebSocketFrame ping -> answer(ping.content());
            default -> {} // a pong: it has been heard
        }
    }

    private void whole(ByteBuf content) {
        int length = content.readableBytes();
        byte[] input = length <= scratch().input().length ? scratch().input() : new byte[length];
        content.readBytes(input, 0, length);
        parse(input, length);
    }

    private void add(ByteBuf content) {
        XmlBuffer buffer = partial;
        if (buffer == null) {
            return; // refused already
        }
        if (content.readableBytes() > limits.maxStanzaBytes() - buffer.length()) {
            refuse(XmlException.Condition.STANZA_TOO_BIG, "The message is larger than it may be");
            return;
        }
        byte[] bytes = new byte[content.readableBytes()];
        content.readBytes(bytes);
        buffer.append(bytes);
    }

    private void complete() {
        XmlBuffer buffer = partial;
        partial = null;
        if (buffer != null) {
            parse(buffer.array(), buffer.length());
        }
    }

    private void parse(byte[] bytes, int length) {
        if (isBlank(bytes, length)) {
            return; // clients that keep a connection alive as over TCP, though they should not (section 3.8)
        }
        Element element;
        try {
            element = XmlReader.parse(bytes, 0, length, limits);
        } catch (XmlException e) {
            refuse(e);
            return;
        }
        if (element.is("close", FRAMING)) {
            stream().closed();
        } else if (awaitingOpen) {
            awaitingOpen = false;
            boolean opens = element.is("open", FRAMING);
            stream().opened(element, opens ? Namespaces.CLIENT : element.namespace());
        } else {
            stream().received(element);
        }
    }

    private static boolean isBlank(byte[] bytes, int length) {
        for (int i = 0; i < length; i++) {
            if (" \t\r\n".indexOf(bytes[i]) < 0) {
                return false;
            }
        }
        return true;
    }

    private void refuse(XmlException.Condition condition, String text) {
        refuse(new XmlException(condition, text));
    }

    private void refuse(XmlException cause) {
        if (!isClosing()) {
            stopReading();
            stream().failed(cause);
        }
    }

    /** A client that does not read gets no answer: it has none to wait for. */
    private void answer(ByteBuf ping) {
        if (channel().isWritable()) {
            appendRaw(control(FINAL_PONG, ping));
        }
    }

    private static byte[] control(int start, ByteBuf content) {
        byte[] frame = new byte[2 + content.readableBytes()]; // the decoder lets 125 bytes through at most
        frame[0] = (byte) start;
        frame[1] = (byte) content.readableBytes();
        content.readBytes(frame, 2, content.readableBytes());
        return frame;
    }

    /** The client says that it closes the WebSocket: in answer to us, or in place of the end of its stream. */
    private void leave() {
        stopReading();
        if (!hasSaidGoodbye()) {
            appendRaw(closeFrame());
            flush();
        }
        channel().close();
    }

    @Override
    protected void stopReading() {
        partial = null;
        super.stopReading();
    }

    /** What is no WebSocket ends the stream as what is no XML does. */
    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        if (!(cause instanceof CorruptedWebSocketFrameException broken) || isClosing()) {
            super.exceptionCaught(context, cause);
            return;
        }
        closeCode = broken.closeStatus().code();
        if (broken.closeStatus().equals(WebSocketCloseStatus.MESSAGE_TOO_BIG)) {
            refuse(XmlException.Condition.STANZA_TOO_BIG, "The frame is larger than it may be");
        } else {
            refuse(XmlException.Condition.BAD_FORMAT, "This is no WebSocket frame");
        }
    }

    @Override
    protected void awaitStream() {
        awaitingOpen = true;
    }

    @Override
    protected void allow(XmlReader.Limits limits) {
        this.limits = limits;
        if (limits.maxElements() == 0 && channel().pipeline().get(SignInCount.class) != null) {
            channel().pipeline().remove(SignInCount.class);
        }
    }

    /**
     * Asks whether the client is there still; one of whom nothing has come since the last time is not. Safe from any
     * thread.
     */
    void beat() {
        channel().eventLoop().execute(() -> {
            if (!heard && channel().config().isAutoRead()) {
                channel().close();
                return;
            }
            heard = false;
            if (!hasSaidGoodbye() && channel().isWritable()) {
                appendRaw(PING);
            }
        });
    }

    // --- what the stream asks ---

    @Override
    public String transport() {
        return "websocket";
    }

    @Override
    public boolean canStartTls() {
        return false; // section 3.9
    }

    @Override
    public void startTls(Element proceed, String host) {
        throw new IllegalStateException("There is no STARTTLS over WebSocket");
    }

    // --- out ---

    @Override
    protected void spell(StreamHeader header, XmlBuffer into) {
        into.append(OPEN);
        XmlWriter.attribute(into, "id", header.id());
        optional(into, "from", header.from());
        optional(into, "to", header.to());
        XmlWriter.attribute(into, "xml:lang", header.lang());
        into.append("/>");
    }

    private static void optional(XmlBuffer buffer, String name, @Nullable String value) {
        if (value != null) {
            XmlWriter.attribute(buffer, name, value);
        }
    }

    @Override
    protected void spell(Element element, XmlBuffer into) {
        XmlWriter.write(element, "", into);
    }

    @Override
    protected void spell(Stanza stanza, XmlBuffer into) {
        stanza.write(into, true);
    }

    /** Frames a message as it comes from a server: whole and without a mask (RFC 6455 section 5.2). */
    @Override
    protected void pack(XmlBuffer whole, ByteBuf out) {
        int length = whole.length();
        out.writeByte(FINAL_TEXT);
        if (length < 126) {
            out.writeByte(length);
        } else if (length < 1 << 16) {
            out.writeByte(126).writeShort(length);
        } else {
            out.writeByte(127).writeLong(length);
        }
        out.writeBytes(whole.array(), 0, length);
    }

    private byte[] closeFrame() {
        return new byte[] {(byte) FINAL_CLOSE, 2, (byte) (closeCode >> 8), (byte) closeCode};
    }

    /** Ends the stream and the WebSocket; the client's own frame of closing, or its going, is then awaited. */
    @Override
    protected void endStream() {
        append(scratch().output().append(CLOSE));
        appendRaw(closeFrame());
        flush();
        if (closeCode != WebSocketCloseStatus.NORMAL_CLOSURE.code()) {
            // Its frames are not read any more, so its answer cannot be.
            context().writeAndFlush(channel().alloc().buffer(0)).addListener(_ -> shutOutput());
        }
    }

    private void shutOutput() {
        if (channel() instanceof DuplexChannel duplex && duplex.isActive()) {
            duplex.shutdownOutput();
        }
    }
}
