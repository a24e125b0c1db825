package im.gatehouse.modules.announce;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import im.gatehouse.form.DataForm;
import im.gatehouse.jid.Jid;
import im.gatehouse.modules.TestClient;
import im.gatehouse.modules.TestHouse;
import im.gatehouse.modules.adhoc.AdHocModule;
import im.gatehouse.modules.blocklist.BlocklistModule;
import im.gatehouse.modules.disco.DiscoModule;
import im.gatehouse.modules.lastactivity.LastActivityModule;
import im.gatehouse.modules.offline.OfflineModule;
import im.gatehouse.modules.presence.PresenceModule;
import im.gatehouse.modules.roster.RosterModule;
import im.gatehouse.session.Admission;
import im.gatehouse.session.Login;
import im.gatehouse.stanza.Message;
import im.gatehouse.xml.Element;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What administrators do about users and tell them, from within a client (XEP-0133). */
class ServiceAdministrationTest {
    private static final String COMMANDS = "http://jabber.org/protocol/commands";
    private static final String ADMIN = "http://jabber.org/protocol/admin#";
    private static final String LIST =
            "<query xmlns='http://jabber.org/protocol/disco#items' node='" + COMMANDS + "'/>";

    @TempDir
    private Path folder;

    private TestHouse house;
    private TestClient admin;
    private TestClient alice;

    @BeforeEach
    void start() {
        house = new TestHouse(
                folder,
                "",
                new RosterModule(),
                new PresenceModule(),
                new OfflineModule(),
                new LastActivityModule(),
                new BlocklistModule(),
                new DiscoModule(),
                new AdHocModule(),
                new AnnounceModule());
        house.withAccounts("admin@localhost", "alice@localhost", "bob@localhost", "zoe@second.test");
        admin = house.client("admin@localhost/desk");
        alice = house.client("alice@localhost/home");
    }

    @AfterEach
    void stop() {
        house.close();
    }

    // --- at the own address ---

    @Test
    void administratorsFindTheCommandsAtTheirOwnAddressToo() {
        List<Element> items = admin.result("get", "admin@localhost", LIST).children();

        assertTrue(items.size() > 20, items::toString);
        assertTrue(items.stream().allMatch(item -> "admin@localhost".equals(item.attribute("jid"))));
        assertEquals("2", form(admin.result("set", "admin@localhost", execute("get-online-users-num")))
                .value("onlineusersnum"));
        assertEquals("2", form(admin.result("set", "", execute("get-online-users-num"))).value("onlineusersnum"));
        Element info = admin.result(
                "get", "", "<query xmlns='http://jabber.org/protocol/disco#info' node='" + ADMIN + "announce'/>");
        assertEquals("command-node", Objects.requireNonNull(info.firstChild()).attribute("type"));
    }

    @Test
    void othersMayNothingAndNobodyUsesAnothersAddress() {
        assertEquals(List.of(), alice.result("get", "alice@localhost", LIST).children());
        assertEquals("forbidden", alice.error("set", "alice@localhost", execute("announce")));
        assertEquals("forbidden", alice.error("set", "localhost", execute("shutdown")));
        assertEquals("service-unavailable", alice.error("set", "admin@localhost", execute("announce")));
        assertEquals("service-unavailable", admin.error("set", "alice@localhost", execute("announce")));
        assertEquals("service-unavailable", alice.error("get", "admin@localhost", LIST));
    }

    // --- users ---

    @Test
    void aUserWhoIsDisabledIsKeptOutAndComesBackWhenEnabled() {
        String users = field("accountjids", "bob@localhost", "nobody@localhost", "admin@localhost");

        assertEquals(2, notes(run("disable-user", users)), "nobody is there, and nobody disables the own account");

        assertFalse(admits("bob@localhost"));
        assertEquals("1", number("get-disabled-users-num", "disabledusersnum"));
        assertEquals("0", form(admin.result("set", "second.test", execute("get-disabled-users-num")))
                .value("disabledusersnum"));
        assertEquals(
                List.of("bob@localhost"),
                form(run("get-disabled-users-list", field("max_items", "25"))).values("disableduserjids"));

        assertEquals(0, notes(run("reenable-user", field("accountjids", "bob@localhost"))));
        assertEquals(1, notes(run("reenable-user", field("accountjids", "bob@localhost"))));
        assertEquals("0", number("get-disabled-users-num", "disabledusersnum"));
        assertTrue(admits("bob@localhost"));
    }

