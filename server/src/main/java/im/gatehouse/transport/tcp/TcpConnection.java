package im.gatehouse.transport.tcp;

import im.gatehouse.stanza.Stanza;
import im.gatehouse.stream.Connection;
import im.gatehouse.stream.StreamHandler;
import im.gatehouse.stream.StreamHeader;
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
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.ssl.SslHandler;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** One client's TCP connection: bytes in, elements on; stanzas in, bytes out. Confined to its event loop. */
final class TcpConnection extends StreamChannel {
    private static final byte[] DECLARATION = XmlBuffer.utf8("<?xml version='1.0'?><stream:stream");
    private static final byte[] STREAM_NAMESPACE = XmlBuffer.utf8(" xmlns:stream='" + Namespaces.STREAM + "'");
    private static final byte[] STREAM_END = XmlBuffer.utf8("</stream:stream>");

    /** How long after the end of the stream that of TLS comes: long enough for the former to be read by itself. */
    private static final int TLS_AFTER_MILLIS = 100;

    private final TcpListener.Terms terms;
    private final XmlReader reader;

    /** What may still come before sign-in; negative once the client has signed in. */
    private int signInBytes;

    TcpConnection(
            Channel channel,
            InetSocketAddress remoteAddress,
            LoopScratch scratch,
            TcpListener.Terms terms,
            Function<Connection, StreamHandler> streams) {
        super(channel, remoteAddress, scratch, terms.mostUnwritten(), streams);
        this.terms = terms;
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

    // --- in ---

    /** TLS stands, from the first byte or after STARTTLS. */
    void secured(SslHandler tls) {
        secured(terms.bindings().apply(tls));
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        ByteBuf bytes = (ByteBuf) message;
        byte[] input = scratch().input();
        try {
            while (bytes.isReadable() && !isClosing()) {
                int length = Math.min(bytes.readableBytes(), input.length);
                bytes.readBytes(input, 0, length);
                read(input, length);
            }
        } finally {
            bytes.release();
        }
    }

    private void read(byte[] input, int length) {
        try {
            if (signInBytes >= 0) {
                signInBytes -= length;
                if (signInBytes < 0) {
                    throw new XmlException(
                            XmlException.Condition.STANZA_TOO_BIG, "This is too much to say before sign-in");
                }
            }
            reader.feed(input, 0, length);
        } catch (XmlException e) {
            stopReading();
            stream().failed(e);
        }
    }

    @Override
    protected void stopReading() {
        reader.discardRest();
        super.stopReading();
    }

    @Override
    protected void awaitStream() {
        reader.reset();
    }

    @Override
    protected void allow(XmlReader.Limits limits) {
        reader.limits(limits);
        if (limits.maxElements() == 0) {
            signInBytes = -1;
        }
    }

    // --- what the stream asks ---

    @Override
    public String transport() {
        return "tcp";
    }

    @Override
    public boolean canStartTls() {
        return terms.startTls() && !isSecure();
    }

    @Override
    public void startTls(Element proceed, String host) {
        inLoop(() -> {
            reader.discardRest();
            reader.reset();
            serialise(proceed);
            flush();
            channel().pipeline().addFirst(terms.tls().apply(host));
        });
    }

    // --- out ---

    @Override
    protected void spell(StreamHeader header, XmlBuffer into) {
        boolean client = terms.namespace().equals(Namespaces.CLIENT);
        into.append(DECLARATION);
        XmlWriter.attribute(into, "xmlns", terms.namespace());
        into.append(STREAM_NAMESPACE);
        if (client) {
            XmlWriter.attribute(into, "version", "1.0");
        }
        XmlWriter.attribute(into, "id", header.id());
        optional(into, "from", header.from());
        optional(into, "to", header.to());
        if (client) {
            XmlWriter.attribute(into, "xml:lang", header.lang());
        }
        into.append('>');
    }

    private static void optional(XmlBuffer buffer, String name, @Nullable String value) {
        if (value != null) {
            XmlWriter.attribute(buffer, name, value);
        }
    }

    /** What is of a client's namespace is written without one, and so is of the stream's. */
    @Override
    protected void spell(Element element, XmlBuffer into) {
        XmlWriter.writeInStream(element, Namespaces.CLIENT, into);
    }

    @Override
    protected void spell(Stanza stanza, XmlBuffer into) {
        stanza.write(into, false);
    }

    @Override
    protected void pack(XmlBuffer whole, ByteBuf out) {
        out.writeBytes(whole.array(), 0, whole.length());
    }

    /**
     * Our side is shut behind the last words; the client shuts its own when it has read them. The end of TLS comes a
     * moment later: who has ended the stream has the first word there (RFC 6120 section 4.4), and some clients, such as
     * Smack's over NIO, lose what they read together with it.
     */
    @Override
    protected void endStream() {
        append(scratch().output().append(STREAM_END));
        flush();
        SslHandler tls = channel().pipeline().get(SslHandler.class);
        if (tls == null) {
            context().writeAndFlush(channel().alloc().buffer(0)).addListener(_ -> shutOutput());
        } else {
            channel().eventLoop().schedule(() -> endTls(tls), TLS_AFTER_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    private void endTls(SslHandler tls) {
        if (channel().isActive()) {
            tls.closeOutbound().addListener(_ -> shutOutput());
        }
    }

    private void shutOutput() {
        if (channel() instanceof DuplexChannel duplex && duplex.isActive()) {
            duplex.shutdownOutput();
        }
    }
}
