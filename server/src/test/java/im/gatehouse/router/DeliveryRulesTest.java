package im.gatehouse.router;

import static org.junit.jupiter.api.Assertions.assertEquals;

import im.gatehouse.module.ModulePlan;
import im.gatehouse.module.NoConfig;
import im.gatehouse.modules.SmallClient;
import im.gatehouse.modules.SmallServer;
import im.gatehouse.modules.offline.OfflineConfig;
import im.gatehouse.modules.offline.OfflineModule;
import im.gatehouse.modules.ping.PingModule;
import im.gatehouse.modules.presence.PresenceConfig;
import im.gatehouse.modules.presence.PresenceModule;
import im.gatehouse.modules.roster.RosterConfig;
import im.gatehouse.modules.roster.RosterModule;
import im.gatehouse.stanza.Message;
import im.gatehouse.stanza.Stanza;
import im.gatehouse.storage.Database;
import im.gatehouse.storage.StorageSettings;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** Where stanzas go: the table of RFC 6121 section 8.5.4, and the rules around it. */
class DeliveryRulesTest {
    /** What the receiver's resources are up to. */
    private static final Map<String, List<String>> SITUATIONS = Map.of(
            "no such account", List.of(),
            "nobody is there", List.of(),
            "connected", List.of(""),
            "available", List.of("<presence/>"),
            "negative", List.of("<presence><priority>-1</priority></presence>"),
            "two", List.of("<presence/>", "<presence><priority>5</priority></presence>"),
            "mixed", List.of("<presence/>", "<presence><priority>-1</priority></presence>"));

    @TempDir
    private Path folder;

    private Database database;
    private SmallServer server;
    private SmallClient romeo;

    @BeforeEach
    void start() {
        database = Database.open(new StorageSettings("jdbc:sqlite:" + folder.resolve("db"), null, null, 4));
        server = new SmallServer(
                database,
                new ModulePlan.Entry<>(new RosterModule(), RosterConfig.DEFAULT),
                new ModulePlan.Entry<>(new PresenceModule(), PresenceConfig.DEFAULT),
                new ModulePlan.Entry<>(new PingModule(), new NoConfig()),
                new ModulePlan.Entry<>(new OfflineModule(), OfflineConfig.DEFAULT));
        server.with("romeo", "juliet");
        romeo = server.online("romeo/orchard");
    }

    @AfterEach
    void stop() {
        server.close();
        database.close();
    }

    // --- messages: to the bare address (8.5.1, 8.5.2), to a resource that is there (8.5.3.1) and to another (8.5.3.2) ---

    @TestFactory
    Stream<DynamicTest> messagesToTheBareAddress() {
        return messages("juliet@localhost", """
                no such account | normal    | error
                no such account | chat      | error
                no such account | groupchat | error
                no such account | headline  |
                no such account | error     |
                nobody is there | normal    | stored
                nobody is there | chat      | stored
                nobody is there | groupchat | error
                nobody is there | headline  |
                nobody is there | error     |
                connected       | normal    | stored
                connected       | chat      | stored
                connected       | headline  |
                negative        | normal    | stored
                negative        | chat      | stored
                negative        | groupchat | error
                negative        | headline  |
                available       | normal    | r0
                available       | chat      | r0
                available       | groupchat | error
                available       | headline  | r0
                available       | error     |
                available       | coffee    | r0
                two             | normal    | r0 r1
                two             | chat      | r0 r1
                two             | headline  | r0 r1
                mixed           | normal    | r0
                mixed           | chat      | r0
                mixed           | headline  | r0
                """);
    }

    @TestFactory
    Stream<DynamicTest> messagesToAResourceThatIsThere() {
        return messages("juliet@localhost/r1", """
                two   | normal    | r1
                two   | chat      | r1
                two   | groupchat | r1
                two   | headline  | r1
                two   | error     | r1
                mixed | normal    | r1
                mixed | chat      | r1
                """);
    }

