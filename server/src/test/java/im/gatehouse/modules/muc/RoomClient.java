package im.gatehouse.modules.muc;

import im.gatehouse.form.DataForm;
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
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A signed-in client that remembers what it is sent. */
public final class RoomClient implements Outlet {
    public static final Jid ROOM = Jid.parse("room@conference.localhost");

    private static final int PATIENCE_SECONDS = 60;

    public final Jid jid;
    private final RoomTrial trial;
    private final Session session;
    private final BlockingQueue<Stanza> received = new LinkedBlockingQueue<>();
    private final List<Stanza> seen = new ArrayList<>();
    private int lastId;

    private RoomClient(RoomTrial trial, Jid jid) {
        this.trial = trial;
        this.jid = jid;
        InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), 1);
        session = Admitted.session(trial.sessions, jid, address, Instant.EPOCH, this, new Lane(10_000));
    }

    static RoomClient signIn(RoomTrial trial, Jid jid) {
        RoomClient client = new RoomClient(trial, jid);
        Sessions.Registration outcome = trial.sessions.register(client.session, Sessions.Conflict.REPLACE);
        if (!(outcome instanceof Sessions.Registration.Registered)) {
            throw new AssertionError(outcome);
        }
        return client;
    }

    @Override
    public void send(Stanza stanza) {
        received.add(stanza);
    }

    @Override
    public void end(StreamError error) {
        session.lane().add(this::vanish);
    }

    /** Takes messages to the bare address from now on. */
    public RoomClient available() {
        session.presence(Presence.of(Presence.Type.AVAILABLE, jid, null));
        return this;
    }

    /** What the server has still to store of what this client said since the last call, which begins the counting. */
    public List<CompletionStage<?>> owed() {
        CompletableFuture<List<CompletionStage<?>>> owed = new CompletableFuture<>();
        session.lane().add(() -> owed.complete(session.lane().takeOwed()));
        return owed.join();
    }

    /**
     * Waits until neither the lane of the session nor any room has something to do: what is said next is handled by
     * whoever says it, before anything that is said or done after it.
     */
    public RoomClient settled() {
        trial.settle(session.lane());
        return this;
    }

    /** Does something in the lane of the session, which may end the session: it has then come to all else before. */
    public void last(Runnable task) {
        session.lane().add(task);
        settled();
    }

    /** The session ends without a word. */
    public void vanish() {
        trial.sessions.close(session);
    }

    // --- saying something ---

    public void say(Stanza stanza) {
        Stanza stamped = stanza.from(jid);
        session.lane().add(() -> trial.router.fromClient(session, stamped));
    }

    public void say(String xml) {
        say(Stanza.of(Xml.parse(xml)));
    }

    /** Asks to come in, whatever comes of it. */
    public RoomClient ask(String nick, Element... inside) {
        Element.Builder x = Element.builder("x", Muc.JOIN);
        for (Element child : inside) {
            x.child(child);
        }
        say(Presence.of(Presence.Type.AVAILABLE, null, ROOM.withResource(nick), x.build()));
        return this;
    }

    /** Comes in and forgets what it heard on the way. */
    public RoomClient join(String nick) {
        ask(nick);
        heard();
        return this;
    }

    public void leave(String nick) {
        say(Presence.of(Presence.Type.UNAVAILABLE, null, ROOM.withResource(nick)));
    }

    public void message(String body) {
        say(Message.of(
                Message.Type.GROUPCHAT, null, ROOM, "m" + ++lastId, Element.of("body", Namespaces.CLIENT, body)));
    }

    /** Makes the room an instant one. */
    public RoomClient unlock() {
        return configure();
    }

    /** Submits the owners' form with the given names and values in turn. */
    public RoomClient configure(String... fields) {
        Iq answer = submit(fields);
        if (answer.type() != Iq.Type.RESULT) {
            throw new AssertionError(answer);
        }
        return this;
    }

    public Iq submit(String... fields) {
        List<DataForm.Field> all = new ArrayList<>();
        for (int i = 0; i < fields.length; i += 2) {
            all.add(DataForm.Field.of(fields[i], DataForm.FieldType.TEXT_SINGLE, null, fields[i + 1]));
        }
        DataForm form = DataForm.of(DataForm.Type.SUBMIT, Muc.ROOM_CONFIG, null, all);
        return query(
                Iq.Type.SET, ROOM, Element.builder("query", Muc.OWNER).child(form.toElement()).build());
    }

    /** Changes an affiliation or a role by the item's attributes in turn. */
    public Iq admin(String... attributes) {
        return query(Iq.Type.SET, ROOM, item(attributes));
    }

    public Iq list(String... attributes) {
        return query(Iq.Type.GET, ROOM, item(attributes));
    }

    private static Element item(String... attributes) {
        Element.Builder item = Element.builder("item", Muc.ADMIN);
        for (int i = 0; i < attributes.length; i += 2) {
            item.attribute(attributes[i], attributes[i + 1]);
        }
        return Element.builder("query", Muc.ADMIN).child(item.build()).build();
    }

    /** Asks and waits for the answer, and until all is done that came with it; what else comes meanwhile is kept. */
    public Iq query(Iq.Type type, Jid to, Element payload) {
        String id = "q" + ++lastId;
        say(Iq.of(type, null, to, id, payload));
        return answer(id);
    }

    private Iq answer(String id) {
        try {
            for (Stanza next = received.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
                    next != null;
                    next = received.poll(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                if (next instanceof Iq iq && !iq.isRequest() && id.equals(iq.id())) {
                    settled();
                    return iq;
                }
                seen.add(next);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        throw new AssertionError("No answer to " + id);
    }

    // --- hearing something ---

    /** What came since the last time, after all that this client said has been handled. */
    public List<Stanza> heard() {
        query(Iq.Type.GET, ROOM, Element.of("ping", Muc.PING));
        List<Stanza> all = new ArrayList<>(seen);
        seen.clear();
        return all;
    }

    /** The next that came or comes. */
    public Stanza next() {
        try {
            return Objects.requireNonNull(
                    seen.isEmpty() ? received.poll(PATIENCE_SECONDS, TimeUnit.SECONDS) : seen.removeFirst());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    public List<Presence> presences() {
        return of(Presence.class, heard());
    }

    public List<Message> messages() {
        return of(Message.class, heard());
    }

    /** The bodies of the messages that are no errors. */
    public List<@Nullable String> bodies() {
        return messages().stream()
                .filter(message -> !message.isError() && message.body() != null)
                .map(Message::body)
                .toList();
    }

    private static <T extends Stanza> List<T> of(Class<T> type, List<Stanza> stanzas) {
        return stanzas.stream().filter(type::isInstance).map(type::cast).toList();
    }

    /** The one presence among what came from that nick. */
    public Presence presence(String nick) {
        return presences().stream()
                .filter(presence -> nick.equals(presence.sender().resource()))
                .reduce((_, last) -> last)
                .orElseThrow();
    }

    // --- reading what was heard ---

    /** The numbers of the statuses in a stanza. */
    public static List<String> codes(Stanza stanza) {
        Element x = stanza.child("x", Muc.USER);
        return x == null
                ? List.of()
                : x.children("status", Muc.USER).stream()
                        .map(status -> status.attributeOr("code", ""))
                        .toList();
    }

    /** An attribute of the item in a stanza. */
    public static @Nullable String item(Stanza stanza, String attribute) {
        Element x = Objects.requireNonNull(stanza.child("x", Muc.USER));
        return Objects.requireNonNull(x.child("item", Muc.USER)).attribute(attribute);
    }

    /** The type and the condition of an error, such as {@code auth forbidden}. */
    public static String error(Stanza stanza) {
        Element error = Objects.requireNonNull(stanza.child("error", Namespaces.CLIENT), stanza::toString);
        return error.attribute("type") + " "
                + Objects.requireNonNull(error.firstChild()).name();
    }

    public static @Nullable String errorText(Stanza stanza) {
        return Objects.requireNonNull(stanza.child("error", Namespaces.CLIENT))
                .childText("text", Namespaces.STANZA_ERRORS);
    }
}
