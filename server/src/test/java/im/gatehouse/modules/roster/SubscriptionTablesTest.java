package im.gatehouse.modules.roster;

import static org.junit.jupiter.api.Assertions.assertEquals;

import im.gatehouse.jid.Jid;
import im.gatehouse.module.ModulePlan;
import im.gatehouse.modules.SmallClient;
import im.gatehouse.modules.SmallServer;
import im.gatehouse.modules.presence.PresenceConfig;
import im.gatehouse.modules.presence.PresenceModule;
import im.gatehouse.stanza.Presence;
import im.gatehouse.stanza.Stanza;
import im.gatehouse.storage.Database;
import im.gatehouse.storage.StorageSettings;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * The tables of RFC 6121 appendix A on a running server, line by line: what goes to the contact, what the user's client
 * hears, and the state afterwards. The contact lives elsewhere, so that only the user's half is seen.
 */
class SubscriptionTablesTest {
    private static final Jid USER = Jid.parse("romeo@localhost");
    private static final Jid CONTACT = Jid.parse("juliet@remote.test");

    /** To, from, pending out, pending in, approved beforehand. */
    private static final Map<String, SubscriptionState> STATES = Map.ofEntries(
            Map.entry("None", new SubscriptionState(false, false, false, false, false)),
            Map.entry("None+Out", new SubscriptionState(false, false, true, false, false)),
            Map.entry("None+In", new SubscriptionState(false, false, false, true, false)),
            Map.entry("None+Out+In", new SubscriptionState(false, false, true, true, false)),
            Map.entry("To", new SubscriptionState(true, false, false, false, false)),
            Map.entry("To+In", new SubscriptionState(true, false, false, true, false)),
            Map.entry("From", new SubscriptionState(false, true, false, false, false)),
            Map.entry("From+Out", new SubscriptionState(false, true, true, false, false)),
            Map.entry("Both", new SubscriptionState(true, true, false, false, false)),
            Map.entry("None+Ok", new SubscriptionState(false, false, false, false, true)),
            Map.entry("None+Out+Ok", new SubscriptionState(false, false, true, false, true)),
            Map.entry("To+Ok", new SubscriptionState(true, false, false, false, true)));

    @TempDir
    private Path folder;

    private Database database;
    private SmallServer server;
    private SmallClient romeo;
    private final List<Stanza> out = Collections.synchronizedList(new ArrayList<>());

    @BeforeEach
    void start() {
        database = Database.open(new StorageSettings("jdbc:sqlite:" + folder.resolve("db"), null, null, 4));
        server = new SmallServer(
                database,
                new ModulePlan.Entry<>(new RosterModule(), RosterConfig.DEFAULT),
                new ModulePlan.Entry<>(new PresenceModule(), PresenceConfig.DEFAULT));
        server.with("romeo");
        server.router.addComponent("remote.test", (stanza, _) -> out.add(stanza));
    }

    @AfterEach
    void stop() {
        server.close();
        database.close();
    }

    // --- A.2: what the user sends; it goes to the contact from bare address to bare address ---

    @TestFactory
    Stream<DynamicTest> outboundSubscribe() {
        return outbound("subscribe", """
                None        | subscribe | push none ask         | None+Out
                None+Out    | subscribe |                       | None+Out
                None+In     | subscribe | push none ask         | None+Out+In
                None+Out+In | subscribe |                       | None+Out+In
                To          | subscribe |                       | To
                To+In       | subscribe |                       | To+In
                From        | subscribe | push from ask         | From+Out
                From+Out    | subscribe |                       | From+Out
                Both        | subscribe |                       | Both
                None+Ok     | subscribe | push none ask approved| None+Out+Ok
                None+Out+Ok | subscribe |                       | None+Out+Ok
                To+Ok       | subscribe |                       | To+Ok
                """);
    }

    @TestFactory
    Stream<DynamicTest> outboundUnsubscribe() {
        return outbound("unsubscribe", """
                None        | unsubscribe |                    | None
                None+Out    | unsubscribe | push none          | None
                None+In     | unsubscribe |                    | None+In
                None+Out+In | unsubscribe | push none          | None+In
                To          | unsubscribe | push none          | None
                To+In       | unsubscribe | push none          | None+In
                From        | unsubscribe |                    | From
                From+Out    | unsubscribe | push from          | From
                Both        | unsubscribe | push from          | From
                None+Ok     | unsubscribe |                    | None+Ok
                None+Out+Ok | unsubscribe | push none approved | None+Ok
                To+Ok       | unsubscribe | push none approved | None+Ok
                """);
    }

