package im.gatehouse.modules.pubsub;

import im.gatehouse.jid.Jid;
import im.gatehouse.modules.TestClient;
import im.gatehouse.modules.TestHouse;
import im.gatehouse.modules.avatar.AvatarModule;
import im.gatehouse.modules.bookmarks.BookmarksModule;
import im.gatehouse.modules.caps.CapsModule;
import im.gatehouse.modules.disco.DiscoModule;
import im.gatehouse.modules.mds.MdsModule;
import im.gatehouse.modules.pep.PepModule;
import im.gatehouse.modules.presence.PresenceModule;
import im.gatehouse.modules.privatestorage.PrivateStorageModule;
import im.gatehouse.modules.roster.RosterModule;
import im.gatehouse.modules.vcard.VCardModule;
import im.gatehouse.modules.vcard4.VCard4Module;
import im.gatehouse.stanza.Iq;
import im.gatehouse.stanza.Message;
import im.gatehouse.xml.Element;
import im.gatehouse.xml.Namespaces;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/** People at a publish-subscribe service, each with one client, who are called by their names. */
public final class PubsubTrial implements AutoCloseable {
    public static final String SERVICE = "pubsub.localhost";

    private final Map<String, TestClient> clients = new HashMap<>();
    private final TestHouse house;

    public PubsubTrial(Path folder, String toml, String... names) {
        house = new TestHouse(
                folder,
                toml,
                new RosterModule(),
                new PresenceModule(),
                new DiscoModule(),
                new VCardModule(),
                new PrivateStorageModule(),
                new CapsModule(),
                new PubsubModule(),
                new PepModule(),
                new AvatarModule(),
                new BookmarksModule(),
                new MdsModule(),
                new VCard4Module());
        for (String name : names) {
            if (!house.accounts().exists(Jid.parse(name + "@localhost"))) { // from before, where the folder is not new
                house.withAccounts(name + "@localhost");
            }
            clients.put(name, house.client(name + "@localhost/home"));
        }
    }

    /** Changes what is in the database of a folder, as nothing but a kill or a fault would leave it. */
    public static void sql(Path folder, String... statements) {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("test.db"));
                Statement change = connection.createStatement()) {
            change.execute("PRAGMA busy_timeout = 60000");
            for (String statement : statements) {
                change.execute(statement);
            }
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    public TestHouse house() {
        return house;
    }

    public TestClient client(String name) {
        return Objects.requireNonNull(clients.get(name), name);
    }

    /** Lets somebody see an owner's presence. */
    public void befriend(String owner, String friend) {
        client(friend).send("<presence to='" + owner + "@localhost' type='subscribe'/>");
        client(friend).ask("get", "localhost", "<q xmlns='urn:nothing'/>"); // it has been handled
        client(owner).send("<presence to='" + friend + "@localhost' type='subscribed'/>");
        client(owner).ask("get", "localhost", "<q xmlns='urn:nothing'/>");
    }

    /** What comes of a request to the service: {@code ok}, or the error's condition and the one beside it. */
    public String outcome(String who, String type, String payload) {
        return outcome(client(who).ask(type, SERVICE, payload));
    }

    public static String outcome(Iq answer) {
        if (answer.type() == Iq.Type.RESULT) {
            return "ok";
        }
        String condition = TestClient.condition(answer);
        Element error = Objects.requireNonNull(answer.child("error", Namespaces.CLIENT));
        return error.children().stream()
                .filter(child -> child.namespace().equals(Pubsub.ERRORS))
                .map(child -> condition + "/" + child.name())
                .findFirst()
                .orElse(condition);
    }

    public static String pubsub(String content) {
        return "<pubsub xmlns='http://jabber.org/protocol/pubsub'>" + content + "</pubsub>";
    }

    public static String owner(String content) {
        return "<pubsub xmlns='http://jabber.org/protocol/pubsub#owner'>" + content + "</pubsub>";
    }

    /** A form with names and values in turn. */
    public static String form(String formType, String... fields) {
        StringBuilder form = new StringBuilder("<x xmlns='jabber:x:data' type='submit'><field var='FORM_TYPE'><value>"
                + "http://jabber.org/protocol/pubsub#" + formType + "</value></field>");
        for (int i = 0; i < fields.length; i += 2) {
            form.append("<field var='pubsub#%s'><value>%s</value></field>".formatted(fields[i], fields[i + 1]));
        }
        return form.append("</x>").toString();
    }

    public static String create(String node, String... config) {
        return pubsub("<create node='" + node + "'/><configure>" + form("node_config", config) + "</configure>");
    }

    public static String publish(String node, String id, String text) {
        return pubsub("<publish node='%s'><item id='%s'><entry xmlns='urn:test'>%s</entry></item></publish>"
                .formatted(node, id, text));
    }

    public static String affiliate(String node, String jid, String affiliation) {
        return owner("<affiliations node='%s'><affiliation jid='%s' affiliation='%s'/></affiliations>"
                .formatted(node, jid, affiliation));
    }

    public static String subscribe(String node, String jid) {
        return pubsub("<subscribe node='%s' jid='%s'/>".formatted(node, jid));
    }

    public static String items(String node) {
        return pubsub("<items node='" + node + "'/>");
    }

    /** Waits for the next event; what comes before it is dropped. */
    public static Element event(TestClient client) {
        while (true) {
            if (client.next() instanceof Message message) {
                Element event = message.child("event", Pubsub.EVENT);
                if (event != null) {
                    return Objects.requireNonNull(event.firstChild());
                }
            }
        }
    }

    /** The next event in a few words. */
    public static String words(TestClient client) {
        Element event = event(client);
        Element what = event.firstChild();
        String node = event.name() + " " + event.attribute("node");
        if (what == null) {
            return node;
        }
        Element payload = what.firstChild();
        return node + " " + what.name() + " " + what.attributeOr("id", what.attributeOr("uri", ""))
                + (payload == null ? "" : ": " + payload.text());
    }

    @Override
    public void close() {
        house.close();
    }
}