    private boolean admits(String account) {
        InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), 1);
        Login login = new Login(Jid.parse(account), address, "tcp", "PLAIN");
        return house.sessions().admit(login) instanceof Admission;
    }

    private static int notes(Element command) {
        return command.children("note", COMMANDS).size();
    }

    @Test
    void aRosterIsShown() {
        alice.ask("set", "", "<query xmlns='jabber:iq:roster'><item jid='bob@localhost' name='Bob'/></query>");

        Element form = Objects.requireNonNull(run("get-user-roster", field("accountjids", "alice@localhost"))
                .child("x", DataForm.NAMESPACE));

        assertEquals(
                "<query xmlns='jabber:iq:roster'><item jid='bob@localhost' name='Bob' subscription='none'/></query>",
                String.valueOf(form.child("query", "jabber:iq:roster")));
        assertEquals("item-not-found", refused("get-user-roster", field("accountjids", "nobody@localhost")));
        assertEquals("bad-request", refused("get-user-roster", field("accountjids", "bob@localhost", "alice@localhost")));
    }

    @Test
    void theLastLoginIsTold() {
        String since = house.time().now().toString().substring(0, 19) + "Z";
        assertEquals(since, form(run("get-user-lastlogin", field("accountjids", "alice@localhost"))).value("lastlogin"));
        house.time().forward(Duration.ofHours(1));
        alice.leave();
        String left = house.time().now().toString().substring(0, 19) + "Z";
        house.time().forward(Duration.ofHours(1));

        assertEquals(left, form(run("get-user-lastlogin", field("accountjids", "alice@localhost"))).value("lastlogin"));
        assertEquals(null, form(run("get-user-lastlogin", field("accountjids", "bob@localhost"))).value("lastlogin"));
    }

    @Test
    void statisticsAreThoseOfTheUser() {
        house.client("alice@localhost/phone");
        alice.ask("set", "", "<query xmlns='jabber:iq:roster'><item jid='bob@localhost'/></query>");

        DataForm form = form(run("user-stats", field("accountjid", "alice@localhost")));

        assertEquals(List.of("home", "phone"), form.values("onlineresources"));
        assertEquals("1", form.value("rostersize"));
        assertEquals(1, form.values("ipaddresses").size());
    }

    @Test
    void whoIsOnlineIsEitherActiveOrIdle() {
        house.client("zoe@second.test/x");
        available(alice, "");
        available(house.client("alice@localhost/phone"), "<show>away</show>");
        available(house.client("bob@localhost/x"), "<show>xa</show>");

        assertEquals("1", number("get-active-users-num", "activeusersnum"));
        assertEquals("2", number("get-idle-users-num", "idleusersnum"));
        assertEquals("3", number("get-online-users-num", "onlineusersnum"));
        assertEquals(
                List.of("alice@localhost"),
                form(run("get-active-users", field("max_items", "none"))).values("activeuserjids"));
        assertEquals(
                List.of("admin@localhost", "bob@localhost"),
                form(run("get-idle-users", field("max_items", "none"))).values("idleuserjids"));
    }

    // --- what is told ---

    @Test
    void anAnnouncementReachesThoseOfTheDomainWhoAreThere() {
        TestClient zoe = house.client("zoe@second.test/x");
        available(zoe, "");
        available(alice, "");

        run("announce", field("announcement", "Attention!", "Going down."));
        run("announce-all", field("announcement", "To all"));

        assertEquals("Attention!\nGoing down.", nextMessage(alice));
        assertEquals("To all", nextMessage(alice));
        TestClient bob = house.client("bob@localhost/x");
        available(bob, "");
        assertEquals("To all", nextMessage(bob));
        zoe.send("<message to='zoe@second.test'><body>nothing else</body></message>");
        assertEquals("nothing else", nextMessage(zoe));
        assertEquals("bad-request", refused("announce", field("announcement", " ")));
    }

    @Test
    void aMessageOfTheDayIsShownToEverybodyOnce() {
        available(alice, "");
        assertEquals("item-not-found", admin.error("set", "localhost", execute("edit-motd")));
        run("set-motd", field("motd", "one"));
        assertEquals("one", nextMessage(alice));
        run("edit-motd", field("motd", "two"));
        TestClient phone = house.client("alice@localhost/phone");
        available(phone, "");
        TestClient bob = house.client("bob@localhost/x");
        available(bob, "");
        assertEquals("two", nextMessage(bob));
        bob.leave();

        run("set-motd", field("motd", "three"));
        assertEquals("three", nextMessage(alice));
        bob = house.client("bob@localhost/x");
        available(bob, "");
        assertEquals("three", nextMessage(bob));

        assertEquals("completed", admin.result("set", "localhost", execute("delete-motd")).attribute("status"));
        assertEquals("item-not-found", admin.error("set", "localhost", execute("delete-motd")));
        phone.send("<message to='alice@localhost/phone'><body>nothing else</body></message>");
        String heard = nextMessage(phone);
        assertTrue(heard.equals("three") || heard.equals("nothing else"), heard);
    }

    @Test
    void whoIsNewIsWelcomed() {
        run("set-welcome", field("welcome", "Welcome!"));
        house.withAccounts("carol@localhost", "yves@second.test");
        TestClient carol = house.client("carol@localhost/x");
        available(carol, "");
        assertEquals("Welcome!", nextMessage(carol));
        assertEquals(
                List.of("Welcome!"),
                form(admin.result("set", "localhost", execute("set-welcome"))).values("welcome"));

        admin.result("set", "localhost", execute("delete-welcome"));
        house.withAccounts("dan@localhost");
        TestClient dan = house.client("dan@localhost/x");
        available(dan, "");
        dan.send("<message to='dan@localhost/x'><body>nothing else</body></message>");
        assertEquals("nothing else", nextMessage(dan));
    }

    @Test
    void whatTheServerDoesNotOfferIsSaidSo() {
        assertEquals("feature-not-implemented", admin.error("set", "localhost", execute("shutdown")));
        assertEquals("item-not-found", admin.error("set", "localhost", execute("get-user-password")));
    }

    // --- how ---

    /** When this returns, the client has been given what waited for it. */
    private static void available(TestClient client, String content) {
        client.send("<presence>" + content + "</presence>").settle();
    }

    private static String nextMessage(TestClient client) {
        Object next = client.next();
        while (!(next instanceof Message)) {
            next = client.next();
        }
        return String.valueOf(((Message) next).body());
    }

    private String number(String command, String field) {
        return String.valueOf(form(admin.result("set", "localhost", execute(command))).value(field));
    }

    private Element run(String command, String fields) {
        return admin.result("set", "localhost", submit(command, fields));
    }

    private String refused(String command, String fields) {
        return admin.error("set", "localhost", submit(command, fields));
    }

    private String submit(String command, String fields) {
        String session = admin.result("set", "localhost", execute(command)).attribute("sessionid");
        return "<command xmlns='" + COMMANDS + "' node='" + ADMIN + command + "' sessionid='" + session
                + "'><x xmlns='jabber:x:data' type='submit'>" + fields + "</x></command>";
    }

    private static String execute(String command) {
        return "<command xmlns='" + COMMANDS + "' node='" + ADMIN + command + "' action='execute'/>";
    }

    private static String field(String name, String... values) {
        StringBuilder field = new StringBuilder("<field var='" + name + "'>");
        for (String value : values) {
            field.append("<value>").append(value).append("</value>");
        }
        return field.append("</field>").toString();
    }

    private static DataForm form(Element command) {
        return Objects.requireNonNull(DataForm.of(command.child("x", DataForm.NAMESPACE)));
    }
}
