package im.gatehouse.transport.tcp;

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

/** A stream that hears everything and does nothing, for tests of the connection below it. */
final class DeafServer implements StreamHandler {
    /** A connection without a socket. */
    static TcpConnection connection(EmbeddedChannel channel, TcpListener.Encryption encryption) {
        return new TcpConnection(
                channel,
                new InetSocketAddress("127.0.0.1", 5222),
                new LoopScratch(channel.eventLoop()),
                new TcpListener.Terms(
                        encryption,
                        false,
                        1,
                        () -> 10_000,
                        100,
                        _ -> new ChannelInboundHandlerAdapter(),
                        _ -> ChannelBindings.NONE,
                        Namespaces.CLIENT),
                _ -> new DeafServer());
    }

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
