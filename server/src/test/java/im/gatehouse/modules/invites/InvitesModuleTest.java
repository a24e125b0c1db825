package im.gatehouse.modules.invites;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import im.gatehouse.form.DataForm;
import im.gatehouse.jid.Jid;
import im.gatehouse.modules.TestClient;
import im.gatehouse.modules.TestHouse;
import im.gatehouse.modules.adhoc.AdHocModule;
import im.gatehouse.modules.disco.DiscoModule;
import im.gatehouse.modules.presence.PresenceModule;
import im.gatehouse.modules.roster.RosterModule;
import im.gatehouse.stanza.Iq;
import im.gatehouse.stanza.Presence;
import im.gatehouse.storage.Database;
import im.gatehouse.storage.StorageSettings;
import im.gatehouse.xml.Element;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Invitations as clients make them (XEP-0401), and as contacts redeem them (XEP-0379). */
class InvitesModuleTest {
    private static final String COMMANDS = "http://jabber.org/protocol/commands";
    private static final String INVITE =
            "<command xmlns='" + COMMANDS + "' node='urn:xmpp:invite#invite' action='execute'/>";
    private static final String CREATE =
            "<command xmlns='" + COMMANDS + "' node='urn:xmpp:invite#create-account' action='execute'/>";

    @TempDir
    private Path folder;

    private TestHouse house;
    private TestClient romeo;
    private TestClient juliet;

    @BeforeEach
    void start() {
        house = house("max_per_user = 2");
        house.withAccounts("romeo@localhost", "juliet@second.test", "admin@localhost");
        romeo = house.client("romeo@localhost/orchard");
        juliet = house.client("juliet@second.test/balcony");
    }

    private TestHouse house(String configuration) {
        return new TestHouse(
                folder,
                "[modules.mod_invites]\n" + configuration,
                new RosterModule(),
                new PresenceModule(),
                new AdHocModule(),
                new DiscoModule(),
                new InvitesModule());
    }

    @AfterEach
    void stop() {
        house.close();
    }

    @Test
    void anInvitationIsMadeAtOnceAndSaysHowLongItHolds() {
        Element command = romeo.result("set", "localhost", INVITE);

        assertEquals("completed", command.attribute("status"));
        DataForm form = form(command);
        assertEquals("urn:xmpp:invite#invitation", form.formType());
        assertTrue(uri(form).matches("xmpp:romeo@localhost\\?roster;preauth=[0-9a-f]{32}"), uri(form));
        assertEquals(
                house.time().now().plus(Duration.ofDays(7)).toString().substring(0, 19) + "Z", form.value("expire"));
        assertNull(form.value("landing-url"));
    }

    @Test
    void aPageForPeopleIsNamedWhereThereIsOne() {
        house.reload("[modules.mod_invites]\nlanding_page = \"https://example.org/#{token}\"");

        DataForm form = form(romeo.result("set", "localhost", INVITE));

        assertEquals("https://example.org/#" + token(form), form.value("landing-url"));
    }

    @Test
    void whoeverShowsTheSecretBecomesAContact() {
        String token = token(form(romeo.result("set", "localhost", INVITE)));
        see(romeo);
        see(juliet);

        juliet.send(subscribe(token));
        juliet.send("<presence to='romeo@localhost' type='subscribed'/>");

        awaitFrom(juliet, Presence.Type.SUBSCRIBE);
        awaitFrom(juliet, Presence.Type.SUBSCRIBED);
        awaitFrom(romeo, Presence.Type.SUBSCRIBED);
        awaitFrom(romeo, Presence.Type.AVAILABLE);
        assertEquals("both", subscription(romeo, "juliet@second.test"));
        assertEquals("both", subscription(juliet, "romeo@localhost"));
    }

    @Test
    void aSecretThatIsWrongOrOverOrUsedIsAsIfItWereNotThere() {
        String used = token(form(romeo.result("set", "localhost", INVITE)));
        house.withAccounts("first@localhost");
        TestClient first = house.client("first@localhost/x");
        see(first);
        first.send(subscribe(used));
        awaitFrom(first, Presence.Type.SUBSCRIBED);
        String old = token(form(romeo.result("set", "localhost", INVITE)));
        house.time().forward(Duration.ofDays(7));
        see(romeo);

        for (String token : List.of(used, old, "wrong", "", "x".repeat(500))) {
            juliet.send("<presence to='romeo@localhost' type='unsubscribe'/>");
            juliet.send(subscribe(token));
            awaitFrom(romeo, Presence.Type.SUBSCRIBE);
        }
        assertNull(subscription(romeo, "juliet@second.test"));
    }

