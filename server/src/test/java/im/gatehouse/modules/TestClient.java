package im.gatehouse.modules;

import im.gatehouse.jid.Jid;
import im.gatehouse.session.Admitted;
import im.gatehouse.session.Lane;
import im.gatehouse.session.Outlet;
import im.gatehouse.session.Session;
import im.gatehouse.session.Sessions;
import im.gatehouse.stanza.Iq;
import im.gatehouse.stanza.Message;
import im.gatehouse.stanza.Presence;
import im.gatehouse.stanza.Stanza;
import im.gatehouse.stanza.StanzaError;
import im.gatehouse.stanza.StreamError;
import im.gatehouse.xml.Element;
import im.gatehouse.xml.Namespaces;
import im.gatehouse.xml.StoredXml;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A client in a {@link TestHouse}: says what the test gives it, and writes down what it is sent, in order. */
public final class TestClient implements Outlet {
    private static final int PATIENCE_SECONDS = 60;

    private final TestHouse house;
    private final Session session;
    private final BlockingQueue<Object> heard = new LinkedBlockingQueue<>();

    TestClient(TestHouse house, Jid full) {
        this.house = house;
        InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), 40_000);
        session = Admitted.session(house.sessions(), full, address, house.time().now(), this, new Lane(100));
        Sessions.Registration registration = house.sessions().register(session, Sessions.Conflict.REPLACE);
        if (!(registration instanceof Sessions.Registration.Registered)) {
            throw new IllegalStateException(registration.toString());
        }
    }

    public Session session() {
        return session;
    }

    /** Sends a stanza, in the client's namespace. */
    public TestClient send(String xml) {
        Stanza stanza = Stanza.of(StoredXml.read(xml.replaceFirst("(/?>| )", " xmlns='jabber:client'$1")));
        session.lane().add(() -> house.router().fromClient(session, stanza.from(session.jid())));
        return this;
    }

    /**
     * Asks and waits for the answer, and until the lane has nothing to do any more: what is said next is handled by
     * whoever says it. What comes before the answer is dropped.
     */
    public Iq ask(String type, String to, String payload) {
        String address = to.isEmpty() ? "" : " to='" + to + "'";
        send("<iq id='ask' type='" + type + "'" + address + ">" + payload + "</iq>");
        Object next = next();
        while (!(next instanceof Iq iq && "ask".equals(iq.id()))) {
            next = next();
        }
        settle();
        return (Iq) next;
    }

    /** Waits until all that it has sent is handled, and the lane idle; nothing of what it hears is dropped. */
    public TestClient settle() {
        Lanes.awaitIdle(session.lane());
        return this;
    }

    /** Waits for a presence of that type; what comes before it is dropped. */
    public void awaitPresence(Presence.Type type) {
        Object next = next();
        while (!(next instanceof Presence presence && presence.type() == type)) {
            next = next();
        }
    }

    /** Asks and waits for the answer, which must be a result with something in it. */
    public Element result(String type, String to, String payload) {
        Iq answer = ask(type, to, payload);
        Element element = answer.payload();
        if (answer.type() != Iq.Type.RESULT || element == null) {
            throw new AssertionError("no result: " + answer);
        }
        return element;
    }

    /** Asks and waits for the answer, which must be an error: its condition on the wire. */
    public String error(String type, String to, String payload) {
        return condition(ask(type, to, payload));
    }

    /** The condition of an answer that must be an error. */
    public static String condition(Iq answer) {
        Element error = answer.child("error", Namespaces.CLIENT);
        if (error == null) {
            throw new AssertionError("no error: " + answer);
        }
        for (StanzaError.Condition condition : StanzaError.Condition.values()) {
            if (error.child(condition.wire(), Namespaces.STANZA_ERRORS) != null) {
                return condition.wire();
            }
        }
        throw new AssertionError("no condition: " + answer);
    }

    /** Waits for the next thing that the client is sent: a {@link Stanza} or a {@link StreamError}. */
    public Object next() {
        try {
            Object next = heard.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
            if (next == null) {
                throw new AssertionError(session.jid() + " waited in vain");
            }
            return next;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    /** Signs off. When this returns everybody has heard of it. */
    public void leave() {
        session.lane().add(() -> session.lane().blocking(() -> house.sessions().close(session)));
        if (!session.awaitGone(java.time.Duration.ofSeconds(PATIENCE_SECONDS))) {
            throw new AssertionError(session.jid() + " did not leave");
        }
    }

    @Override
    public void send(Stanza stanza) {
        heard.add(stanza);
        if (stanza instanceof Message message && message.handover() != null) {
            message.handover().arrived();
        }
    }

    @Override
    public void end(StreamError error) {
        heard.add(error);
    }
}
