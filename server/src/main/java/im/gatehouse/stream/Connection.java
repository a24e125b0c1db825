package im.gatehouse.stream;

import im.gatehouse.stanza.Stanza;
import im.gatehouse.stream.sasl.ChannelBindings;
import im.gatehouse.xml.Element;
import im.gatehouse.xml.XmlReader;
import java.net.InetSocketAddress;

/**
 * A way to one client, whatever it is made of; a transport implements it. What is sent is written in the order of the
 * calls from one thread. All calls are safe from any thread and none blocks.
 */
public interface Connection {
    /** The client's own address: behind a trusted proxy, the one that the proxy told. */
    InetSocketAddress remoteAddress();

    /** {@code tcp}, {@code websocket} or {@code bosh}. */
    String transport();

    /** Whether it is encrypted. */
    boolean isSecure();

    /** Whether {@link #startTls} is possible. */
    boolean canStartTls();

    /** What ties a sign-in to this connection. */
    ChannelBindings channelBindings();

    /**
     * Says a last thing in the clear and begins TLS. What the client has sent behind its request is thrown away (RFC
     * 6120 section 5.4.3.3), and a new stream is awaited.
     *
     * @param host the domain of the stream, whose certificate is shown to a client that names none
     */
    void startTls(Element proceed, String host);

    /** Opens the server's side of the stream. */
    void open(StreamHeader header);

    /** Sends what is no stanza, behind the stanzas that were sent before. */
    void send(Element element);

    /** Sends a stanza. What can no longer be written comes back through {@link StreamHandler#disconnected}. */
    void send(Stanza stanza);

    /**
     * Sends a stanza that the caller keeps until the client has acknowledged it: it never comes back, and how many of
     * them wait to be written is the caller's concern. It keeps its order with all else that is sent.
     */
    void sendKept(Stanza stanza);

    /** Sends the last thing of the old stream and awaits a new one on the same connection (RFC 6120 section 6.4.6). */
    void sendAndRestart(Element element);

    /** Sets what the client may send at a time. */
    void limits(XmlReader.Limits limits);

    /** Hands no more of the client's input on until {@link #resume}: the client has sent more than can be handled. */
    void pause();

    void resume();

    /** Hands no input on for a few milliseconds, so that what comes meanwhile is read at once. */
    void rest();

    /** Says goodbye and closes once everything is written, or after a few seconds. */
    void close();

    /** Says what is wrong, and goodbye, and closes. */
    void close(Element error);
}