    @Test
    void aSecretOpensNoOtherDoor() {
        String token = token(form(romeo.result("set", "localhost", INVITE)));
        house.withAccounts("other@localhost");
        TestClient other = house.client("other@localhost/x");
        see(other);

        juliet.send("<presence to='other@localhost' type='subscribe'>"
                + "<preauth xmlns='urn:xmpp:pars:0' token='" + token + "'/></presence>");

        awaitFrom(other, Presence.Type.SUBSCRIBE);
    }

    @Test
    void whoWasInvitedBeforeACrashIsAContactAfterTheNextStart() {
        house.withAccounts("newcomer@localhost");
        house.close();
        StorageSettings settings = new StorageSettings("jdbc:sqlite:" + folder.resolve("test.db"), null, null, 2);
        try (Database database = Database.open(settings)) {
            database.write(db -> {
                new InviteStore()
                        .insertFriendship(
                                db,
                                new InviteStore.Friendship(
                                        Jid.parse("newcomer@localhost"), Jid.parse("romeo@localhost")));
                return true;
            });
        }

        house = house("");
        romeo = house.client("romeo@localhost/orchard");
        TestClient newcomer = house.client("newcomer@localhost/x");

        assertTimeoutPreemptively(Duration.ofSeconds(60), () -> {
            while (!"both".equals(subscription(romeo, "newcomer@localhost"))
                    || !"both".equals(subscription(newcomer, "romeo@localhost"))) {
                Thread.onSpinWait();
            }
        });
    }

    @Test
    void usersHaveABoundAndSeeOnlyWhatTheyMayDo() {
        romeo.result("set", "localhost", INVITE);
        romeo.result("set", "localhost", INVITE);
        assertEquals("resource-constraint", romeo.error("set", "localhost", INVITE));
        assertEquals("forbidden", romeo.error("set", "localhost", CREATE));
        String list = "<query xmlns='http://jabber.org/protocol/disco#items' node='" + COMMANDS + "'/>";
        List<Element> shown = romeo.result("get", "localhost", list).children();
        assertEquals(List.of("urn:xmpp:invite#invite"), shown.stream().map(item -> item.attribute("node")).toList());

        house.time().forward(Duration.ofDays(8));
        romeo.result("set", "localhost", INVITE);

        house.reload("[modules.mod_invites]\nusers = \"nobody\"");
        assertEquals("forbidden", romeo.error("set", "localhost", INVITE));
        assertEquals("completed", house.client("admin@localhost/x").result("set", "localhost", INVITE).attribute("status"));
    }

    @Test
    void accountsAreNotPromisedWhereNobodyMakesThem() {
        TestClient admin = house.client("admin@localhost/x");

        assertFalse(uri(form(admin.result("set", "localhost", INVITE))).contains("ibr"));
        assertEquals("service-unavailable", admin.error("set", "localhost", CREATE));
    }

    @Test
    void anInvitationIsAnAddressThatClientsCanOpen() {
        Invitation named = new Invitation(
                1,
                "bücher.example",
                Optional.empty(),
                Invitation.Kind.ACCOUNT,
                "o;hara+x",
                false,
                house.time().now(),
                1);
        assertEquals(
                "xmpp:o%3Bhara%2Bx@b%C3%BCcher.example?register;preauth=t", new Letter(named, "t").uri());
        assertFalse(new Letter(named, "secret").toString().contains("secret"));
    }

    // --- how ---

    private static void see(TestClient client) {
        client.result("get", "", "<query xmlns='jabber:iq:roster'/>");
        client.send("<presence/>");
        client.awaitPresence(Presence.Type.AVAILABLE);
    }

    private static String subscribe(String token) {
        return "<presence to='romeo@localhost' type='subscribe'><preauth xmlns='urn:xmpp:pars:0' token='" + token
                + "'/></presence>";
    }

    /** Waits for a presence of somebody else. */
    private static void awaitFrom(TestClient client, Presence.Type type) {
        Object next = client.next();
        while (!(next instanceof Presence presence
                && presence.type() == type
                && !presence.sender().bare().equals(client.session().account()))) {
            next = client.next();
        }
    }

    private static @org.jspecify.annotations.Nullable String subscription(TestClient client, String contact) {
        Iq answer = client.ask("get", "", "<query xmlns='jabber:iq:roster'/>");
        return Objects.requireNonNull(answer.payload()).children().stream()
                .filter(item -> Jid.parse(contact).toString().equals(item.attribute("jid")))
                .map(item -> item.attribute("subscription"))
                .findFirst()
                .orElse(null);
    }

    private static DataForm form(Element command) {
        return Objects.requireNonNull(DataForm.of(command.child("x", DataForm.NAMESPACE)));
    }

    private static String uri(DataForm form) {
        return Objects.requireNonNull(form.value("uri"));
    }

    private static String token(DataForm form) {
        return uri(form).replaceFirst(".*preauth=([0-9a-z]*).*", "$1");
    }
}
