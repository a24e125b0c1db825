package im.gatehouse.modules.pubsub;

import static im.gatehouse.modules.pubsub.PubsubTrial.create;
import static im.gatehouse.modules.pubsub.PubsubTrial.items;
import static im.gatehouse.modules.pubsub.PubsubTrial.owner;
import static im.gatehouse.modules.pubsub.PubsubTrial.publish;
import static im.gatehouse.modules.pubsub.PubsubTrial.pubsub;
import static im.gatehouse.modules.pubsub.PubsubTrial.subscribe;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Who may do what under each access model (XEP-0060 sections 4.1 and 4.5): olga owns the node, fred sees her presence
 * and is in her group, sam is a stranger; the others are what their names say.
 */
class AccessTest {
    private static final String[] PEOPLE = {"olga", "fred", "sam", "member", "publisher", "onlypub", "outcast"};

    private static final String NO_PRESENCE = "not-authorized/presence-subscription-required";
    private static final String NO_GROUP = "not-authorized/not-in-roster-group";
    private static final String CLOSED = "not-allowed/closed-node";
    private static final String UNSUBSCRIBED = "not-authorized/not-subscribed";
    private static final String FORBIDDEN = "forbidden";

    @TempDir
    private Path folder;

    @Test
    void readingAndSubscribingFollowTheAccessModel() {
        try (PubsubTrial trial = trial()) {
            String ok = "ok";
            for (String what : List.of("read", "subscribe")) {
                boolean read = what.equals("read");
                assertRow(trial, "open", what, ok, ok, ok, ok, ok, FORBIDDEN, FORBIDDEN);
                assertRow(trial, "presence", what, ok, ok, NO_PRESENCE, ok, ok, FORBIDDEN, FORBIDDEN);
                assertRow(trial, "roster", what, ok, ok, NO_GROUP, ok, ok, FORBIDDEN, FORBIDDEN);
                assertRow(trial, "whitelist", what, ok, CLOSED, CLOSED, ok, ok, FORBIDDEN, FORBIDDEN);
                String stranger = read ? UNSUBSCRIBED : ok;
                assertRow(trial, "authorize", what, ok, stranger, stranger, ok, ok, FORBIDDEN, FORBIDDEN);
            }
        }
    }

    @Test
    void changingFollowsTheAffiliationWhateverTheAccessModel() {
        try (PubsubTrial trial = trial()) {
            for (String model : List.of("open", "presence", "roster", "authorize", "whitelist")) {
                assertRow(
                        trial, model, "publish", "ok", FORBIDDEN, FORBIDDEN, FORBIDDEN, "ok", "ok", FORBIDDEN);
                for (String what :
                        List.of("retract", "purge", "configure", "affiliations", "subscriptions", "delete")) {
                    assertRow(
                            trial, model, what, "ok", FORBIDDEN, FORBIDDEN, FORBIDDEN, FORBIDDEN, FORBIDDEN, FORBIDDEN);
                }
            }
        }
    }

    /** Asks everybody in the order of {@link #PEOPLE}, the owner last, since the node may be gone then. */
    private static void assertRow(PubsubTrial trial, String model, String what, String... expected) {
        String node = model + "-" + what;
        node(trial, node, model);
        List<String> wanted = new ArrayList<>();
        List<String> found = new ArrayList<>();
        for (int i = PEOPLE.length - 1; i >= 0; i--) {
            wanted.add(PEOPLE[i] + ": " + expected[i]);
            found.add(PEOPLE[i] + ": " + attempt(trial, PEOPLE[i], what, node));
        }
        assertEquals(wanted, found, model + " " + what);
    }

    private static String attempt(PubsubTrial trial, String who, String what, String node) {
        return switch (what) {
            case "read" -> trial.outcome(who, "get", items(node));
            case "subscribe" -> trial.outcome(who, "set", subscribe(node, who + "@localhost"));
            case "publish" -> trial.outcome(who, "set", publish(node, "new", "x"));
            case "retract" -> trial.outcome(
                    who, "set", pubsub("<retract node='%s'><item id='first'/></retract>".formatted(node)));
            case "purge" -> trial.outcome(who, "set", owner("<purge node='%s'/>".formatted(node)));
            case "delete" -> trial.outcome(who, "set", owner("<delete node='%s'/>".formatted(node)));
            default -> trial.outcome(who, "get", owner("<%s node='%s'/>".formatted(what, node)));
        };
    }

    private static void node(PubsubTrial trial, String node, String model) {
        assertEquals(
                "ok",
                trial.outcome(
                        "olga", "set", create(node, "access_model", model, "roster_groups_allowed", "Friends")));
        String affiliations = owner("""
                <affiliations node='%s'>\
                <affiliation jid='member@localhost' affiliation='member'/>\
                <affiliation jid='publisher@localhost' affiliation='publisher'/>\
                <affiliation jid='onlypub@localhost' affiliation='publish-only'/>\
                <affiliation jid='outcast@localhost' affiliation='outcast'/></affiliations>""".formatted(node));
        assertEquals("ok", trial.outcome("olga", "set", affiliations));
        assertEquals("ok", trial.outcome("olga", "set", publish(node, "first", "x")));
    }

    private PubsubTrial trial() {
        PubsubTrial trial = new PubsubTrial(folder, "", PEOPLE);
        trial.befriend("olga", "fred");
        trial.client("olga")
                .ask(
                        "set",
                        "",
                        "<query xmlns='jabber:iq:roster'><item jid='fred@localhost'><group>Friends</group></item>"
                                + "</query>");
        return trial;
    }
}
