package im.gatehouse.modules.archive;

import static im.gatehouse.modules.archive.House.archived;
import static im.gatehouse.modules.archive.House.query;
import static im.gatehouse.modules.archive.House.said;
import static im.gatehouse.modules.archive.House.stanzaId;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import im.gatehouse.jid.Jid;
import im.gatehouse.modules.TestClient;
import im.gatehouse.session.Admitted;
import im.gatehouse.stanza.Message;
import im.gatehouse.xml.Element;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UserArchiveTest {
    private static final String ONCE = "<message type='chat' to='bob@localhost' id='m1'><body>hello</body>"
            + "<origin-id xmlns='urn:xmpp:sid:0' id='o1'/></message>";
    private static final String HELLO = "<message type='chat' to='bob@localhost' id='m1'><body>hello</body></message>";

    @TempDir
    private Path folder;

    private House house;
    private TestClient alice;
    private TestClient bob;

    @BeforeEach
    void start() {
        house = new House(folder, "");
        alice = house.online("alice@localhost/a");
        bob = house.online("bob@localhost/b");
    }

    @AfterEach
    void stop() {
        house.close();
    }

    @Test
    void aMessageIsInBothArchivesUnderTheIdThatTheReceiverWasTold() {
        alice.send(HELLO);
        Message got = House.next(bob);
        String id = stanzaId(got, "bob@localhost");
        assertNotNull(id);
        List<Element> ofBob = query(bob, "", "");
        assertEquals(id, ofBob.getFirst().attribute("id"));
        assertEquals("q", ofBob.getFirst().attribute("queryid"));
        assertEquals("true", ofBob.getLast().attribute("complete"));
        Element forwarded = House.forwarded(ofBob.getFirst());
        assertEquals("alice@localhost/a", forwarded.attribute("from"));
        assertEquals("bob@localhost", forwarded.attribute("to"));
        assertEquals("m1", forwarded.attribute("id"));
        assertEquals(List.of("hello"), said(alice, "alice@localhost"));
    }

    @Test
    void aForgedIdIsTakenAwayAndTheOneThatRemainsIsTheArchives() {
        alice.send("<message type='chat' to='bob@localhost'><body>x</body>"
                + "<stanza-id xmlns='urn:xmpp:sid:0' by='bob@localhost' id='forged'/>"
                + "<stanza-id xmlns='urn:xmpp:sid:0' by='BOB@localhost' id='forged'/>"
                + "<stanza-id xmlns='urn:xmpp:sid:0' by='elsewhere.test' id='theirs'/></message>");
        Message got = House.next(bob);
        assertEquals(16, String.valueOf(stanzaId(got, "bob@localhost")).length());
        assertEquals("theirs", stanzaId(got, "elsewhere.test"));
        assertEquals(2, got.children().stream().filter(c -> c.name().equals("stanza-id")).count());
    }

    @Test
    void whoeverWasAwayGetsTheMessageWithTheIdThatTheArchiveHas() {
        bob.leave();
        alice.send(HELLO);
        House.settle(alice);
        bob = house.silent("bob@localhost/late");
        bob.send("<presence/>");
        String id = stanzaId(House.next(bob), "bob@localhost");
        List<Element> answer = query(bob, "", "");
        assertEquals(2, answer.size(), "it is there once");
        assertEquals(id, answer.getFirst().attribute("id"));
    }

    @Test
    void whatComesBackUndeliveredIsNotThereTwice() {
        alice.send(HELLO);
        Message got = House.next(bob);
        bob.leave();
        house.house.router().undelivered(got, alice.session().lane());
        bob = house.silent("bob@localhost/late");
        bob.send("<presence/>");
        assertEquals(stanzaId(got, "bob@localhost"), stanzaId(House.next(bob), "bob@localhost"));
        assertEquals(List.of("hello"), said(bob, ""));
    }

    @Test
    void whatIsSaidAgainByAClientThatHasComeAnewHasTheIdThatItHad() {
        alice.send(ONCE);
        String id = stanzaId(House.next(bob), "bob@localhost");
        assertEquals(List.of("hello"), said(bob, "")); // it is stored
        house.house.time().forward(Duration.ofMinutes(20)); // it is remembered no more
        alice.leave();
        alice = house.online("alice@localhost/again");
        alice.send(ONCE);
        assertEquals(id, stanzaId(House.next(bob), "bob@localhost"));
        alice.send(ONCE.replace("hello", "something else"));
        assertNotEquals(id, stanzaId(House.next(bob), "bob@localhost"));
        assertEquals(List.of("hello", "something else"), said(bob, ""));
        assertEquals(List.of("hello", "something else"), said(alice, ""));
    }

    @Test
    void whatIsSaidAgainByAClientThatHasComeBackToAnOldSessionIsThereOnce() {
        alice.send(ONCE);
        String id = stanzaId(House.next(bob), "bob@localhost");
        assertEquals(List.of("hello"), said(bob, "")); // it is stored
        house.house.time().forward(Duration.ofMinutes(20));
        Admitted.comesBack(house.house.sessions(), alice.session());
        alice.send(ONCE);
        assertEquals(id, stanzaId(House.next(bob), "bob@localhost"));
        assertEquals(List.of("hello"), said(bob, ""));
    }

    @Test
    void whatStandsTwiceIsNotGuessedAt() {
        alice.send(HELLO);
        House.next(bob);
        String with = form("<field var='with'><value>alice@localhost</value></field>");
        String page = "<set xmlns='http://jabber.org/protocol/rsm'><max>1</max></set>";
        for (String twice : new String[] {with + with, page + page, page.replace("<max>", "<max>9</max><max>")}) {
            assertTrue(query(bob, "", twice).getFirst().toString().contains("<bad-request "), twice);
        }
        String prefs = "<prefs xmlns='urn:xmpp:mam:2' default='never'>%s</prefs>";
        assertEquals("bad-request", bob.error("set", "", prefs.formatted("<never/><always/><always/>")));
        assertTrue(bob.result("get", "", "<prefs xmlns='urn:xmpp:mam:2'/>").toString().contains("'always'"));
    }

    @Test
    void aNoteToOneselfIsThereOnce() {
        alice.send("<message type='chat' to='alice@localhost'><body>milk</body></message>");
        assertEquals(List.of("milk"), said(alice, ""));
        alice.send(HELLO);
        List<Element> own = query(alice, "", form("<field var='with'><value>alice@localhost</value></field>"));
        assertEquals(2, own.size());
    }

    @Test
    void nothingIsKeptOfWhatIsRefused() {
        alice.send("<message type='chat' to='nobody@localhost'><body>x</body></message>");
        House.settle(alice);
        assertEquals(List.of(), said(alice, ""));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "chat|<body>x</body>|true",
        "normal|<body>x</body>|true",
        "chat|<composing xmlns='http://jabber.org/protocol/chatstates'/>|false",
        "chat|<body>x</body><no-store xmlns='urn:xmpp:hints'/>|false",
        "chat|<body>x</body><no-permanent-store xmlns='urn:xmpp:hints'/>|false",
        "chat|<x xmlns='urn:example'/>|false",
        "chat|<x xmlns='urn:example'/><store xmlns='urn:xmpp:hints'/>|true",
        "chat|<received xmlns='urn:xmpp:receipts' id='1'/>|true",
        "chat|<request xmlns='urn:xmpp:receipts'/>|false",
        "chat|<displayed xmlns='urn:xmpp:chat-markers:0' id='1'/>|true",
        "chat|<markable xmlns='urn:xmpp:chat-markers:0'/>|false",
        "chat|<reactions xmlns='urn:xmpp:reactions:0' id='1'/>|true",
        "chat|<retract xmlns='urn:xmpp:message-retract:1' id='1'/>|true",
        "chat|<encrypted xmlns='urn:xmpp:omemo:2'/>|true",
        "headline|<body>x</body>|false",
        "error|<body>x</body>|false",
    })
    void whatSaysSomethingIsKept(String type, String content, boolean kept) {
        alice.send("<message type='" + type + "' to='bob@localhost/b'>" + content + "</message>");
        House.settle(alice);
        assertEquals(kept ? 1 : 0, archived(bob, "").size());
        assertEquals(kept ? 1 : 0, archived(alice, "").size());
    }

    @Test
    void anotherUsersArchiveIsForbidden() {
        for (String payload : List.of("<query xmlns='urn:xmpp:mam:2'/>", "<prefs xmlns='urn:xmpp:mam:2' default='never'/>")) {
            assertEquals("forbidden", alice.error("set", "bob@localhost", payload));
        }
        for (String payload : List.of(
                "<query xmlns='urn:xmpp:mam:2'/>", "<metadata xmlns='urn:xmpp:mam:2'/>", "<prefs xmlns='urn:xmpp:mam:2'/>")) {
            assertEquals("forbidden", alice.error("get", "bob@localhost", payload));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "<set xmlns='http://jabber.org/protocol/rsm'><after>made-up</after></set>",
        "<set xmlns='http://jabber.org/protocol/rsm'><before>0123456789abcdef</before></set>",
        "<set xmlns='http://jabber.org/protocol/rsm'><after>0000000000000000</after></set>",
        "<x xmlns='jabber:x:data' type='submit'><field var='FORM_TYPE'><value>urn:xmpp:mam:2</value></field><field var='after-id'><value>zzz</value></field></x>",
        "<x xmlns='jabber:x:data' type='submit'><field var='FORM_TYPE'><value>urn:xmpp:mam:2</value></field><field var='before-id'><value>0123456789abcdef</value></field></x>",
        "<x xmlns='jabber:x:data' type='submit'><field var='FORM_TYPE'><value>urn:xmpp:mam:2</value></field><field var='ids'><value>0123456789abcdef</value></field></x>"
    })
    void anIdThatWasMadeUpIsNotFound(String inQuery) {
        alice.send(HELLO);
        assertEquals("item-not-found", alice.error("set", "", "<query xmlns='urn:xmpp:mam:2'>" + inQuery + "</query>"));
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "<x xmlns='jabber:x:data' type='form'/>",
        "<x xmlns='jabber:x:data' type='what'/>",
        "<x xmlns='jabber:x:data' type='submit'/>",
        "<x xmlns='jabber:x:data' type='submit'><field var='FORM_TYPE'><value>urn:xmpp:mam:1</value></field></x>",
        "<set xmlns='http://jabber.org/protocol/rsm'><max>many</max></set>",
        "<set xmlns='http://jabber.org/protocol/rsm'><max>-1</max></set>",
        "<set xmlns='http://jabber.org/protocol/rsm'><max/></set>",
        "<set xmlns='http://jabber.org/protocol/rsm'><index>99999999999999999999</index></set>"
    })
    void aBadFormIsABadRequest(String inQuery) {
        assertEquals("bad-request", alice.error("set", "", "<query xmlns='urn:xmpp:mam:2'>" + inQuery + "</query>"));
    }

    @ParameterizedTest
    @CsvSource({
        "start,yesterday",
        "start,2026-13-01T00:00:00Z",
        "end,''",
        "with,@@",
        "include-groupchat,perhaps",
    })
    void aFieldThatCannotBeReadIsABadRequest(String var, String value) {
        String field = "<field var='" + var + "'><value>" + value + "</value></field>";
        assertEquals("bad-request", alice.error("set", "", "<query xmlns='urn:xmpp:mam:2'>" + form(field) + "</query>"));
        assertEquals(
                "bad-request", alice.error("set", "", "<query xmlns='urn:xmpp:mam:2'>" + form(field + field) + "</query>"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"-999999999-01-01T00:00:00Z", "+999999999-12-31T23:59:59Z", "1969-12-31T23:59:59+14:00"})
    void timesFarAwayAreTimes(String moment) {
        alice.send(HELLO);
        House.settle(alice);
        for (String var : List.of("start", "end")) {
            String field = "<field var='" + var + "'><value>" + moment + "</value></field>";
            assertEquals("true", query(alice, "", form(field)).getLast().attribute("complete"));
        }
    }

    @Test
    void anUnknownFieldIsNotImplemented() {
        assertEquals("feature-not-implemented", alice.error("set", "", "<query xmlns='urn:xmpp:mam:2'>"
                + form("<field var='{urn:x}search'><value>x</value></field>") + "</query>"));
    }

    @Test
    void aPageIsFlippedWhenThatIsAskedForAndNeverLargerThanAllowed() {
        for (int i = 0; i < 120; i++) {
            alice.send("<message type='chat' to='bob@localhost'><body>" + i + "</body></message>");
        }
        House.settle(alice);
        List<Element> usual = query(alice, "", "");
        assertEquals(50, usual.size() - 1);
        assertNull(usual.getLast().attribute("complete"));
        List<Element> most = query(alice, "", "<set xmlns='http://jabber.org/protocol/rsm'><max>5000</max></set>");
        assertEquals(100, most.size() - 1);
        List<Element> flipped = query(
                alice, "", "<set xmlns='http://jabber.org/protocol/rsm'><max>2</max><before/></set><flip-page/>");
        assertEquals(
                List.of("119", "118"),
                flipped.subList(0, 2).stream()
                        .map(House::forwarded)
                        .map(m -> m.childText("body", "jabber:client"))
                        .toList());
        Element set = flipped.getLast().child("set", Mam.RSM);
        assertEquals(flipped.get(1).attribute("id"), set.childText("first", Mam.RSM));
        assertEquals("120", set.childText("count", Mam.RSM));
        assertEquals("118", set.child("first", Mam.RSM).attribute("index"));
    }

    @Test
    void theArchiveSaysWhereItBeginsAndEnds() {
        assertEquals(List.of(), alice.result("get", "", "<metadata xmlns='urn:xmpp:mam:2'/>").children());
        alice.send(HELLO);
        alice.send(HELLO);
        House.settle(alice);
        Element metadata = alice.result("get", "", "<metadata xmlns='urn:xmpp:mam:2'/>");
        List<Element> all = query(alice, "", "");
        assertEquals(all.get(0).attribute("id"), metadata.child("start", Mam.NAMESPACE).attribute("id"));
        assertEquals(all.get(1).attribute("id"), metadata.child("end", Mam.NAMESPACE).attribute("id"));
        assertNotNull(metadata.child("end", Mam.NAMESPACE).attribute("timestamp"));
    }

    @Test
    void theFormHasAllFieldsAndTheAccountSaysWhatItCan() {
        String form = alice.result("get", "", "<query xmlns='urn:xmpp:mam:2'/>").toString();
        for (String var : List.of("with", "start", "end", "before-id", "after-id", "ids", "include-groupchat")) {
            assertTrue(form.contains("var='" + var + "'"), form);
        }
        String disco = alice.result("get", "alice@localhost", "<query xmlns='http://jabber.org/protocol/disco#info'/>")
                .toString();
        for (String feature : List.of(
                "urn:xmpp:mam:2", "urn:xmpp:mam:2#extended", "urn:xmpp:sid:0", "urn:xmpp:message-retract:1#tombstone")) {
            assertTrue(disco.contains("'" + feature + "'"), disco);
        }
        String server = alice.result("get", "localhost", "<query xmlns='http://jabber.org/protocol/disco#info'/>")
                .toString();
        assertTrue(server.contains("'urn:xmpp:mam:2'"), server);
    }

    // --- preferences ---

    @Test
    void whatAUserDoesNotWantKeptIsNotKeptForThatUser() {
        prefs(bob, "always", "", "<jid>alice@localhost</jid>");
        alice.send(HELLO);
        assertNull(stanzaId(House.next(bob), "bob@localhost"));
        assertEquals(List.of(), said(bob, ""));
        assertEquals(List.of("hello"), said(alice, ""));
    }

    @Test
    void neverByDefaultButAlwaysForSome() {
        prefs(bob, "never", "<jid>alice@localhost/a</jid>", "");
        TestClient other = house.online("alice@localhost/other");
        TestClient carol = house.online("carol@localhost/c");
        carol.send(HELLO);
        other.send(HELLO);
        alice.send("<message type='chat' to='bob@localhost'><body>kept</body></message>");
        House.settle(carol);
        House.settle(other);
        House.settle(alice);
        assertEquals(List.of("kept"), said(bob, ""));
    }

    @Test
    void theRosterDecides() {
        prefs(bob, "roster", "", "");
        alice.send(HELLO);
        House.settle(alice);
        assertEquals(List.of(), said(bob, ""));
        bob.ask("set", "", "<query xmlns='jabber:iq:roster'><item jid='alice@localhost'/></query>");
        alice.send(HELLO);
        House.settle(alice);
        assertEquals(List.of("hello"), said(bob, ""));
    }

    @Test
    void preferencesAreShownAsTheyWereChosenAndBadOnesRefused() {
        assertEquals("always", bob.result("get", "", "<prefs xmlns='urn:xmpp:mam:2'/>").attribute("default"));
        Element chosen = prefs(bob, "roster", "<jid>x@y.test</jid>", "<jid>Z@y.test/r</jid>");
        assertEquals(chosen, bob.result("get", "", "<prefs xmlns='urn:xmpp:mam:2'/>"));
        assertTrue(chosen.toString().contains("z@y.test/r"), chosen.toString());
        assertEquals("bad-request", bob.error("set", "", "<prefs xmlns='urn:xmpp:mam:2' default='maybe'/>"));
        assertEquals("bad-request", bob.error("set", "", "<prefs xmlns='urn:xmpp:mam:2'/>"));
        assertEquals("jid-malformed", bob.error(
                "set", "", "<prefs xmlns='urn:xmpp:mam:2' default='never'><never><jid>@</jid></never></prefs>"));
        String many = IntStream.range(0, 501)
                .mapToObj(i -> "<jid>u" + i + "@b.test</jid>")
                .reduce("", String::concat);
        assertEquals("not-acceptable", bob.error(
                "set", "", "<prefs xmlns='urn:xmpp:mam:2' default='never'><never>" + many + "</never></prefs>"));
    }

    private static Element prefs(TestClient client, String otherwise, String always, String never) {
        return client.result("set", "", "<prefs xmlns='urn:xmpp:mam:2' default='" + otherwise + "'><always>" + always
                + "</always><never>" + never + "</never></prefs>");
    }

    // --- the end ---

    @Test
    void anArchiveGoesWithItsAccount() {
        alice.send(HELLO);
        assertEquals(List.of("hello"), said(alice, "")); // it is stored
        alice.leave();
        house.house.accounts().remove(Jid.parse("alice@localhost"));
        house.house.withAccounts("alice@localhost");
        TestClient successor = house.online("alice@localhost/new");
        assertEquals(List.of(), said(successor, ""));
        assertEquals(List.of("hello"), said(bob, ""));
    }

    private static String form(String fields) {
        return "<x xmlns='jabber:x:data' type='submit'>"
                + "<field var='FORM_TYPE' type='hidden'><value>urn:xmpp:mam:2</value></field>" + fields + "</x>";
    }
}