    @TestFactory
    Stream<DynamicTest> messagesToAResourceThatIsNotThere() {
        return messages("juliet@localhost/gone", """
                no such account | normal    | error
                no such account | chat      | error
                no such account | groupchat | error
                no such account | headline  |
                no such account | error     |
                nobody is there | normal    | stored
                nobody is there | chat      | stored
                nobody is there | groupchat | error
                nobody is there | headline  |
                nobody is there | error     |
                negative        | chat      | stored
                two             | normal    | r0 r1
                two             | chat      | r0 r1
                two             | groupchat | error
                two             | headline  |
                two             | error     |
                """);
    }

    private Stream<DynamicTest> messages(String to, String table) {
        return rows(table).map(row -> DynamicTest.dynamicTest(row[0] + ", " + row[1], () -> {
            List<SmallClient> resources = begin(row[0]);
            romeo.send("<message id='m' type='" + row[1] + "' to='" + address(to, row[0]) + "'><body>hi</body></message>");
            List<String> outcome = new ArrayList<>();
            for (String heard : romeo.heard()) {
                assertEquals("error service-unavailable for message to " + address(to, row[0]), heard);
                outcome.add("error");
            }
            for (int i = 0; i < resources.size(); i++) {
                int number = i;
                resources.get(i).stanzas().forEach(heard -> {
                    assertEquals("hi", ((Message) heard).body());
                    outcome.add("r" + number);
                });
            }
            outcome.addAll(stored());
            assertEquals(row[2], String.join(" ", outcome));
            end(resources);
        }));
    }

    /** What a client is handed that comes now. */
    private List<String> stored() {
        SmallClient late = server.connect("juliet/late");
        late.send("<presence/>");
        List<String> stored = late.heard().stream()
                .filter(heard -> heard.equals("hi from romeo@localhost/orchard, delayed"))
                .map(_ -> "stored")
                .toList();
        late.vanish();
        return stored;
    }

    // --- requests ---

    @TestFactory
    Stream<DynamicTest> requests() {
        String ping = "<ping xmlns='urn:xmpp:ping'/>";
        return rows("""
                available       | juliet@localhost/r0   | get    | r0
                available       | juliet@localhost/r0   | result | r0
                available       | juliet@localhost/r0   | error  | r0
                connected       | juliet@localhost/r0   | get    | r0
                negative        | juliet@localhost/r0   | set    | r0
                available       | juliet@localhost/gone | get    | error service-unavailable
                available       | juliet@localhost/gone | set    | error service-unavailable
                available       | juliet@localhost/gone | result |
                available       | juliet@localhost/gone | error  |
                nobody is there | juliet@localhost/gone | get    | error service-unavailable
                no such account | juliet@localhost/gone | get    | error service-unavailable
                no such account | juliet@localhost      | get    | error service-unavailable
                available       | juliet@localhost      | result |
                available       | juliet@localhost      | error  |
                available       | romeo@localhost       | get    | result
                available       | juliet@localhost      | get    | error service-unavailable
                nobody is there | juliet@localhost      | get    | error service-unavailable
                available       | localhost             | get    | result
                available       | localhost             | set    | error not-allowed
                available       | localhost/x           | get    | error service-unavailable
                available       | localhost             | result |
                available       | unknown.test          | get    | error remote-server-not-found
                available       | u@unknown.test/x      | set    | error remote-server-not-found
                available       | unknown.test          | result |
                """)
                .map(row -> DynamicTest.dynamicTest(row[1] + " " + row[2] + ", " + row[0], () -> {
                    List<SmallClient> resources = begin(row[0]);
                    romeo.send("<iq id='i' to='" + address(row[1], row[0]) + "' type='" + row[2] + "'>" + ping + "</iq>");
                    List<String> outcome = new ArrayList<>(romeo.heard());
                    resources.forEach(client -> client.stanzas().forEach(heard -> outcome.add("r0")));
                    assertEquals(row[3], String.join(" ", outcome));
                    end(resources);
                }));
    }

    @Test
    void aRequestThatNobodyKnowsIsSaidToBeUnknownToWhomeverItGoes() {
        begin("nobody is there");
        for (String to : List.of("localhost", "romeo@localhost", "juliet@localhost", "nobody@localhost")) {
            romeo.send("<iq id='i' type='get' to='" + to + "'><what xmlns='urn:ever'/></iq>");
            assertEquals(List.of("error service-unavailable"), romeo.heard(), to);
        }
    }

