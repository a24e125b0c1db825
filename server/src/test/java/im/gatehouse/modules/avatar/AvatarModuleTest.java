package im.gatehouse.modules.avatar;

import static im.gatehouse.modules.pubsub.PubsubTrial.items;
import static im.gatehouse.modules.pubsub.PubsubTrial.outcome;
import static im.gatehouse.modules.pubsub.PubsubTrial.pubsub;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import im.gatehouse.modules.TestClient;
import im.gatehouse.modules.pubsub.PubsubTrial;
import im.gatehouse.stanza.Presence;
import im.gatehouse.xml.Element;
import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AvatarModuleTest {
    /** The letters abc, of which the SHA-1 is known to everybody. */
    private static final String ABC = "YWJj";

    private static final String ABC_HASH = "a9993e364706816aba3e25717850c26c9cd0d89d";
    private static final String CARD = "<vCard xmlns='vcard-temp'><FN>Alice</FN><PHOTO><TYPE>image/gif</TYPE><BINVAL>"
            + ABC + "</BINVAL></PHOTO></vCard>";

    @TempDir
    private Path folder;

    private PubsubTrial trial;
    private TestClient alice;
    private TestClient bob;

    @BeforeEach
    void start() {
        trial = new PubsubTrial(folder, "", "alice", "bob");
        trial.befriend("alice", "bob");
        alice = trial.client("alice");
        bob = trial.client("bob");
    }

    @AfterEach
    void stop() {
        trial.close();
    }

    private static String item(String node, String id, String payload) {
        return pubsub("<publish node='%s'><item id='%s'>%s</item></publish>".formatted(node, id, payload));
    }

    private void publish(String hash) {
        alice.ask("set", "", item(Picture.DATA, hash, "<data xmlns='urn:xmpp:avatar:data'>" + ABC + "</data>"));
        String metadata = "<metadata xmlns='urn:xmpp:avatar:metadata'>"
                + "<info url='https://x/' id='zz' bytes='1' type='image/png'/>"
                + "<info id='" + hash + "' bytes='3' type='image/gif'/></metadata>";
        assertEquals("ok", outcome(alice.ask("set", "", item(Picture.METADATA, hash, metadata))));
    }

    private Element card() {
        return bob.result("get", "alice@localhost", "<vCard xmlns='vcard-temp'/>");
    }

    @Test
    void whatIsPublishedIsOnTheCard() {
        alice.ask("set", "", "<vCard xmlns='vcard-temp'><FN>Alice</FN></vCard>");
        publish(ABC_HASH);
        assertEquals(CARD, card().toString());
        alice.ask("set", "", item(Picture.METADATA, "current", "<metadata xmlns='urn:xmpp:avatar:metadata'/>"));
        assertEquals("<vCard xmlns='vcard-temp'><FN>Alice</FN></vCard>", card().toString());
    }

    @Test
    void takingBackTheNodeOrTheItemTakesThePictureOffTheCard() {
        alice.ask("set", "", "<vCard xmlns='vcard-temp'><FN>Alice</FN></vCard>");
        publish(ABC_HASH);
        alice.ask("set", "", pubsub("<retract node='" + Picture.METADATA + "'><item id='" + ABC_HASH + "'/></retract>"));
        assertEquals("<vCard xmlns='vcard-temp'><FN>Alice</FN></vCard>", card().toString());
        publish(ABC_HASH);
        assertEquals(CARD, card().toString());
        alice.ask("set", "", PubsubTrial.owner("<delete node='" + Picture.METADATA + "'/>"));
        assertEquals("<vCard xmlns='vcard-temp'><FN>Alice</FN></vCard>", card().toString());
    }

    @Test
    void aCardThatIsFullKeepsItsPictureAndItsHash() {
        String key = "<KEY>" + "x".repeat(229_300) + "</KEY>"; // a card has 229,376 bytes at most
        assertEquals("ok", outcome(alice.ask("set", "", "<vCard xmlns='vcard-temp'>" + key + "</vCard>")));
        publish(ABC_HASH);
        assertEquals(1, card().children().size());
        bob.send("<presence/>").settle(); // or it may hear of alice twice: when she comes, and when it asks
        alice.send("<presence/>");
        assertEquals("none", photo());
    }

    @Test
    void metadataMayComeBeforeThePicture() {
        alice.ask("set", "", "<vCard xmlns='vcard-temp'><FN>Alice</FN></vCard>");
        String metadata = "<metadata xmlns='urn:xmpp:avatar:metadata'><info id='" + ABC_HASH
                + "' bytes='3' type='image/gif'/></metadata>";
        alice.ask("set", "", item(Picture.METADATA, ABC_HASH, metadata));
        alice.ask("set", "", item(Picture.DATA, ABC_HASH, "<data xmlns='urn:xmpp:avatar:data'>" + ABC + "</data>"));
        assertEquals(CARD, card().toString());
    }

    @Test
    void aPictureWithAnotherHashThanItSaysIsNotShown() {
        publish("0000000000000000000000000000000000000000");
        assertEquals("service-unavailable", bob.error("get", "alice@localhost", "<vCard xmlns='vcard-temp'/>"));
    }

    @Test
    void whatIsOnTheCardIsPublished() {
        alice.ask("set", "", CARD);
        Element data = alice.result("get", "", items(Picture.DATA));
        assertTrue(data.toString().contains("id='" + ABC_HASH + "'><data xmlns='urn:xmpp:avatar:data'>" + ABC));
        Element metadata = alice.result("get", "", items(Picture.METADATA));
        assertTrue(metadata.toString().contains("<info bytes='3' id='" + ABC_HASH + "' type='image/gif'/>"));
    }

    @Test
    void presenceTellsTheHashUnlessTheClientDeniesIt() {
        bob.send("<presence/>").settle();
        alice.ask("set", "", CARD);
        alice.send("<presence/>");
        assertEquals(ABC_HASH, photo());
        alice.send("<presence><x xmlns='vcard-temp:x:update'/></presence>");
        assertEquals(ABC_HASH, photo());
        alice.send("<presence><x xmlns='vcard-temp:x:update'><photo/></x></presence>");
        assertEquals("", photo());
        alice.send("<presence to='bob@localhost'><x xmlns='vcard-temp:x:update'><photo>old</photo></x></presence>");
        assertEquals(ABC_HASH, photo());
    }

    @Test
    void contactsHearOfANewAvatarAndWhoComesLaterTellsIt() {
        bob.send("<presence/>").settle();
        alice.send("<presence/>");
        assertEquals("none", photo());
        publish(ABC_HASH);
        awaitHashFrom("home");
        trial.house().client("alice@localhost/phone").send("<presence/>");
        awaitHashFrom("phone");
    }

    private void awaitHashFrom(String resource) {
        String told = "";
        while (!told.equals(ABC_HASH + " " + resource)) {
            told = bob.next() instanceof Presence presence && presence.has("x", AvatarStamp.NAMESPACE)
                    ? photo(presence) + " " + presence.sender().resource()
                    : "";
        }
    }

    /** What the next presence of alice that bob hears says of her avatar. */
    private String photo() {
        while (true) {
            if (bob.next() instanceof Presence presence
                    && presence.type() == Presence.Type.AVAILABLE
                    && presence.sender().local().equals("alice")) {
                return photo(presence);
            }
        }
    }

    private static String photo(Presence presence) {
        Element update = presence.child("x", AvatarStamp.NAMESPACE);
        return update == null
                ? "none"
                : Objects.requireNonNull(update.child("photo", AvatarStamp.NAMESPACE)).text();
    }

    /** The picture on the card has changed, and then the server was killed. */
    @Test
    void aPictureThatCouldNotBePublishedAnyMoreIsWhenItsOwnerComes() {
        alice.ask("set", "", CARD);
        assertEquals(ABC_HASH, published());
        trial.close();
        PubsubTrial.sql(
                folder,
                "INSERT INTO vcard_changes (luser, lserver, card_before) SELECT luser, lserver, card FROM vcards",
                "UPDATE vcards SET card = replace(card, '" + ABC + "', 'YWJk')");
        for (int i = 0; i < 2; i++) {
            trial = new PubsubTrial(folder, "", "alice", "bob");
            alice = trial.client("alice");
            assertEquals("cb4cc28df0fdbe0ecf9d9662e294b118092a5735", published());
            trial.close();
        }
        trial = new PubsubTrial(folder, "", "alice", "bob");
        alice = trial.client("alice");
        alice.ask("set", "", "<vCard xmlns='vcard-temp'><FN>Alice</FN></vCard>");
        assertEquals("current", published());
    }

    private String published() {
        Element items = Objects.requireNonNull(
                alice.result("get", "", PubsubTrial.items(Picture.METADATA)).firstChild());
        return Objects.requireNonNull(Objects.requireNonNull(items.firstChild()).attribute("id"));
    }
}
