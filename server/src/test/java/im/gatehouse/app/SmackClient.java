package im.gatehouse.app;

import java.io.IOException;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jivesoftware.smack.ConnectionConfiguration;
import org.jivesoftware.smack.ConnectionListener;
import org.jivesoftware.smack.SmackException;
import org.jivesoftware.smack.StanzaListener;
import org.jivesoftware.smack.XMPPException;
import org.jivesoftware.smack.filter.StanzaFilter;
import org.jivesoftware.smack.packet.Message;
import org.jivesoftware.smack.packet.Presence;
import org.jivesoftware.smack.packet.Stanza;
import org.jivesoftware.smack.tcp.XMPPTCPConnection;
import org.jivesoftware.smack.tcp.XMPPTCPConnectionConfiguration;
import org.jivesoftware.smack.util.TLSUtils;
import org.jxmpp.jid.EntityBareJid;
import org.jxmpp.jid.impl.JidCreate;
import org.jxmpp.jid.parts.Resourcepart;

/** A real client, Smack, that keeps what it hears for a test to look at. */
final class SmackClient implements AutoCloseable {
    /** How long a test waits for what must come. Reached only when something is broken. */
    static final long PATIENCE_SECONDS = 60;

    private final XMPPTCPConnection connection;
    private final BlockingQueue<Stanza> heard = new LinkedBlockingQueue<>();
    private final BlockingQueue<Exception> errors = new LinkedBlockingQueue<>();

    /** A client that has not connected yet; its password is {@code secret}. */
    SmackClient(RunningServer server, String user, String resource) throws Exception {
        XMPPTCPConnectionConfiguration configuration = XMPPTCPConnectionConfiguration.builder()
                .setXmppDomain("localhost")
                .setHost("127.0.0.1")
                .setPort(server.tlsPort())
                .setUsernameAndPassword(user, "secret")
                .setResource(Resourcepart.from(resource))
                .setSecurityMode(ConnectionConfiguration.SecurityMode.required)
                .setCustomX509TrustManager(new TLSUtils.AcceptAllTrustManager())
                .setHostnameVerifier((_, _) -> true)
                .setCompressionEnabled(false)
                .setConnectTimeout((int) TimeUnit.SECONDS.toMillis(PATIENCE_SECONDS))
                .build();
        connection = new XMPPTCPConnection(configuration);
        connection.setReplyTimeout(TimeUnit.SECONDS.toMillis(PATIENCE_SECONDS));
        connection.setUseStreamManagement(false);
        connection.addConnectionListener(new ConnectionListener() {
            @Override
            public void connectionClosedOnError(Exception e) {
                errors.add(e);
            }
        });
        connection.addStanzaListener((StanzaListener) heard::add, (StanzaFilter) _ -> true);
    }

    /** A client that is connected and signed in, and has sent its presence. */
    static SmackClient online(RunningServer server, String user, String resource) throws Exception {
        return new SmackClient(server, user, resource).signIn();
    }

    SmackClient signIn() throws InterruptedException, XMPPException, SmackException, IOException {
        connection.connect();
        connection.login();
        return this;
    }

    XMPPTCPConnection connection() {
        return connection;
    }

    void say(String to, String body) throws Exception {
        connection.sendStanza(connection
                .getStanzaFactory()
                .buildMessageStanza()
                .to(JidCreate.from(to))
                .ofType(Message.Type.chat)
                .setBody(body)
                .build());
    }

    /** Waits for the next message with a body. */
    Message nextMessage() throws InterruptedException {
        return next(Message.class, message -> message.getBody() != null);
    }

    /** Waits for the next presence of that type. */
    Presence nextPresence(Presence.Type type) throws InterruptedException {
        return next(Presence.class, presence -> presence.getType() == type);
    }

    /** Waits for the next stanza that fits, and forgets those before it. */
    <T extends Stanza> T next(Class<T> kind, java.util.function.Predicate<T> fits) throws InterruptedException {
        while (true) {
            Stanza stanza = heard.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
            if (stanza == null) {
                throw new AssertionError("waited in vain for a " + kind.getSimpleName());
            }
            if (kind.isInstance(stanza) && fits.test(kind.cast(stanza))) {
                return kind.cast(stanza);
            }
        }
    }

    /** Waits until the server ends the stream with an error. */
    XMPPException.StreamErrorException streamError() throws InterruptedException {
        Exception error = errors.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
        if (error instanceof XMPPException.StreamErrorException streamError) {
            return streamError;
        }
        throw new AssertionError("no stream error", error);
    }

    static EntityBareJid bare(String address) throws Exception {
        return JidCreate.entityBareFrom(address);
    }

    @Override
    public void close() {
        connection.disconnect();
    }
}
