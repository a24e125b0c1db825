package im.gatehouse.modules.disco;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import im.gatehouse.config.ConfigException;
import im.gatehouse.form.DataForm;
import im.gatehouse.jid.Jid;
import im.gatehouse.module.Disco;
import im.gatehouse.modules.Friends;
import im.gatehouse.modules.TestClient;
import im.gatehouse.modules.TestHouse;
import im.gatehouse.modules.contactinfo.ContactInfoModule;
import im.gatehouse.modules.ping.PingModule;
import im.gatehouse.xml.Element;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DiscoModuleTest {
    private static final String INFO = "<query xmlns='http://jabber.org/protocol/disco#info'/>";
    private static final String ITEMS = "<query xmlns='http://jabber.org/protocol/disco#items'/>";
    private static final String CONTACT = """
            [modules.mod_disco]
            name = "The Inn"
            [modules.mod_server_contact_info]
            abuse = ["mailto:abuse@example.org", "xmpp:abuse@example.org"]
            admin = ["mailto:host@example.org"]
            """;

    @TempDir
    private Path folder;

    private TestHouse house;
    private TestClient alice;

    @BeforeEach
    void start() {
        house = new TestHouse(
                folder,
                CONTACT,
                new DiscoModule(),
                new ContactInfoModule(),
                new PingModule(),
                new Friends("bob@localhost"));
        house.withAccounts("alice@localhost", "bob@localhost", "mallory@localhost");
        alice = house.client("alice@localhost/home");
    }

    @AfterEach
    void stop() {
        house.close();
    }

    @Test
    void theServerSaysWhatItIsAndWhatItsModulesCanDo() {
        Element info = alice.result("get", "localhost", INFO);

        assertEquals(List.of("server/im The Inn"), identities(info));
        assertTrue(features(info).containsAll(List.of("urn:xmpp:ping", "http://jabber.org/protocol/disco#items")));
    }

    @Test
    void theServerTellsHowToReachThoseInCharge() {
        Element info = alice.result("get", "localhost", INFO);

        DataForm form = Objects.requireNonNull(DataForm.of(info.child("x", DataForm.NAMESPACE)));
        assertEquals("http://jabber.org/network/serverinfo", form.formType());
        assertEquals(
                List.of("mailto:abuse@example.org", "xmpp:abuse@example.org"), form.values("abuse-addresses"));
        assertEquals(List.of("mailto:host@example.org"), form.values("admin-addresses"));
        assertNull(form.field("sales-addresses"));
    }

    @Test
    void anAddressThatIsNoUriIsAMistakeInTheConfiguration() {
        assertThrows(
                ConfigException.class,
                () -> house.reload("[modules.mod_server_contact_info]\nadmin = [\"admin@example.org\"]"));
    }

    @Test
    void aNewNameIsToldAfterAReload() {
        house.reload("[modules.mod_disco]\nname = \"The Tower\"");

        Element info = alice.result("get", "localhost", INFO);
        assertEquals(List.of("server/im The Tower"), identities(info));
        assertNull(info.child("x", DataForm.NAMESPACE));
    }

    @Test
    void anUnknownNodeIsNotFound() {
        assertEquals("item-not-found", alice.error("get", "localhost", INFO.replace("/>", " node='nowhere'/>")));
        assertEquals("item-not-found", alice.error("get", "localhost", ITEMS.replace("/>", " node='nowhere'/>")));
        assertEquals("item-not-found", alice.error("get", "", INFO.replace("/>", " node='nowhere'/>")));
        assertEquals("item-not-found", alice.error("get", "", ITEMS.replace("/>", " node='nowhere'/>")));
    }

    @Test
    void aNodeOfAModuleIsAskedForWhoIsAskedAndWhoAsks() {
        house.disco().server().addNode("door", (asked, asker) -> new Disco.Node(
                List.of(new Disco.Identity("automation", "door", asked + " for " + asker)), Set.of(), List.of()));

        Element info = alice.result("get", "localhost", INFO.replace("/>", " node='door'/>"));

        assertEquals("door", info.attribute("node"));
        assertEquals(List.of("automation/door localhost for alice@localhost/home"), identities(info));
    }

    @Test
    void eachDomainShowsTheComponentsBelowIt() {
        house.router().addComponent("rooms.localhost", (_, _) -> {});
        house.router().addComponent("rooms.second.test", (_, _) -> {});
        house.router().addComponent("files.elsewhere", (_, _) -> {});
        house.disco().server().addItems(_ -> List.of(new Disco.Item(Jid.parse("rooms.localhost"), null, "Rooms")));

        Element items = alice.result("get", "localhost", ITEMS);

        assertEquals(
                List.of("rooms.localhost Rooms", "files.elsewhere null"),
                items.children().stream()
                        .map(item -> item.attribute("jid") + " " + item.attribute("name"))
                        .toList());
    }

    @Test
    void anAccountAnswersItsOwner() {
        Element info = alice.result("get", "", INFO);

        assertEquals(List.of("account/registered null"), identities(info));
        assertTrue(features(info).contains("urn:xmpp:ping"));
        assertTrue(alice.result("get", "alice@localhost", ITEMS).children().isEmpty());
    }

    @Test
    void anAccountAnswersThoseWhoMaySeeItsPresence() {
        TestClient bob = house.client("bob@localhost/work");

        assertEquals(List.of("account/registered null"), identities(bob.result("get", "alice@localhost", INFO)));
    }

    @Test
    void toAStrangerAnAccountLooksLikeNone() {
        TestClient mallory = house.client("mallory@localhost/den");

        assertEquals("service-unavailable", mallory.error("get", "alice@localhost", INFO));
        assertEquals("service-unavailable", mallory.error("get", "alice@localhost", ITEMS));
        assertEquals("service-unavailable", mallory.error("get", "nobody@localhost", INFO));
    }

    private static List<String> identities(Element info) {
        return info.children("identity", DiscoInfo.NAMESPACE).stream()
                .map(i -> i.attribute("category") + "/" + i.attribute("type") + " " + i.attribute("name"))
                .toList();
    }

    private static List<String> features(Element info) {
        return info.children("feature", DiscoInfo.NAMESPACE).stream()
                .map(feature -> feature.attributeOr("var", ""))
                .toList();
    }
}
