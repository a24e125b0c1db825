package im.gatehouse.modules;

import im.gatehouse.app.ScramConversation;
import im.gatehouse.stanza.Stanza;
import im.gatehouse.stream.ClientStream;
import im.gatehouse.stream.Connection;
import im.gatehouse.stream.Entrance;
import im.gatehouse.stream.StreamContext;
import im.gatehouse.stream.StreamHeader;
import im.gatehouse.stream.sasl.ChannelBindings;
import im.gatehouse.stream.sasl.MechanismName;
import im.gatehouse.xml.Element;
import im.gatehouse.xml.Namespaces;
import im.gatehouse.xml.XmlReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * A client whose server side is whole but for the socket: its stream negotiates as every other does, by SCRAM-SHA-256.
 */
public final class StreamClient implements Connection {
    private static final long PATIENCE_SECONDS = 60;

    private final String host;
    private final ClientStream stream;
    private final BlockingQueue<Element> heard = new LinkedBlockingQueue<>();
    private volatile boolean closed;

    StreamClient(StreamContext context, String host) {
        this.host = host;
        this.stream = new ClientStream(this, context, new Entrance(false, Duration.ofHours(1), false));
    }

    /**
     * Signs in.
     *
     * @param derived what was derived from passwords, for many clients to share
     * @return the server's last word: {@code success} or {@code failure}
     */
    public Element signIn(String user, String password, Map<String, byte[]> derived) {
        open();
        ScramConversation scram =
                new ScramConversation(MechanismName.SCRAM_SHA_256, new byte[0], user, password, derived);
        say(Element.builder("auth", Namespaces.SASL)
                .attribute("mechanism", "SCRAM-SHA-256")
                .text(base64(scram.first()))
                .build());
        Element challenge = next();
        if (!challenge.name().equals("challenge")) {
            return challenge;
        }
        String serverFirst = new String(Base64.getDecoder().decode(challenge.text()), StandardCharsets.UTF_8);
        say(Element.of("response", Namespaces.SASL, base64(scram.last(serverFirst))));
        return next();
    }

    /** Binds a resource after {@link #signIn} and answers what the server says to it. */
    public Element bind(String resource) {
        open();
        say(Element.builder("iq", Namespaces.CLIENT)
                .attribute("type", "set")
                .attribute("id", "b")
                .child(Element.builder("bind", Namespaces.BIND)
                        .child("resource", resource)
                        .build())
                .build());
        return next();
    }

    private void open() {
        stream.opened(
                Element.builder("stream", Namespaces.STREAM)
                        .attribute("to", host)
                        .attribute("version", "1.0")
                        .build(),
                Namespaces.CLIENT);
        next(); // the features
    }

    private void say(Element element) {
        stream.received(element);
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    private Element next() {
        try {
            Element next = heard.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
            if (next == null) {
                throw new AssertionError("waited in vain");
            }
            return next;
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** Whether the server has ended the stream. */
    public boolean isClosed() {
        return closed;
    }

    // --- what the stream says ---

    @Override
    public void open(StreamHeader header) {}

    @Override
    public void send(Element element) {
        heard.add(element);
    }

    @Override
    public void send(Stanza stanza) {
        heard.add(stanza.toElement());
    }

    @Override
    public void sendKept(Stanza stanza) {
        send(stanza);
    }

    @Override
    public void sendAndRestart(Element element) {
        heard.add(element);
    }

    @Override
    public void close() {
        closed = true;
    }

    @Override
    public void close(Element error) {
        heard.add(error);
        closed = true;
    }

    @Override
    public InetSocketAddress remoteAddress() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), 1);
    }

    @Override
    public String transport() {
        return "tcp";
    }

    @Override
    public boolean isSecure() {
        return false;
    }

    @Override
    public boolean canStartTls() {
        return false;
    }

    @Override
    public ChannelBindings channelBindings() {
        return ChannelBindings.NONE;
    }

    @Override
    public void startTls(Element proceed, String host) {
        throw new IllegalStateException("There is no TLS here");
    }

    @Override
    public void limits(XmlReader.Limits limits) {}

    @Override
    public void pause() {}

    @Override
    public void resume() {}

    @Override
    public void rest() {}
}
