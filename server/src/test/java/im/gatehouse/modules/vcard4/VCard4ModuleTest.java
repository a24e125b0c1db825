package im.gatehouse.modules.vcard4;

import static im.gatehouse.modules.pubsub.PubsubTrial.create;
import static im.gatehouse.modules.pubsub.PubsubTrial.items;
import static im.gatehouse.modules.pubsub.PubsubTrial.outcome;
import static im.gatehouse.modules.pubsub.PubsubTrial.owner;
import static im.gatehouse.modules.pubsub.PubsubTrial.pubsub;
import static org.junit.jupiter.api.Assertions.assertEquals;

import im.gatehouse.modules.TestClient;
import im.gatehouse.modules.pubsub.PubsubTrial;
import im.gatehouse.xml.Element;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VCard4ModuleTest {
    private static final String ASK = "<vcard xmlns='urn:ietf:params:xml:ns:vcard-4.0'/>";
    private static final String CARD = "<vcard xmlns='urn:ietf:params:xml:ns:vcard-4.0'><fn><text>Alice</text></fn>"
            + "<n><surname>Liddell</surname><given>Alice</given></n>"
            + "<tel><parameters><type><text>work</text></type></parameters><text>+44 1</text></tel>"
            + "<email><text>a@x.example</text></email><impp><uri>xmpp:alice@localhost</uri></impp></vcard>";
    private static final String OLD_CARD = "<vCard xmlns='vcard-temp'><FN>Alice</FN>"
            + "<N><FAMILY>Liddell</FAMILY><GIVEN>Alice</GIVEN></N>"
            + "<TEL><NUMBER>+44 1</NUMBER><WORK/></TEL>"
            + "<EMAIL><USERID>a@x.example</USERID></EMAIL><JABBERID>alice@localhost</JABBERID></vCard>";
    private static final String ASK_OLD = "<vCard xmlns='vcard-temp'/>";

    @TempDir
    private Path folder;

    private PubsubTrial trial;
    private TestClient alice;
    private TestClient bob;
    private TestClient sam;

    /** Bob sees alice's presence; sam is a stranger. */
    @BeforeEach
    void start() {
        trial = new PubsubTrial(folder, "", "alice", "bob", "sam");
        trial.befriend("alice", "bob");
        alice = trial.client("alice");
        bob = trial.client("bob");
        sam = trial.client("sam");
    }

    @AfterEach
    void stop() {
        trial.close();
    }

    @Test
    void aCardThatIsStoredIsPublishedForEverybody() {
        assertEquals("ok", outcome(alice.ask("set", "", CARD)));
        assertEquals(CARD, sam.result("get", "alice@localhost", ASK).toString());
        Element list = Objects.requireNonNull(
                sam.result("get", "alice@localhost", items(VCard4.NODE)).firstChild());
        assertEquals("current", list.children().getFirst().attribute("id"));
        assertEquals("forbidden", outcome(bob.ask("set", "alice@localhost", CARD)));
        assertEquals("forbidden", outcome(bob.ask("set", "alice@localhost", OLD_CARD)));
        for (String account : List.of("alice@localhost", "nobody@localhost")) {
            assertEquals("service-unavailable", outcome(sam.ask("set", account, CARD)));
            assertEquals("service-unavailable", outcome(sam.ask("set", account, OLD_CARD)));
        }
    }

    @Test
    void withoutACardContactsGetAnEmptyOneAndStrangersLearnNothing() {
        assertEquals(ASK, bob.result("get", "alice@localhost", ASK).toString());
        assertEquals(ASK, alice.result("get", "", ASK).toString());
        assertEquals("service-unavailable", sam.error("get", "alice@localhost", ASK));
        assertEquals("service-unavailable", sam.error("get", "nobody@localhost", ASK));
    }

    @Test
    void aCardIsForThoseWhomTheNodeLetsRead() {
        alice.ask("set", "", create(VCard4.NODE, "access_model", "presence"));
        alice.ask("set", "", CARD);
        assertEquals(CARD, bob.result("get", "alice@localhost", ASK).toString());
        assertEquals("service-unavailable", sam.error("get", "alice@localhost", ASK));
        assertEquals("service-unavailable", sam.error("get", "alice@localhost", ASK_OLD));
    }

    @Test
    void theOldCardSaysTheSame() {
        alice.ask("set", "", "<vCard xmlns='vcard-temp'><FN>x</FN><PHOTO><EXTVAL>y</EXTVAL></PHOTO></vCard>");
        alice.ask("set", "", CARD);
        String old = bob.result("get", "alice@localhost", ASK_OLD).toString();
        assertEquals(OLD_CARD.replace("<FN>", "<PHOTO><EXTVAL>y</EXTVAL></PHOTO><FN>"), old);
    }

    @Test
    void theNewCardSaysWhatTheOldOneDoes() {
        alice.ask("set", "", create(VCard4.NODE, "access_model", "open"));
        String publish = "<publish node='" + VCard4.NODE + "'><item id='current'>"
                + "<vcard xmlns='urn:ietf:params:xml:ns:vcard-4.0'><lang><language-tag>en</language-tag></lang>"
                + "<fn><text>Old</text></fn></vcard></item></publish>";
        assertEquals("ok", outcome(alice.ask("set", "", pubsub(publish))));
        assertEquals("ok", outcome(alice.ask("set", "", OLD_CARD)));
        assertEquals(
                CARD.replaceFirst("><fn>", "><lang><language-tag>en</language-tag></lang><fn>"),
                bob.result("get", "alice@localhost", ASK).toString());
    }

    @Test
    void anOldCardTakesNothingFromANodeThatIsNotForEverybody() {
        alice.ask("set", "", create(VCard4.NODE, "access_model", "presence"));
        alice.ask("set", "", CARD);
        alice.ask("set", "", "<vCard xmlns='vcard-temp'><FN>A.</FN></vCard>");
        assertEquals(CARD, bob.result("get", "alice@localhost", ASK).toString());
    }

    @Test
    void anotherPictureOnTheOldCardChangesNothingOnTheNewOne() {
        alice.ask("set", "", "<vCard xmlns='vcard-temp'><FN>x</FN></vCard>");
        alice.ask("set", "", pubsub("<retract node='" + VCard4.NODE + "'><item id='current'/></retract>"));
        alice.ask("set", "", "<vCard xmlns='vcard-temp'><PHOTO><EXTVAL>y</EXTVAL></PHOTO></vCard>");
        assertEquals(ASK, alice.result("get", "", ASK).toString());
    }

    @Test
    void whatIsTakenBackIsOnTheOldCardNoMore() {
        alice.ask("set", "", CARD);
        assertEquals(OLD_CARD, sam.result("get", "alice@localhost", ASK_OLD).toString());
        alice.ask("set", "", pubsub("<retract node='" + VCard4.NODE + "'><item id='current'/></retract>"));
        assertEquals("service-unavailable", sam.error("get", "alice@localhost", ASK_OLD));
        alice.ask("set", "", OLD_CARD.replace("</vCard>", "<PHOTO><EXTVAL>y</EXTVAL></PHOTO></vCard>"));
        assertEquals("ok", outcome(alice.ask("set", "", owner("<delete node='" + VCard4.NODE + "'/>"))));
        assertEquals(
                "<vCard xmlns='vcard-temp'><PHOTO><EXTVAL>y</EXTVAL></PHOTO></vCard>",
                sam.result("get", "alice@localhost", ASK_OLD).toString());
    }
}
