package im.gatehouse.modules.archive;

import im.gatehouse.modules.TestClient;
import im.gatehouse.modules.TestHouse;
import im.gatehouse.modules.carbons.CarbonsModule;
import im.gatehouse.modules.disco.DiscoModule;
import im.gatehouse.modules.muc.MucModule;
import im.gatehouse.modules.offline.OfflineModule;
import im.gatehouse.modules.presence.PresenceModule;
import im.gatehouse.modules.roster.RosterModule;
import im.gatehouse.router.Router;
import im.gatehouse.stanza.Iq;
import im.gatehouse.stanza.Message;
import im.gatehouse.xml.Element;
import im.gatehouse.xml.Namespaces;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** A server without its network that has archives, copies and rooms; Alice, Bob and Carol have accounts. */
public final class House implements AutoCloseable {
    private static final String PING = "<ping xmlns='urn:xmpp:ping'/>";

    final TestHouse house;

    public House(Path folder, String toml) {
        house = new TestHouse(
                folder,
                toml,
                new RosterModule(),
                new PresenceModule(),
                new OfflineModule(),
                new MucModule(),
                new ArchiveModule(),
                new CarbonsModule(),
                new DiscoModule());
        house.withAccounts("alice@localhost", "bob@localhost", "carol@localhost");
    }

    public Router router() {
        return house.router();
    }

    /** A client that takes messages. */
    public TestClient online(String full) {
        TestClient client = house.client(full);
        client.send("<presence/>");
        settle(client);
        return client;
    }

    /** A client that has only signed in. */
    public TestClient silent(String full) {
        return house.client(full);
    }

    /** Waits until what a client has sent is handled; what it heard until then is dropped. */
    public static void settle(TestClient client) {
        client.ask("get", "localhost", PING);
    }

    /** Waits until what a client has sent is handled, and takes nothing from what it hears. */
    public static void handled(TestClient client) {
        CountDownLatch reached = new CountDownLatch(1);
        client.session().lane().add(reached::countDown);
        try {
            if (!reached.await(1, TimeUnit.MINUTES)) {
                throw new AssertionError("a lane is stuck");
            }
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** The messages that a client hears until it has been settled. */
    public static List<Message> messages(TestClient client) {
        client.send("<iq type='get' id='until' to='localhost'>" + PING + "</iq>");
        List<Message> heard = new ArrayList<>();
        Object next = client.next();
        while (!(next instanceof Iq iq && "until".equals(iq.id()))) {
            if (next instanceof Message message) {
                heard.add(message);
            }
            next = client.next();
        }
        client.settle();
        return heard;
    }

    /** The next message with a body. */
    public static Message next(TestClient client) {
        Object next = client.next();
        while (!(next instanceof Message message && message.body() != null)) {
            next = client.next();
        }
        return (Message) next;
    }

    /** What an archive answers, the last thing being the end. */
    static List<Element> query(TestClient client, String to, String inQuery) {
        String address = to.isEmpty() ? "" : " to='" + to + "'";
        client.send("<iq type='set' id='mam'" + address + "><query xmlns='urn:xmpp:mam:2' queryid='q'>" + inQuery
                + "</query></iq>");
        List<Element> answer = new ArrayList<>();
        while (true) {
            switch (client.next()) {
                case Message message when message.has("result", Mam.NAMESPACE) ->
                    answer.add(message.child("result", Mam.NAMESPACE));
                case Iq iq when "mam".equals(iq.id()) -> {
                    answer.add(iq.type() == Iq.Type.RESULT ? iq.payload() : iq.toElement());
                    client.settle();
                    return answer;
                }
                default -> {}
            }
        }
    }

    /** The messages that an archive has, as they are forwarded. */
    static List<Element> archived(TestClient client, String to) {
        List<Element> answer = query(client, to, "");
        return answer.subList(0, answer.size() - 1).stream().map(House::forwarded).toList();
    }

    /** The bodies that an archive has; for a message without one its first child's name. */
    static List<String> said(TestClient client, String to) {
        return archived(client, to).stream()
                .map(message -> {
                    String body = message.childText("body", Namespaces.CLIENT);
                    return body == null ? message.firstChild().name() : body;
                })
                .toList();
    }

    static Element forwarded(Element result) {
        return Objects.requireNonNull(result.child("forwarded", Mam.FORWARD)).child("message", Namespaces.CLIENT);
    }

    /** The id that an archive gave a message; null where there is none. */
    static String stanzaId(Message message, String by) {
        List<Element> ids = message.children().stream()
                .filter(child -> child.is("stanza-id", "urn:xmpp:sid:0") && by.equals(child.attribute("by")))
                .toList();
        return ids.size() == 1 ? ids.getFirst().attribute("id") : null;
    }

    @Override
    public void close() {
        house.close();
    }
}
