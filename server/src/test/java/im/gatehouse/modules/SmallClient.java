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
import im.gatehouse.stanza.StreamError;
import im.gatehouse.xml.Element;
import im.gatehouse.xml.Namespaces;
import im.gatehouse.xml.XmlException;
import im.gatehouse.xml.XmlReader;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;

/** A client of a {@link SmallServer}: what it says is handled in its lane, and what it hears is kept. */
public final class SmallClient implements Outlet {
    private final SmallServer server;
    private final Session session;
    private final List<Stanza> received = new ArrayList<>();

    /** Guarded by this, as is what was received. */
    private boolean gone;

    SmallClient(SmallServer server, Jid jid) {
        this.server = server;
        InetSocketAddress address = InetSocketAddress.createUnresolved("client.example", 1);
        this.session = Admitted.session(server.sessions, jid, address, server.time.now(), this, new Lane(1_000));
    }

    void register() {
        var outcome = server.sessions.register(session, Sessions.Conflict.REPLACE);
        if (!(outcome instanceof Sessions.Registration.Registered)) {
            throw new AssertionError(outcome);
        }
    }

    public Session session() {
        return session;
    }

    /** Sends a stanza, written in {@code jabber:client}, and waits until all that follows has happened. */
    public void send(String xml) {
        Stanza stanza = parse(xml).from(session.jid());
        session.lane().add(() -> server.router.fromClient(session, stanza));
        server.settle();
    }

    public static Stanza parse(String xml) {
        String declared = xml.replaceFirst("^<(\\w+)", "<$1 xmlns='jabber:client'");
        try {
            return Stanza.of(XmlReader.parse(
                    declared.getBytes(StandardCharsets.UTF_8), XmlReader.Limits.AFTER_SIGN_IN));
        } catch (XmlException e) {
            throw new AssertionError(xml, e);
        }
    }

    /** The connection breaks; what is sent to it from now on goes back to the router, as from a real one. */
    public void vanish() {
        synchronized (this) {
            gone = true;
        }
        session.lane().add(() -> session.lane().blocking(() -> server.sessions.close(session)));
        server.settle();
    }

    @Override
    public synchronized void send(Stanza stanza) {
        if (gone) {
            Lane lane = session.lane();
            lane.add(() -> lane.blocking(() -> server.router.undelivered(stanza, lane)));
        } else {
            received.add(stanza);
            if (stanza instanceof Message message && message.handover() != null) {
                message.handover().arrived();
            }
        }
    }

    @Override
    public void end(StreamError error) {
        session.lane().add(() -> session.lane().blocking(() -> server.sessions.close(session)));
    }

    /** What it has heard since it was last asked. */
    public synchronized List<Stanza> stanzas() {
        List<Stanza> taken = List.copyOf(received);
        received.clear();
        return taken;
    }

    /** What it has heard since it was last asked, each stanza in a few words. */
    public List<String> heard() {
        return stanzas().stream().map(SmallClient::words).toList();
    }

    private static String words(Stanza stanza) {
        String error = stanza.isError() ? "error " + condition(stanza) : "";
        return switch (stanza) {
            case Presence _ when stanza.isError() -> error + " for presence to " + stanza.from();
            case Presence presence ->
                presence.type().name().toLowerCase() + " from " + stanza.from() + status(presence);
            case Message _ when stanza.isError() -> error + " for message to " + stanza.from();
            case Message message ->
                Objects.requireNonNullElse(message.body(), "something") + " from " + stanza.from()
                        + (message.has("delay", "urn:xmpp:delay") ? ", delayed" : "");
            case Iq _ when stanza.isError() -> error;
            case Iq iq -> iq(iq);
        };
    }

    private static String status(Presence presence) {
        Element status = presence.child("status", Namespaces.CLIENT);
        return status == null ? "" : ": " + status.text();
    }

    private static String condition(Stanza stanza) {
        return stanza.children().stream()
                .filter(child -> child.name().equals("error"))
                .map(child -> Objects.requireNonNull(child.firstChild()).name())
                .collect(Collectors.joining());
    }

    private static String iq(Iq iq) {
        Element payload = iq.payload();
        if (payload == null) {
            return "result";
        }
        String items = payload.children().stream()
                .map(SmallClient::item)
                .sorted()
                .collect(Collectors.joining(", "));
        return (iq.type() == Iq.Type.SET ? "push: " : "roster: ") + items;
    }

    private static String item(Element item) {
        String groups = item.children().stream().map(Element::text).collect(Collectors.joining(" and "));
        return item.attribute("jid") + " " + item.attribute("subscription")
                + (item.attribute("name") == null ? "" : " called " + item.attribute("name"))
                + (item.attribute("ask") == null ? "" : " ask " + item.attribute("ask"))
                + (item.attribute("approved") == null ? "" : " approved")
                + (groups.isEmpty() ? "" : " in " + groups);
    }
}
