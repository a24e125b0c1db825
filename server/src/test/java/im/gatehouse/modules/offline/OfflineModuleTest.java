package im.gatehouse.modules.offline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import im.gatehouse.jid.Jid;
import im.gatehouse.module.ModulePlan;
import im.gatehouse.modules.SmallClient;
import im.gatehouse.modules.SmallServer;
import im.gatehouse.modules.presence.PresenceConfig;
import im.gatehouse.modules.presence.PresenceModule;
import im.gatehouse.modules.roster.RosterConfig;
import im.gatehouse.modules.roster.RosterModule;
import im.gatehouse.stanza.Message;
import im.gatehouse.stanza.Stanza;
import im.gatehouse.storage.Database;
import im.gatehouse.storage.StorageSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OfflineModuleTest {
    @TempDir
    private Path folder;

    private Database database;
    private SmallServer server;
    private SmallClient alice;

    @BeforeEach
    void start() {
        database = Database.open(new StorageSettings("jdbc:sqlite:" + folder.resolve("db"), null, null, 4));
        server = server(new OfflineConfig(250, Optional.of(Duration.ofDays(7))));
        server.with("alice", "bob");
        alice = server.online("alice/phone");
    }

    private SmallServer server(OfflineConfig config) {
        return new SmallServer(
                database,
                new ModulePlan.Entry<>(new RosterModule(), RosterConfig.DEFAULT),
                new ModulePlan.Entry<>(new PresenceModule(), PresenceConfig.DEFAULT),
                new ModulePlan.Entry<>(new OfflineModule(), config));
    }

    @AfterEach
    void stop() {
        server.close();
        database.close();
    }

    @Test
    void aMessageWaitsForItsReceiverAndIsDeliveredOnce() {
        say("hello");
        assertEquals(List.of(), alice.heard());
        assertEquals(List.of("hello from alice@localhost/phone, delayed"), messagesFor("bob/desk"));
        assertEquals(List.of(), messagesFor("bob/desk"));
    }

    @Test
    void aStoredMessageKeepsWhatItWasAndSaysWhenItCame() {
        alice.send("<message to='bob@localhost/old' type='chat' id='m1' xml:lang='de'><body>Grüße &amp; &lt;3</body>"
                + "<x xmlns='urn:example'><y a='b'/></x></message>");
        server.time.forward(Duration.ofHours(5));
        Message message = (Message) bobsStanzas().getLast();
        assertEquals("m1", message.id());
        assertEquals(Message.Type.CHAT, message.type());
        assertEquals("de", message.lang());
        assertEquals("bob@localhost/old", String.valueOf(message.to()));
        assertEquals("Grüße & <3", message.body());
        assertTrue(message.has("x", "urn:example"));
        var delay = Objects.requireNonNull(message.child("delay", "urn:xmpp:delay"));
        assertEquals("localhost", delay.attribute("from"));
        assertEquals("2026-11-21T12:00:00Z", delay.attribute("stamp"));
    }

    private List<Stanza> bobsStanzas() {
        SmallClient bob = server.connect("bob/desk");
        bob.send("<presence/>");
        return bob.stanzas();
    }

    @Test
    void messagesComeInTheirOrder() {
        IntStream.range(0, 230).forEach(i -> say("m" + i));
        assertEquals(
                IntStream.range(0, 230).mapToObj(i -> "m" + i + " from alice@localhost/phone, delayed").toList(),
                messagesFor("bob/desk"));
    }

    @Test
    void messagesOutliveTheServer() {
        say("hello");
        server.close();
        server = server(OfflineConfig.DEFAULT);
        assertEquals(List.of("hello from alice@localhost/phone, delayed"), messagesFor("bob/desk"));
    }

    @Test
    void aClientThatTakesNoMessagesGetsNoneUntilItDoes() {
        say("hello");
        SmallClient bob = server.connect("bob/desk");
        bob.send("<presence><priority>-1</priority></presence>");
        assertEquals(1, bob.heard().size());
        say("again");
        bob.send("<presence><priority>0</priority></presence>");
        assertEquals(
                List.of(
                        "available from bob@localhost/desk",
                        "hello from alice@localhost/phone, delayed",
                        "again from alice@localhost/phone, delayed"),
                bob.heard());
    }

    @Test
    void aFullInboxRefuses() {
        IntStream.range(0, 250).forEach(i -> say("m" + i));
        assertEquals(List.of(), alice.heard());
        say("one too many");
        assertEquals(List.of("error service-unavailable for message to bob@localhost"), alice.heard());
        assertEquals(250, messagesFor("bob/desk").size());
        say("live");
        assertEquals(List.of(), alice.heard());
    }

    @Test
    void whatIsNotWorthKeepingIsDroppedWithoutAWord() {
        alice.send("<message to='bob@localhost' type='chat'>"
                + "<composing xmlns='http://jabber.org/protocol/chatstates'/><thread>t</thread></message>");
        alice.send("<message to='bob@localhost'/>");
        alice.send("<message to='bob@localhost' type='chat'><body>secret</body><no-store xmlns='urn:xmpp:hints'/>"
                + "</message>");
        alice.send("<message to='bob@localhost' type='headline'><body>news</body></message>");
        assertEquals(List.of(), alice.heard());
        assertEquals(List.of(), messagesFor("bob/desk"));
    }

    @Test
    void whatHasNoBodyButSaysSomethingIsKept() {
        alice.send("<message to='bob@localhost'><received xmlns='urn:xmpp:receipts' id='1'/></message>");
        alice.send("<message to='bob@localhost' type='chat'><store xmlns='urn:xmpp:hints'/></message>");
        assertEquals(2, messagesFor("bob/desk").size());
    }

    @Test
    void nobodyKeepsMessagesForWhoHasNoAccount() {
        alice.send("<message to='nobody@localhost' type='chat'><body>hello</body></message>");
        assertEquals(List.of("error service-unavailable for message to nobody@localhost"), alice.heard());
    }

    @Test
    void oldMessagesAreDeletedInTheEnd() {
        say("old");
        server.time.forward(Duration.ofDays(4));
        say("newer");
        server.time.forward(Duration.ofDays(4));
        assertEquals(List.of("newer from alice@localhost/phone, delayed"), messagesFor("bob/desk"));
    }

    @Test
    void aMessageThatCameBackKeepsTheTimeAtWhichItFirstCame() {
        say("hello");
        server.time.forward(Duration.ofHours(1));
        SmallClient bob = server.connect("bob/desk");
        bob.send("<presence/>");
        Message message = ((Message) bob.stanzas().getLast()).handover(null); // as one that is stored nowhere
        bob.vanish();
        alice.session().lane().add(() -> server.router.undelivered(message, alice.session().lane()));
        server.settle();
        Stanza again = bobsStanzas().getLast();
        assertEquals(message.toElement(), again.toElement());
    }

    @Test
    void theMessagesOfARemovedAccountGoWithIt() {
        say("hello");
        server.accounts.remove(Jid.parse("bob@localhost"));
        server.with("bob");
        assertEquals(List.of(), messagesFor("bob/desk"));
    }

    @Test
    void aMessageThatNeverGetsThroughIsGivenUpInTheEnd() {
        say("poison");
        OfflineStore store = new OfflineStore();
        Jid bob = Jid.parse("bob@localhost");
        for (int attempt = 0; attempt < 10; attempt++) {
            List<Long> ids = database.read(db -> store.first(db, bob, Set.of(), 9)).stream()
                    .map(OfflineStore.Waiting::id)
                    .toList();
            database.write(db -> {
                store.attempted(db, ids);
                return true;
            });
        }
        say("fine");
        assertEquals(List.of("fine from alice@localhost/phone, delayed"), messagesFor("bob/desk"));
    }

    @Test
    void whatIsTakenBackBeforeAnybodyGotItIsNotDelivered() {
        alice.send("<message to='bob@localhost' type='chat' id='m1'><body>oh no</body></message>");
        alice.send("<message to='bob@localhost' type='chat' id='m2'><body>fine</body></message>");
        SmallClient mallory = server.with("carol").online("carol/desk");
        mallory.send("<message to='bob@localhost' type='chat' id='r0'>"
                + "<retract id='m2' xmlns='urn:xmpp:message-retract:1'/></message>");
        alice.send("<message to='bob@localhost' type='chat' id='r1'>"
                + "<retract id='m1' xmlns='urn:xmpp:message-retract:1'/></message>");
        List<String> got = bobsStanzas().stream()
                .filter(Message.class::isInstance)
                .map(stanza -> String.valueOf(stanza.id()))
                .toList();
        assertEquals(List.of("m2", "r0", "r1"), got);
    }

    @Test
    void aMessageIsRefusedWhenTheDatabaseIsGone() {
        say("it is known now that there is such a user");
        database.close();
        say("hello");
        assertEquals(List.of("error service-unavailable for message to bob@localhost"), alice.heard());
    }

    @Test
    void aMessageIsRefusedWhenTheDatabaseIsGoneAndNobodyKnowsWhetherThereIsSuchAUser() {
        database.close();
        say("hello");
        assertEquals(List.of("error internal-server-error for message to bob@localhost"), alice.heard());
    }

    @Test
    void noMessageIsLostOrDoubledWhileItsReceiverComesAndGoes() throws Exception {
        int count = 200;
        List<String> got = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<?> talking = threads.submit(() -> IntStream.range(0, count).forEach(i -> say("m" + i)));
            while (!talking.isDone()) {
                SmallClient bob = server.connect("bob/desk");
                bob.send("<presence/>");
                bob.vanish();
                got.addAll(bodies(bob.stanzas()));
            }
            talking.get();
        }
        SmallClient bob = server.connect("bob/desk");
        bob.send("<presence/>");
        got.addAll(bodies(bob.stanzas()));
        assertEquals(count, got.stream().distinct().count());
        assertEquals(count, got.size());
    }

    private static List<String> bodies(List<Stanza> stanzas) {
        return stanzas.stream()
                .filter(Message.class::isInstance)
                .map(stanza -> ((Message) stanza).body())
                .toList();
    }

    private void say(String body) {
        alice.send("<message to='bob@localhost' type='chat'><body>" + body + "</body></message>");
    }

    /** What somebody who comes online hears besides presence; then they go again. */
    private List<String> messagesFor(String userAndResource) {
        SmallClient client = server.connect(userAndResource);
        client.send("<presence/>");
        client.vanish();
        return client.heard().stream().filter(words -> !words.startsWith("available")).toList();
    }
}