    /** Whoever may see the user from now on does so at once (section 3.1.5). */
    @TestFactory
    Stream<DynamicTest> outboundSubscribed() {
        return outbound("subscribed", """
                None        |                       | push none approved     | None+Ok
                None+Out    |                       | push none ask approved | None+Out+Ok
                None+In     | subscribed, available | push from              | From
                None+Out+In | subscribed, available | push from ask          | From+Out
                To          |                       | push to approved       | To+Ok
                To+In       | subscribed, available | push both              | Both
                From        |                       |                        | From
                From+Out    |                       |                        | From+Out
                Both        |                       |                        | Both
                None+Ok     |                       |                        | None+Ok
                None+Out+Ok |                       |                        | None+Out+Ok
                To+Ok       |                       |                        | To+Ok
                """);
    }

    /** Whoever may no longer see the user sees the user go before that (section 3.2.2). */
    @TestFactory
    Stream<DynamicTest> outboundUnsubscribed() {
        return outbound("unsubscribed", """
                None        |                           |               | None
                None+Out    |                           |               | None+Out
                None+In     | unsubscribed              |               | None
                None+Out+In | unsubscribed              |               | None+Out
                To          |                           |               | To
                To+In       | unsubscribed              |               | To
                From        | unavailable, unsubscribed | push none     | None
                From+Out    | unavailable, unsubscribed | push none ask | None+Out
                Both        | unavailable, unsubscribed | push to       | To
                None+Ok     |                           | push none     | None
                None+Out+Ok |                           | push none ask | None+Out
                To+Ok       |                           | push to       | To
                """);
    }

    // --- A.3: what comes from the contact ---

    @TestFactory
    Stream<DynamicTest> inboundSubscribe() {
        return inbound("subscribe", """
                None        |                       | subscribe     | None+In
                None+Out    |                       | subscribe     | None+Out+In
                None+In     |                       |               | None+In
                None+Out+In |                       |               | None+Out+In
                To          |                       | subscribe     | To+In
                To+In       |                       |               | To+In
                From        | subscribed, available |               | From
                From+Out    | subscribed, available |               | From+Out
                Both        | subscribed, available |               | Both
                None+Ok     | subscribed, available | push from     | From
                None+Out+Ok | subscribed, available | push from ask | From+Out
                To+Ok       | subscribed, available | push both     | Both
                """);
    }

    @TestFactory
    Stream<DynamicTest> inboundUnsubscribe() {
        return inbound("unsubscribe", """
                None        |             |                            | None
                None+Out    |             |                            | None+Out
                None+In     |             | unsubscribe                | None
                None+Out+In |             | unsubscribe                | None+Out
                To          |             |                            | To
                To+In       |             | unsubscribe                | To
                From        | unavailable | unsubscribe, push none     | None
                From+Out    | unavailable | unsubscribe, push none ask | None+Out
                Both        | unavailable | unsubscribe, push to       | To
                None+Ok     |             |                            | None+Ok
                None+Out+Ok |             |                            | None+Out+Ok
                To+Ok       |             |                            | To+Ok
                """);
    }

    @TestFactory
    Stream<DynamicTest> inboundSubscribed() {
        return inbound("subscribed", """
                None        | |                               | None
                None+Out    | | subscribed, push to           | To
                None+In     | |                               | None+In
                None+Out+In | | subscribed, push to           | To+In
                To          | |                               | To
                To+In       | |                               | To+In
                From        | |                               | From
                From+Out    | | subscribed, push both         | Both
                Both        | |                               | Both
                None+Ok     | |                               | None+Ok
                None+Out+Ok | | subscribed, push to approved  | To+Ok
                To+Ok       | |                               | To+Ok
                """);
    }

    @TestFactory
    Stream<DynamicTest> inboundUnsubscribed() {
        return inbound("unsubscribed", """
                None        | |                                  | None
                None+Out    | | unsubscribed, push none          | None
                None+In     | |                                  | None+In
                None+Out+In | | unsubscribed, push none          | None+In
                To          | | unsubscribed, push none          | None
                To+In       | | unsubscribed, push none          | None+In
                From        | |                                  | From
                From+Out    | | unsubscribed, push from          | From
                Both        | | unsubscribed, push from          | From
                None+Ok     | |                                  | None+Ok
                None+Out+Ok | | unsubscribed, push none approved | None+Ok
                To+Ok       | | unsubscribed, push none approved | None+Ok
                """);
    }

    // --- section 2.5: taking a contact out of the roster ---