    @Test
    void whatHasNoReceiverIsForTheOwnAccount() {
        romeo.send("<message><body>note</body></message>");
        assertEquals(List.of("note from romeo@localhost/orchard"), romeo.heard());
        romeo.send("<iq id='i' type='get'><ping xmlns='urn:xmpp:ping'/></iq>");
        Stanza answer = romeo.stanzas().getFirst();
        assertEquals("romeo@localhost romeo@localhost/orchard i", answer.from() + " " + answer.to() + " " + answer.id());
    }

    // --- presence ---

    @TestFactory
    Stream<DynamicTest> presence() {
        return rows("""
                two             | juliet@localhost      |             | r0 r1
                two             | juliet@localhost      | unavailable | r0 r1
                mixed           | juliet@localhost      |             | r0 r1
                connected       | juliet@localhost      |             |
                nobody is there | juliet@localhost      |             |
                no such account | juliet@localhost      |             |
                two             | juliet@localhost      | error       |
                two             | juliet@localhost/r1   |             | r1
                two             | juliet@localhost/r1   | unavailable | r1
                two             | juliet@localhost/r1   | error       | r1
                two             | juliet@localhost/gone |             |
                two             | juliet@localhost/gone | error       |
                two             | juliet@localhost/r1   | subscribe   | push r0 r1
                two             | juliet@localhost/gone | subscribe   | push r0 r1
                no such account | juliet@localhost      | subscribe   | push
                no such account | juliet@localhost      | probe       |
                two             | juliet@localhost/r1   | probe       |
                two             | unknown.test          |             | error
                two             | localhost             |             |
                two             | localhost             | subscribe   | push
                """)
                .map(row -> DynamicTest.dynamicTest(row[2] + " to " + row[1] + ", " + row[0], () -> {
                    List<SmallClient> resources = begin(row[0]);
                    String type = row[2].isEmpty() ? "" : " type='" + row[2] + "'";
                    romeo.send("<presence to='" + address(row[1], row[0]) + "'" + type + "/>");
                    List<String> outcome = new ArrayList<>();
                    romeo.heard().forEach(heard -> outcome.add(heard.split("[: ]")[0]));
                    for (int i = 0; i < resources.size(); i++) {
                        String name = "r" + i;
                        resources.get(i).stanzas().forEach(_ -> outcome.add(name));
                    }
                    assertEquals(row[3], String.join(" ", outcome));
                    end(resources);
                }));
    }

    @Test
    void errorsAreNeverAnsweredWithErrors() {
        for (String to : List.of("nobody@localhost", "nobody@localhost/x", "localhost", "unknown.test", "a@unknown.test")) {
            romeo.send("<message type='error' to='" + to + "'/>");
            romeo.send("<presence type='error' to='" + to + "'/>");
            romeo.send("<iq type='error' id='i' to='" + to + "'/>");
            assertEquals(List.of(), romeo.heard(), to);
        }
    }

    // --- how ---

    private static Stream<String[]> rows(String table) {
        return table.lines()
                .map(line -> Arrays.stream(line.split("\\|", -1)).map(String::strip).toArray(String[]::new));
    }

    private static String address(String to, String situation) {
        return situation.equals("no such account") ? to.replace("juliet", "nobody") : to;
    }

    private List<SmallClient> begin(String situation) {
        List<SmallClient> resources = new ArrayList<>();
        for (String presence : SITUATIONS.get(situation)) {
            SmallClient client = server.connect("juliet/r" + resources.size());
            if (!presence.isEmpty()) {
                client.send(presence);
            }
            resources.add(client);
        }
        resources.forEach(SmallClient::heard);
        romeo.heard();
        return resources;
    }

    private void end(List<SmallClient> resources) {
        romeo.send("<iq type='set' id='x'><query xmlns='jabber:iq:roster'>"
                + "<item jid='juliet@localhost' subscription='remove'/></query></iq>");
        for (String domain : List.of("nobody@localhost", "localhost")) {
            romeo.send("<iq type='set' id='x'><query xmlns='jabber:iq:roster'>"
                    + "<item jid='" + domain + "' subscription='remove'/></query></iq>");
        }
        resources.forEach(SmallClient::vanish);
        romeo.heard();
    }
}