    /** What is between the two ends, also what was only asked (section 2.5.2). */
    @TestFactory
    Stream<DynamicTest> removal() {
        return rows("""
                None        |                                        | None
                None+Out    | unsubscribe                            | None
                None+In     | unsubscribed                           | None
                None+Out+In | unsubscribe, unsubscribed              | None
                To          | unsubscribe                            | None
                To+In       | unsubscribe, unsubscribed              | None
                From        | unsubscribed, unavailable              | None
                From+Out    | unsubscribe, unsubscribed, unavailable | None
                Both        | unsubscribe, unsubscribed, unavailable | None
                None+Ok     |                                        | None
                To+Ok       | unsubscribe                            | None
                """)
                .map(row -> DynamicTest.dynamicTest(row[0], () -> {
                    begin(row[0]);
                    romeo.send("<iq type='set' id='r'><query xmlns='jabber:iq:roster'>"
                            + "<item jid='juliet@remote.test' subscription='remove'/></query></iq>");
                    assertEquals(
                            row[1] + " | push remove, result | " + row[2], out() + " | " + heard() + " | " + state());
                    end();
                }));
    }

    // --- what the tables do not say ---

    @Test
    void aStepGoesFromBareAddressToBareAddressWithItsIdAndItsContent() {
        begin("None");
        romeo.send("<presence to='juliet@remote.test/balcony' type='subscribe' id='s1'><status>Hi</status></presence>");
        Stanza step = out.getFirst();
        assertEquals("romeo@localhost juliet@remote.test s1", step.from() + " " + step.to() + " " + step.id());
        assertEquals("Hi", step.children().getFirst().text());
    }

    @Test
    void aStepThatArrivesForAResourceIsTheAccountsBusiness() {
        begin("None+Out");
        arrives("<presence from='juliet@remote.test/balcony' to='romeo@localhost/orchard' type='subscribed'/>");
        assertEquals("subscribed, push to", heard());
        assertEquals("To", state());
    }

    private Stream<DynamicTest> outbound(String type, String table) {
        return rows(table).map(row -> DynamicTest.dynamicTest(row[0], () -> {
            begin(row[0]);
            romeo.send("<presence to='juliet@remote.test' type='" + type + "'/>");
            check(row);
        }));
    }

    private Stream<DynamicTest> inbound(String type, String table) {
        return rows(table).map(row -> DynamicTest.dynamicTest(row[0], () -> {
            begin(row[0]);
            arrives("<presence from='juliet@remote.test' to='romeo@localhost' type='" + type + "'/>");
            check(row);
        }));
    }

    private void arrives(String xml) {
        var lane = romeo.session().lane();
        lane.add(() -> server.router.route(SmallClient.parse(xml), lane));
        server.settle();
    }

    private void check(String[] row) {
        assertEquals(row[1] + " | " + row[2] + " | " + row[3], out() + " | " + heard() + " | " + state());
        end();
    }

    /** Brings the user, with one client that is interested and available, into a state. */
    private void begin(String name) {
        SubscriptionState state = STATES.get(name);
        String request = state.pendingIn()
                ? StanzaText.write(Presence.of(Presence.Type.SUBSCRIBE, CONTACT, USER))
                : null;
        RosterItem item = new RosterItem(CONTACT, null, List.of(), state, true, request, 1);
        RosterStore store = new RosterStore();
        database.write(db -> {
            store.removeDomain(db, "localhost");
            store.raise(db, USER, 1);
            store.insert(db, USER, item);
            return true;
        });
        romeo = server.online("romeo/orchard");
        out.clear();
    }

    private void end() {
        romeo.vanish();
        out.clear();
    }

    private String out() {
        return out.stream()
                .map(stanza -> ((Presence) stanza).type().wire())
                .collect(Collectors.joining(", "));
    }

    private String heard() {
        return romeo.heard().stream()
                .map(heard -> heard.replaceFirst("^push: juliet@remote.test ", "push ")
                        .replace("ask subscribe", "ask")
                        .replaceFirst(" from juliet@remote.test$", ""))
                .collect(Collectors.joining(", "));
    }

    private String state() {
        SubscriptionState state = server.service(Rosters.class).item(USER, CONTACT).state();
        return STATES.entrySet().stream()
                .filter(entry -> entry.getValue().equals(state))
                .map(Map.Entry::getKey)
                .collect(Collectors.joining());
    }

    private static Stream<String[]> rows(String table) {
        return table.lines().map(line -> Arrays.stream(line.split("\\|")).map(String::strip).toArray(String[]::new));
    }
}
